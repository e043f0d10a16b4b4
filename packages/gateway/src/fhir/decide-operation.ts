import type { Alternative } from '../authorization.ts'
import type { Decision } from '../decision.ts'
import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { coversAll, gate } from './cover.ts'
import { decideExport } from './decide-export.ts'
import { get } from './decide-read.ts'
import { alone } from './decide-write.ts'
import type { Deciding } from './deciding.ts'
import { type OperationRequest, readOperationParameters, readValidated } from './operation-parameters.ts'
import { valuesOf } from './parameters.ts'
import { defaultPageSize } from './search.ts'
import { isRestricted, patientNamed } from './search-context.ts'
import { classifiedTypes } from './type-classes.ts'
import { checkBody, checkReferences, checkWritable } from './write-rules.ts'

const listOfNames = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Terminology operations and the parameters they take: no patient data in or out. */
const terminology: Readonly<Record<string, ReadonlySet<string>>> = {
  'ValueSet/$expand': listOfNames(
    'url valueSetVersion filter offset count includeDesignations designation includeDefinition activeOnly excludeNested excludeNotForUI excludePostCoordinated displayLanguage exclude-system system-version check-system-version force-system-version',
  ),
  'ValueSet/$validate-code': listOfNames(
    'url valueSetVersion code system systemVersion display date abstract displayLanguage',
  ),
  'CodeSystem/$lookup': listOfNames('code system version date displayLanguage property'),
  'CodeSystem/$validate-code': listOfNames('url code version display date abstract displayLanguage'),
  'ConceptMap/$translate': listOfNames('url conceptMapVersion code system version source target targetsystem reverse'),
}

const everythingNames = listOfNames('start end _since _type _count')
const docrefNames = listOfNames('patient start end type on-demand profile period')

/**
 * Operations: a positive list. Whatever is not on it is refused at every level, `$graphql`, `$lastn`, `$member-match`,
 * `$merge`, `$meta` and the like among it. Spec: IX-17, GW-11, THR-30
 */
export const decideOperation = (request: OperationRequest, deciding: Deciding): Decision => {
  const { name, type, id } = request
  const place = `${type ?? ''}/${name}`
  if (name === '$export') return decideExport(request, deciding)
  if (place === 'Patient/$everything' && id !== undefined) return decideEverything({ ...request, id }, deciding)
  if (place === 'DocumentReference/$docref' && id === undefined) return decideDocref(request, deciding)
  if (name === '$validate' && type !== undefined && id === undefined)
    return decideValidate({ ...request, type }, deciding)
  const names = terminology[place] ?? (deciding.location.operations.includes(place) ? 'any' : undefined)
  if (names === undefined || type === undefined) return deny('operation-not-allowed', { about: name })
  return decideTerminology({ ...request, type }, names, deciding)
}

type Everything = OperationRequest & { readonly id: string }

/** `Patient/A/$everything`: the types the token covers are sent as `_type`, and every entry is judged all the same. */
const decideEverything = (request: Everything, deciding: Deciding): Decision => {
  const open = gate('r', 'Patient', deciding)
  if (isDenial(open)) return open
  if (!reaches(open, request.id)) return deny('patient-mismatch')
  const parameters = readOperationParameters(request, everythingNames)
  if (isDenial(parameters)) return parameters
  const types = coveredTypes(valuesOf(parameters, '_type'), deciding)
  if (types.length === 0) return deny('insufficient-scope', { about: '_type' })
  const count = Math.min(
    Math.max(Number(valuesOf(parameters, '_count')[0] ?? defaultPageSize) || defaultPageSize, 1),
    200,
  )
  const others = parameters.filter(({ name }) => name !== '_type' && name !== '_count')
  const sent = [...others, { name: '_type', value: types.join(',') }, { name: '_count', value: String(count) }]
  const collection = { types: new Set(types), letter: 'r', count, judged: true } as const
  return {
    kind: 'allow',
    call: get(`Patient/${request.id}/$everything`, sent),
    filter: { kind: 'page', plan: { kind: 'collection', collection } },
  }
}

const reaches = (open: readonly Alternative[], patient: string): boolean =>
  open.some(({ reach }) => reach.kind !== 'patients' || reach.patients.ids.has(patient))

/** The types the token covers for reading, within those that were asked for. */
const coveredTypes = (asked: readonly string[], deciding: Deciding): readonly string[] => {
  const wanted = asked.flatMap((value) => value.split(','))
  const candidates = wanted.length > 0 ? wanted : classifiedTypes().filter((type) => type !== 'Binary')
  return candidates.filter((type) => !isDenial(gate('r', type, deciding)))
}

const decideDocref = (request: OperationRequest, deciding: Deciding): Decision => {
  const open = gate('s', 'DocumentReference', deciding)
  if (isDenial(open)) return open
  const parameters = readOperationParameters(request, docrefNames)
  if (isDenial(parameters)) return parameters
  const [patient, ...more] = valuesOf(parameters, 'patient')
  const named = patient === undefined || more.length > 0 ? 'refused' : patientNamed(patient, deciding)
  if (typeof named !== 'object') return deny('patient-mismatch', { about: 'patient' })
  if (!reaches(open, named.id)) return deny('patient-mismatch', { about: 'patient' })
  const sent = parameters.map(
    ({ name, value }): Parameter => (name === 'patient' ? { name, value: named.id } : { name, value }),
  )
  const collection = {
    types: new Set(['DocumentReference']),
    letter: 's',
    count: 200,
    judged: !coversAll(open, deciding),
  } as const
  return {
    kind: 'allow',
    call: get('DocumentReference/$docref', sent),
    filter: { kind: 'page', plan: { kind: 'collection', collection } },
  }
}

type OnType = OperationRequest & { readonly type: string }

const decideTerminology = (request: OnType, names: ReadonlySet<string> | 'any', deciding: Deciding): Decision => {
  const { type, id, name } = request
  const open = gate('r', type, deciding)
  if (isDenial(open)) return open
  const all = names === 'any' ? new Set(request.parameters.map((parameter) => parameter.name)) : names
  const parameters = readOperationParameters(request, all)
  if (isDenial(parameters)) return parameters
  const path = [type, id, name].filter((segment) => segment !== undefined).join('/')
  return { kind: 'allow', call: get(path, parameters), filter: { kind: 'terminology' } }
}

/**
 * `T/$validate`: nothing is stored, yet a validator that resolves references is an existence oracle, so the body passes the
 * same rules as one that is. On an instance it would be validated against what is stored: not at patient level.
 */
const decideValidate = (request: OnType, deciding: Deciding): Decision => {
  const validated = readValidated(request.body)
  if (isDenial(validated)) return validated
  const { resource, extra } = validated
  if (resource.resourceType !== request.type) return deny('malformed-body')
  const allowed = checkValidated(request.type, resource, deciding)
  if (allowed !== undefined) return allowed
  const parts = [
    { name: 'resource', resource },
    ...extra.map(({ name, value }) => ({ name, [name === 'mode' ? 'valueCode' : 'valueUri']: value })),
  ]
  return {
    kind: 'allow',
    call: {
      method: 'POST',
      path: `${request.type}/$validate`,
      parameters: [],
      headers: {},
      body: { resourceType: 'Parameters', parameter: parts },
    },
    filter: { kind: 'terminology' },
  }
}

const checkValidated = (
  type: string,
  body: Parameters<typeof checkBody>[0]['body'],
  deciding: Deciding,
): Denial | Decision | undefined => {
  const creating = gate('c', type, deciding)
  const letter = isDenial(creating) ? 'u' : 'c'
  const open = isDenial(creating) ? gate('u', type, deciding) : creating
  if (isDenial(open)) return creating as Denial
  if (!isRestricted(open)) return undefined
  const writing = { letter, body, alternatives: open, together: alone } as const
  const faulty = checkWritable(type, letter, deciding) ?? checkBody(writing, deciding)
  if (faulty !== undefined) return faulty
  const references = checkReferences(writing, deciding)
  if (references === undefined || isDenial(references)) return references
  return { kind: 'look-up', wants: references.wants }
}
