import type { Alternative } from '../authorization.ts'
import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { coversAll, gate } from './cover.ts'
import type { Judging } from './judging.ts'
import { type Narrowing, narrow } from './narrow.ts'
import {
  type Capabilities,
  isPatientValued,
  isRestricted,
  patientNamed,
  patientsOf,
  type SearchContext,
} from './search-context.ts'
import { type Control, classifyName, readControl } from './search-control.ts'
import { type Includes, isInclude, readIncludes } from './search-includes.ts'
import { readHas, readSearchParameter } from './search-parameter.ts'
import { parameterOf } from './search-parameters.ts'

/** A search as asked: the type, the parameters in order, and the patient whose compartment it was asked in. */
export type SearchRequest = {
  readonly type: string
  readonly parameters: readonly Parameter[]
  readonly compartment?: string
  /** `Prefer: handling=strict`. */
  readonly strict: boolean
}

/**
 * A search as it will be run. `sent` is what the upstream gets, rebuilt parameter by parameter; the client's own string goes
 * nowhere. `exact`: the sent query says exactly what the token covers. `judged`: entries of the type have to be judged.
 */
export type SearchPlan = {
  readonly type: string
  readonly asked: SearchRequest
  readonly sent: readonly Parameter[]
  readonly proof: readonly Parameter[]
  readonly includes: Includes
  readonly control: Control
  readonly exact: boolean
  readonly judged: boolean
  readonly byPatient: boolean
  /** Every sent search parameter is one the upstream lists. */
  readonly listed: boolean
}

/** How many matches a judged page has when the client does not say. */
export const defaultPageSize = 50

/** Plans a search: what is asked, what is added, how the answer is judged; or why it is refused. Spec: GW-05, GW-09, THR-22 */
export const planSearch = (
  request: SearchRequest,
  judging: Judging,
  capabilities: Capabilities,
): SearchPlan | Denial => {
  const open = gate('s', request.type, judging)
  if (isDenial(open)) return open
  if (request.type === 'Binary' && isRestricted(open)) return deny('interaction-not-allowed', { about: 'Binary' })
  const context = contextFor(request, open, { judging, capabilities })
  if (isDenial(context)) return context
  const faulty = request.parameters.find(({ name }) => isForbidden(name))
  if (faulty !== undefined) return refuseName(faulty.name)
  const control = readControl(of(request, 'control'), request.type, context.location.addedParameters)
  if (isDenial(control)) return control
  const criteria = readCriteria(request, context, judging)
  if (isDenial(criteria)) return criteria
  const includes = readIncludes(
    request.parameters.filter(({ name }) => isInclude(name)),
    context,
    { judging, strict: request.strict },
  )
  if (isDenial(includes)) return includes
  const narrowing = coversAll(context.alternatives, judging) ? everything : narrow(context, criteria)
  if (isDenial(narrowing)) return narrowing
  const judged = !coversAll(context.alternatives, judging)
  const exact = narrowing.exact && judging.authorization.restrictions.length === 0
  return assemble(request, { context, control, criteria, includes, narrowing: { ...narrowing, exact }, judged })
}

const everything: Narrowing = { injected: [], proof: [], exact: true, byPatient: false }

const of = ({ parameters }: SearchRequest, kind: ReturnType<typeof classifyName>): readonly Parameter[] =>
  parameters.filter(({ name }) => !isInclude(name) && classifyName(name) === kind)

const isForbidden = (name: string): boolean => !isInclude(name) && ['refused', 'paging'].includes(classifyName(name))

const refuseName = (name: string): Denial =>
  classifyName(name) === 'paging'
    ? deny('unknown-parameter', { about: name })
    : deny('refused-parameter', { about: name })

type Deciding = { readonly judging: Judging; readonly capabilities: Capabilities }

/**
 * A parameter that names a patient chooses among the alternatives: those that do not reach this patient are set aside, and
 * what remains decides how strict the rest is.
 */
const contextFor = (
  request: SearchRequest,
  open: readonly Alternative[],
  { judging, capabilities }: Deciding,
): SearchContext | Denial => {
  const { type } = request
  const { location } = judging
  const named = request.compartment === undefined ? [] : [request.compartment]
  for (const { name, value } of request.parameters) {
    const definition = isInclude(name) ? undefined : parameterOf(type, name, location.addedParameters)
    if (definition === undefined || !isPatientValued(definition, type)) continue
    const patient = patientNamed(value, { location })
    if (typeof patient === 'object') named.push(patient.id)
  }
  const alternatives = named.reduce((left, id) => left.filter((alternative) => reaches(alternative, id)), open)
  if (alternatives.length === 0) return deny('patient-mismatch')
  const restricted = isRestricted(alternatives)
  return { type, location, capabilities, alternatives, restricted }
}

const reaches = ({ reach }: Alternative, patient: string): boolean =>
  reach.kind !== 'patients' || reach.patients.ids.has(patient)

const readCriteria = (
  request: SearchRequest,
  context: SearchContext,
  judging: Judging,
): readonly Parameter[] | Denial => {
  const criteria: Parameter[] = []
  const seen = new Set<string>()
  for (const parameter of of(request, 'criterion')) {
    const read = readSearchParameter(parameter, context, judging)
    if (isDenial(read)) return read
    if (context.restricted && seen.has(read.name) && isPatientParameter(read.name, context))
      return deny('patient-mismatch', { about: read.name })
    seen.add(read.name)
    criteria.push(read)
  }
  for (const parameter of of(request, 'has')) {
    const read = readHas(parameter, context, judging)
    if (isDenial(read)) return read
    criteria.push(read)
  }
  if (request.compartment === undefined) return criteria
  const link = compartmentParameter(request.compartment, context)
  return isDenial(link) ? link : seen.has(link.name) ? criteria : [...criteria, link]
}

const isPatientParameter = (name: string, { type, location }: SearchContext): boolean => {
  const definition = parameterOf(type, name, location.addedParameters)
  return definition !== undefined && isPatientValued(definition, type)
}

/** `Patient/x/T?…` is `T?patient=x&…`. */
const compartmentParameter = (patient: string, context: SearchContext): Parameter | Denial => {
  const alone: Alternative[] = context.alternatives.filter(({ reach }) => reach.kind === 'patients')
  if (alone.length > 0 && !patientsOf(alone).includes(patient)) return deny('patient-mismatch')
  if (context.type === 'Patient') return { name: '_id', value: patient }
  const name = ['patient', 'subject', 'member', 'actor'].find((each) => {
    const definition = parameterOf(context.type, each, context.location.addedParameters)
    return definition !== undefined && isPatientValued(definition, context.type)
  })
  return name === undefined ? deny('unknown-path') : { name, value: `Patient/${patient}` }
}

type Parts = {
  readonly context: SearchContext
  readonly control: Control
  readonly criteria: readonly Parameter[]
  readonly includes: Includes
  readonly narrowing: Narrowing
  readonly judged: boolean
}

const assemble = (request: SearchRequest, parts: Parts): SearchPlan | Denial => {
  const { context, control, criteria, includes, narrowing, judged } = parts
  const { type } = request
  const listed = [...criteria, ...narrowing.injected].every(({ name }) => isListed(name, context))
  if (control.onlyCount && judged && !(narrowing.exact && listed)) return deny('count-not-provable')
  return {
    type,
    asked: request,
    sent: [...criteria, ...narrowing.injected, ...includes.sent, ...sentControl(control, judged, narrowing.exact)],
    proof: narrowing.proof,
    includes,
    control,
    exact: narrowing.exact,
    judged,
    byPatient: narrowing.byPatient,
    listed,
  }
}

const isListed = (name: string, { type, capabilities }: SearchContext): boolean => {
  const listed = capabilities(type)
  return listed?.has(name.replace(/[:.].*$/, '')) ?? false
}

/**
 * `_elements` and `_summary` are applied here after judging; the upstream is asked for whole resources, and for one more than
 * the page holds where some may be dropped: whether there is a next page must not depend on what was dropped.
 */
const sentControl = (control: Control, judged: boolean, exact: boolean): readonly Parameter[] => {
  if (control.onlyCount) return [{ name: '_summary', value: 'count' }]
  const size = control.count ?? (judged ? defaultPageSize : undefined)
  const count = size !== undefined && judged && !exact ? size + 1 : size
  return [
    ...(control.sort === undefined ? [] : [{ name: '_sort', value: control.sort }]),
    ...(count === undefined ? [] : [{ name: '_count', value: String(count) }]),
    ...(control.total && (!judged || exact) ? [{ name: '_total', value: 'accurate' }] : []),
  ]
}
