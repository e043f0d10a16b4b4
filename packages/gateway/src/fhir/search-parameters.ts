import { type Path, parsePath } from './path.ts'
import { searchPaths } from './search-paths.data.ts'

/** The kinds of search parameter FHIR has. */
export type ParameterKind =
  | 'token'
  | 'reference'
  | 'date'
  | 'string'
  | 'uri'
  | 'number'
  | 'quantity'
  | 'composite'
  | 'special'

/** One search parameter of a type. `targets` are the types a reference can name; `paths` is empty where nothing is matched. */
export type ParameterDefinition = {
  readonly name: string
  readonly kind: ParameterKind
  readonly targets: readonly string[] | 'any'
  readonly paths: readonly Path[]
}

/** Search parameters an operator declares for an upstream: type → name → text as in `search-paths.data.ts`. */
export type AddedParameters = Readonly<Record<string, Readonly<Record<string, string>>>>

const kinds: ReadonlySet<string> = new Set([
  'token',
  'reference',
  'date',
  'string',
  'uri',
  'number',
  'quantity',
  'composite',
  'special',
])

const isKind = (text: string): text is ParameterKind => kinds.has(text)

const parsed = new Map<string, ParameterDefinition>()

/** A definition text → definition; `undefined` when the text does not have the form. */
export const parseDefinition = (name: string, text: string): ParameterDefinition | undefined => {
  const [, kind = '', targets, paths] = /^(\w+)(?:\(([^)]*)\))?(?: (.+))?$/.exec(text) ?? []
  if (!isKind(kind)) return undefined
  const compiled = paths?.split('|').map(parsePath) ?? []
  const resolved = [...new Set(compiled.map(({ referenceTo }) => referenceTo))]
  const named = targets === undefined ? [] : targets === '*' ? 'any' : targets.split(',').filter((type) => type !== '')
  const only = resolved.every((type) => type !== undefined) ? resolved : []
  return { name, kind, targets: only.length > 0 ? only : named, paths: compiled }
}

/** The parameter of that name on a type, R4's own or added by the operator. */
export const parameterOf = (
  type: string,
  name: string,
  added: AddedParameters = {},
): ParameterDefinition | undefined => {
  const text = ownText(searchPaths, type, name) ?? ownText(searchPaths, '*', name)
  if (text === undefined) {
    const extra = ownText(added, type, name)
    return extra === undefined ? undefined : parseDefinition(name, extra)
  }
  const key = `${type} ${name}`
  const known = parsed.get(key)
  if (known !== undefined) return known
  const definition = parseDefinition(name, text)
  if (definition !== undefined) parsed.set(key, definition)
  return definition
}

const ownText = (table: AddedParameters, type: string, name: string): string | undefined => {
  const ofType = Object.hasOwn(table, type) ? table[type] : undefined
  return ofType !== undefined && Object.hasOwn(ofType, name) ? ofType[name] : undefined
}

/** Whether the values of a reference parameter can name this type. */
export const canTarget = (definition: ParameterDefinition, type: string): boolean =>
  definition.kind === 'reference' && (definition.targets === 'any' || definition.targets.includes(type))
