import { type Alternative, isFull } from '../authorization.ts'
import { escapeValue } from './escape.ts'
import type { FhirLocation } from './location.ts'
import type { Path } from './path.ts'
import { isId, parseReference } from './reference.ts'
import type { ParameterDefinition } from './search-parameters.ts'
import { memberPathsOf } from './type-classes.ts'

/** Which search parameters the upstream lists for a type; `undefined` when it says nothing about the type. */
export type Capabilities = (type: string) => ReadonlySet<string> | undefined

/** Everything one search is read against. */
export type SearchContext = {
  readonly type: string
  readonly location: FhirLocation
  readonly capabilities: Capabilities
  readonly alternatives: readonly Alternative[]
  /** Whether any reach is a set of patients (and nothing covers the whole type): the strict column of gateway.md §5.2. */
  readonly restricted: boolean
}

/** The patients that all restricted alternatives reach together. */
export const patientsOf = (alternatives: readonly Alternative[]): readonly string[] => [
  ...new Set(alternatives.flatMap(({ reach }) => (reach.kind === 'patients' ? [...reach.patients.ids] : []))),
]

/** Whether the strict rules apply: some reach is a set of patients and no alternative covers everything. */
export const isRestricted = (alternatives: readonly Alternative[]): boolean =>
  alternatives.some(({ reach }) => reach.kind === 'patients') && !alternatives.some(isFull)

/**
 * Whether a parameter can name a Patient. Whatever can is an oracle in a client's hand (`subject=Patient/B` with a hit or a
 * miss tells), so at patient level it may name exactly one patient in reach and nothing else. Spec: GW-06, GW-07
 */
export const isPatientValued = (definition: ParameterDefinition, type: string): boolean =>
  (type === 'Patient' && definition.name === '_id') ||
  (definition.kind === 'reference' &&
    (definition.targets === 'any' || definition.targets.includes('Patient')) &&
    definition.paths.some(({ dataType }) => dataType === 'Reference'))

/** Whether a parameter says whose record it is (not who took part). */
export const isAboutParameter = (definition: ParameterDefinition, type: string): boolean =>
  definition.name === '_id' || definition.paths.some((path) => memberPathsOf(type)?.about.includes(plain(path)))

const plain = ({ steps }: Path): string => steps.map(({ name }) => name).join('.')

/**
 * The one patient a plain value names, as an id: `A`, `Patient/A`, or absolute on this base. `other` when it literally names
 * another type, `refused` for everything else: lists, versions, other servers.
 */
export const patientNamed = (
  value: string,
  { location }: Pick<SearchContext, 'location'>,
): { readonly id: string } | 'other' | 'refused' => {
  if (isId(value)) return { id: value }
  const reference = parseReference(value, location.bases)
  if (reference.kind !== 'local' || reference.version !== undefined) return 'refused'
  return reference.type === 'Patient' ? { id: reference.id } : 'other'
}

/** A reference value as the upstream knows it: our public base is not its name. */
export const referenceValue = (value: string, { location }: Pick<SearchContext, 'location'>): string => {
  const reference = parseReference(value, location.bases)
  return reference.kind === 'local' && reference.version === undefined
    ? escapeValue(`${reference.type}/${reference.id}`)
    : value
}
