import type { Alternative } from '../authorization.ts'
import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { classAt } from './location.ts'
import { patientsOf, type SearchContext } from './search-context.ts'
import { canHaveSeveralOwners, memberPathsOf } from './type-classes.ts'

/** A narrowing list longer than this is not sent: the answer is judged only, and has no count. */
const maxPatients = 50

/**
 * What is added to a search so that the upstream looks only where the token reaches, and whether that says *exactly* what the
 * token covers: then nothing can be dropped from an honest answer and its count is a fact. Spec: GW-05, GW-33
 */
export type Narrowing = {
  readonly injected: readonly Parameter[]
  /** What the upstream's `self` link must repeat before its total is believed: what narrows, whoever asked for it. */
  readonly proof: readonly Parameter[]
  readonly exact: boolean
  /** Every match must name one of these patients, or the upstream did not narrow. */
  readonly byPatient: boolean
}

const differently: Readonly<Record<string, string>> = {
  Patient: '_id',
  Group: 'member',
  Schedule: 'actor',
  AdverseEvent: 'subject',
  SupplyRequest: 'subject',
}

/** Narrows a search to its alternatives. `sent` are the client's own parameters in our spelling. */
export const narrow = (context: SearchContext, sent: readonly Parameter[]): Narrowing | Denial => {
  const patients = narrowToPatients(context, sent)
  if (isDenial(patients)) return patients
  const queries = expressQueries(context)
  return {
    injected: [...patients.injected, ...queries.injected],
    proof: [...patients.proof, ...queries.injected],
    exact: patients.exact && queries.exact,
    byPatient: patients.byPatient,
  }
}

const none: Narrowing = { injected: [], proof: [], exact: false, byPatient: false }

const narrowToPatients = (context: SearchContext, sent: readonly Parameter[]): Narrowing | Denial => {
  const { alternatives, type, location, restricted } = context
  if (!restricted) return { ...none, exact: true }
  const allRestricted = alternatives.every(({ reach }) => reach.kind === 'patients')
  const classified = classAt(location, type)
  const byTarget = type === 'Provenance' && sent.some(({ name }) => name === 'target')
  if (!allRestricted || byTarget || (classified !== 'about' && type !== 'Provenance')) return none
  const patients = patientsOf(alternatives)
  if (patients.length > maxPatients) return none
  const name = narrowingName(context)
  if (name === undefined) return deny('narrowing-unsupported', { about: type })
  const already = sent.find((parameter) => parameter.name === name)
  const ours = { name, value: patients.map((id) => (name === '_id' ? id : `Patient/${id}`)).join(',') }
  return {
    injected: already === undefined ? [ours] : [],
    proof: [already ?? ours],
    exact: isSameForAll(alternatives) && hasOneOwner(context),
    byPatient: true,
  }
}

/** The parameter that selects a patient's records of this type, if the upstream says it has it. */
const narrowingName = ({ type, capabilities, location }: SearchContext): string | undefined => {
  const listed = capabilities(type)
  const candidates = [differently[type] ?? 'patient', 'subject']
  if (differently[type] === '_id') return '_id'
  return candidates.find((name) => listed?.has(name) || location.addedParameters[type]?.[name] !== undefined)
}

/** Several reaches in one search say more than each alternative does. */
const isSameForAll = (alternatives: readonly Alternative[]): boolean => {
  const keys = alternatives.map(({ reach }) =>
    reach.kind === 'patients' ? [...reach.patients.ids].sort().join() : reach.kind,
  )
  return new Set(keys).size === 1
}

const hasOneOwner = ({ type, location }: SearchContext): boolean =>
  type === 'Patient' ||
  (memberPathsOf(type)?.about.length === 1 && !canHaveSeveralOwners(type) && location.membership[type] !== 'definition')

/**
 * The scopes' queries as search parameters, where one search can say them: alternatives that are equal but for one parameter
 * become a comma list of it. They are added as parameters of their own, so a client's value is AND-ed, never OR-ed. Spec: GW-09
 */
const expressQueries = ({ alternatives, type, capabilities }: SearchContext): Pick<Narrowing, 'injected' | 'exact'> => {
  const queries = alternatives.map(({ scope }) => scope.query)
  if (queries.some((query) => query.length === 0))
    return { injected: [], exact: queries.length === 1 || isSameForAll(alternatives) }
  const names = queries[0]?.map(({ name }) => name) ?? []
  const sameNames = queries.every((query) => query.map(({ name }) => name).join('&') === names.join('&'))
  const columns = names.map((name, at) => ({
    name,
    values: [...new Set(queries.map((query) => query[at]?.value ?? ''))],
  }))
  const listed = capabilities(type)
  const sayable = columns.every(({ name }) => listed?.has(name)) && isSameForAll(alternatives)
  if (!sameNames || !sayable || columns.filter(({ values }) => values.length > 1).length > 1)
    return { injected: [], exact: false }
  return { injected: columns.map(({ name, values }) => ({ name, value: values.join(',') })), exact: true }
}
