import type { QueryParameter } from '@gatehouse/scopes'
import { compareRanges, datePrefixes, parseDateRange, rangeOf } from './date-range.ts'
import { splitValue, unescapeValue } from './escape.ts'
import { isObject, listOf, objectsOf, type Resource, textAt } from './json.ts'
import { type Path, valuesAt } from './path.ts'
import { isId, type LocationUrls, parseReference } from './reference.ts'
import { type AddedParameters, type ParameterDefinition, parameterOf } from './search-parameters.ts'

/**
 * Does one resource satisfy the query of a granular scope? Compiled once per token, from plain paths.
 *
 * Only what can be judged exactly is supported: a modifier, chain, composite, quantity or unknown name gives no matcher, and
 * the scope then covers nothing. General-purpose matchers differ in ways that matter here (modifiers ignored, codes compared
 * case-insensitively), which is why this one is our own. Spec: SC-15, SC-16, THR-29
 */
export type Matcher = (resource: Resource) => boolean

/** What compiling needs to know beside the query. */
export type MatchContext = { readonly bases: LocationUrls; readonly added?: AddedParameters }

/** Parameters of a scope (AND) → matcher; `undefined` when any of them cannot be judged exactly. */
export const compileQuery = (
  type: string,
  query: readonly QueryParameter[],
  context: MatchContext,
): Matcher | undefined => {
  const matchers: Matcher[] = []
  for (const parameter of query) {
    const matcher = compileParameter(type, parameter, context)
    if (matcher === undefined) return undefined
    matchers.push(matcher)
  }
  return (resource) => matchers.every((matches) => matches(resource))
}

type ValueTest = (value: unknown) => boolean

const compileParameter = (
  type: string,
  { name, value }: QueryParameter,
  context: MatchContext,
): Matcher | undefined => {
  const definition = parameterOf(type, name, context.added)
  if (definition === undefined || definition.paths.length === 0) return undefined
  const alternatives = splitValue(value, ',')
  if (alternatives.includes('')) return undefined
  if (definition.paths.some(({ dataType }) => dataType === 'presence')) return presence(definition, alternatives)
  const matchers: Matcher[] = []
  for (const path of definition.paths) {
    const tests = alternatives.map((text) => compileValue({ definition, path }, text, context))
    if (!tests.every((test) => test !== undefined)) return undefined
    matchers.push((resource) => valuesAt(resource, path).some((found) => tests.some((test) => test(found))))
  }
  return (resource) => matchers.some((matches) => matches(resource))
}

/** One way to the values of a parameter. */
type Way = { readonly definition: ParameterDefinition; readonly path: Path }

const compileValue = ({ definition, path }: Way, text: string, { bases }: MatchContext): ValueTest | undefined => {
  switch (definition.kind) {
    case 'token':
      return tokenTest(text, path.dataType)
    case 'reference':
      return path.dataType === 'Reference' ? referenceTest({ definition, path }, text, bases) : uriTest(text)
    case 'date':
      return dateTest(text)
    case 'string':
      return stringTest(text)
    case 'uri':
      return uriTest(text)
    case 'number':
    case 'quantity':
    case 'composite':
    case 'special':
      return undefined
  }
}

const presence = ({ paths }: ParameterDefinition, alternatives: readonly string[]): Matcher | undefined => {
  if (alternatives.some((text) => text !== 'true' && text !== 'false')) return undefined
  const names = paths.flatMap(({ names }) => names)
  return (resource) =>
    alternatives.includes(String(names.some((name) => resource[name] !== undefined && resource[name] !== false)))
}

const tokenTest = (text: string, dataType: string): ValueTest | undefined => {
  const parts = splitValue(text, '|').map(unescapeValue)
  if (parts.length > 2 || !parts.every((part) => part !== undefined)) return undefined
  const [first = '', second] = parts
  if (second === undefined) return (value) => codesOf(value, dataType).some(({ code }) => code === first)
  if (second === '')
    return first === '' ? undefined : (value) => codesOf(value, dataType).some(({ system }) => system === first)
  const system = first === '' ? undefined : first
  return (value) => codesOf(value, dataType).some((found) => found.code === second && found.system === system)
}

type Code = { readonly system?: string | undefined; readonly code?: string | undefined }

/** The codes a token value consists of. The text of a CodeableConcept is no code: it never matches. */
const codesOf = (value: unknown, dataType: string): readonly Code[] => {
  if (typeof value === 'string' || typeof value === 'boolean') return [{ code: String(value) }]
  switch (dataType) {
    case 'CodeableConcept':
      return objectsOf(isObject(value) ? value.coding : undefined).map(codeOf)
    case 'Identifier':
      return [{ system: textAt(value, 'system'), code: textAt(value, 'value') }]
    case 'ContactPoint':
      return [{ code: textAt(value, 'value') }]
    default:
      return [codeOf(value)]
  }
}

const codeOf = (value: unknown): Code => ({ system: textAt(value, 'system'), code: textAt(value, 'code') })

const referenceTest = ({ definition, path }: Way, text: string, bases: LocationUrls): ValueTest | undefined => {
  const { targets } = definition
  const value = unescapeValue(text)
  if (value === undefined) return undefined
  const single = targets !== 'any' && targets.length === 1 ? targets[0] : undefined
  const asked = parseReference(isId(value) && single !== undefined ? `${single}/${value}` : value, bases)
  if (asked.kind !== 'local') return () => false
  return (found) => {
    const reference = textAt(found, 'reference')
    const named = reference === undefined ? undefined : parseReference(reference, bases)
    if (named?.kind !== 'local' || (path.referenceTo !== undefined && named.type !== path.referenceTo)) return false
    return named.type === asked.type && named.id === asked.id
  }
}

const dateTest = (text: string): ValueTest | undefined => {
  const prefix = datePrefixes.find((each) => text.startsWith(each)) ?? 'eq'
  const asked = parseDateRange(text.replace(/^(eq|ne|gt|lt|ge|le|sa|eb)/, ''))
  if (asked === undefined) return undefined
  return (value) => {
    const range = rangeOf(value)
    return range !== undefined && compareRanges(prefix, range, asked)
  }
}

const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()

const stringTest = (text: string): ValueTest | undefined => {
  const value = unescapeValue(text)
  if (value === undefined) return undefined
  const asked = fold(value)
  return (found) => textsOf(found).some((each) => fold(each).startsWith(asked))
}

const namedTexts = [
  'text',
  'family',
  'given',
  'prefix',
  'suffix',
  'line',
  'city',
  'district',
  'state',
  'postalCode',
  'country',
]

/** The texts of a string value: itself, or the parts of a HumanName or Address. */
const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : namedTexts
        .flatMap((name) => listOf(isObject(value) ? value[name] : undefined))
        .filter((text) => typeof text === 'string')

const uriTest = (text: string): ValueTest | undefined => {
  const value = unescapeValue(text)
  return value === undefined ? undefined : (found) => found === value
}
