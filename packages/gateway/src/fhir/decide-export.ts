import type { Alternative } from '../authorization.ts'
import type { Decision } from '../decision.ts'
import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { gate } from './cover.ts'
import type { Deciding } from './deciding.ts'
import { objectsOf, textAt } from './json.ts'
import type { OperationRequest } from './operation-parameters.ts'
import { formatParameters, maxQueryBytes, parseParameters, valuesOf } from './parameters.ts'
import { planSearch } from './search.ts'
import { patientNamed } from './search-context.ts'
import { classifiedTypes } from './type-classes.ts'

const names: ReadonlySet<string> = new Set(['_outputFormat', '_since', '_type', '_typeFilter', 'patient'])
const formats = /^(application\/fhir\+ndjson|application\/ndjson|ndjson)$/

/**
 * Bulk export: for `system/` scopes only. Every type must be covered for reading and searching, granular scopes become
 * `_typeFilter`, and who is asked about must be within the client's reach. Each line of each file is judged again when it is
 * fetched. Spec: GW-26, BS-23, BS-24
 */
export const decideExport = (request: OperationRequest, deciding: Deciding): Decision => {
  if (!deciding.prefer.respondAsync) return deny('unsupported-value', { about: 'Prefer: respond-async' })
  const parameters = readExportParameters(request)
  if (isDenial(parameters)) return parameters
  const types = exportedTypes(valuesOf(parameters, '_type'), deciding)
  if (isDenial(types)) return types
  const whose = checkWhose(request, parameters, deciding)
  if (isDenial(whose)) return whose
  const filters = typeFilters(types, valuesOf(parameters, '_typeFilter'), deciding)
  if (isDenial(filters)) return filters
  const sent: readonly Parameter[] = [
    ...parameters.filter(({ name }) => name === '_since'),
    { name: '_outputFormat', value: 'application/fhir+ndjson' },
    { name: '_type', value: types.join(',') },
    ...filters.map((value) => ({ name: '_typeFilter', value })),
  ]
  const path = [request.type, request.id, '$export'].filter((segment) => segment !== undefined).join('/')
  return { kind: 'allow', call: exportCall(path, sent, whose.patients), filter: { kind: 'export', types } }
}

const readExportParameters = ({ parameters, body }: OperationRequest): readonly Parameter[] | Denial => {
  const parts = body === undefined ? [] : objectsOf(body.parameter)
  if (body !== undefined && body.resourceType !== 'Parameters') return deny('malformed-body')
  const fromBody = parts.map((part): Parameter => {
    const value = ['valueString', 'valueUri', 'valueInstant', 'valueCode']
      .map((name) => textAt(part, name))
      .find((text) => text !== undefined)
    return { name: textAt(part, 'name') ?? '', value: value ?? textAt(part.valueReference, 'reference') ?? '' }
  })
  const all = [...parameters, ...fromBody]
  const unknown = all.find(({ name }) => !names.has(name))
  if (unknown !== undefined) return deny('unknown-parameter', { about: unknown.name })
  return valuesOf(all, '_outputFormat').every((format) => formats.test(format)) ? all : deny('not-acceptable')
}

/** The alternatives of the client's own scopes that cover a type for export. */
const systemAlternatives = (type: string, deciding: Deciding): readonly Alternative[] => {
  const read = gate('r', type, deciding)
  const search = gate('s', type, deciding)
  if (isDenial(read) || isDenial(search)) return []
  return read.filter((alternative) => alternative.scope.level === 'system' && search.includes(alternative))
}

const exportedTypes = (asked: readonly string[], deciding: Deciding): readonly string[] | Denial => {
  const wanted = asked.flatMap((value) => value.split(','))
  const isCovered = (type: string): boolean => systemAlternatives(type, deciding).length > 0
  const uncovered = wanted.find((type) => !isCovered(type))
  if (uncovered !== undefined) return deny('insufficient-scope', { scope: `system/${uncovered}.rs` })
  const types = wanted.length > 0 ? wanted : classifiedTypes().filter((type) => type !== 'Binary' && isCovered(type))
  return types.length > 0 ? types : deny('insufficient-scope', { scope: 'system/*.rs' })
}

/** Whose data may be exported: everyone's, those of a group in reach, or named patients in reach. */
const checkWhose = (
  request: OperationRequest,
  parameters: readonly Parameter[],
  deciding: Deciding,
): { readonly patients: readonly string[] } | Denial => {
  const { type, id } = request
  const isKnown =
    (type === 'Group' && id !== undefined) || (id === undefined && (type === undefined || type === 'Patient'))
  if (!isKnown) return deny('operation-not-allowed', { about: '$export' })
  const patients = valuesOf(parameters, 'patient').map((value) => patientNamed(value, deciding))
  if (patients.some((named) => typeof named !== 'object')) return deny('unsupported-value', { about: 'patient' })
  const ids = patients.flatMap((named) => (typeof named === 'object' ? [named.id] : []))
  const reaches = deciding.authorization.alternatives
    .filter(({ scope }) => scope.level === 'system')
    .map(({ reach }) => reach)
  if (reaches.some(({ kind }) => kind === 'all')) return { patients: ids }
  const { groups } = deciding.authorization
  if (type === 'Group')
    return groups.includes(id ?? '') ? { patients: ids } : deny('interaction-not-allowed', { about: '$export' })
  const inReach = new Set(reaches.flatMap((reach) => (reach.kind === 'patients' ? [...reach.patients.ids] : [])))
  const isNamed = type === 'Patient' && ids.length > 0 && ids.every((patient) => inReach.has(patient))
  return isNamed ? { patients: ids } : deny('interaction-not-allowed', { about: '$export' })
}

/** The client's own filters, rebuilt, each AND-ed with the scopes of its type; and the scopes of types without a filter. */
const typeFilters = (
  types: readonly string[],
  asked: readonly string[],
  deciding: Deciding,
): readonly string[] | Denial => {
  const rebuilt = new Map<string, string[]>()
  for (const text of asked) {
    const [type = '', query = ''] = text.split('?')
    const parameters = parseParameters(query, maxQueryBytes)
    if (isDenial(parameters)) return parameters
    if (!types.includes(type)) return deny('insufficient-scope', { scope: `system/${type}.rs` })
    const plan = planSearch({ type, parameters, strict: true }, deciding, deciding.capabilities)
    if (isDenial(plan)) return plan
    const criteria = plan.sent.filter(({ name }) => !name.startsWith('_count'))
    rebuilt.set(type, [...(rebuilt.get(type) ?? []), `${type}?${formatParameters(criteria)}`])
  }
  return types.flatMap((type) => rebuilt.get(type) ?? scopeFilters(type, deciding))
}

const scopeFilters = (type: string, deciding: Deciding): readonly string[] => {
  const queries = systemAlternatives(type, deciding).map(({ scope }) => scope.query)
  return queries.some((query) => query.length === 0) ? [] : queries.map((query) => `${type}?${formatParameters(query)}`)
}

/** Named patients travel in a body, everything else in the URL. */
const exportCall = (path: string, sent: readonly Parameter[], patients: readonly string[]) => {
  const headers = { prefer: 'respond-async' }
  if (patients.length === 0) return { method: 'GET', path, parameters: sent, headers } as const
  const parameter = [
    ...sent.map(({ name, value }) => ({ name, valueString: value })),
    ...patients.map((id) => ({ name: 'patient', valueReference: { reference: `Patient/${id}` } })),
  ]
  return { method: 'POST', path, parameters: [], headers, body: { resourceType: 'Parameters', parameter } } as const
}
