import fc, { type Arbitrary } from 'fast-check'
import type { Json, Resource } from '../../packages/gateway/src/fhir/json.ts'
import { memberPathsOf } from '../../packages/gateway/src/fhir/type-classes.ts'
import { put } from './fill.ts'
import { anyType, encode, parameters } from './searches.ts'
import { aboutTypes, recordOf } from './universe.ts'

/** A request as text, below the FHIR base. */
export type Plain = {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

const json = { 'content-type': 'application/fhir+json' }
const code = { coding: [{ system: 'urn:codes', code: 'both' }] }

/** Types of which a legal R4 body is short: a server that validates would refuse the others before it showed anything. */
const legal = (who: string): readonly Resource[] => {
  const subject = { reference: `Patient/${who}` }
  return [
    { resourceType: 'Observation', status: 'final', code, category: [code], subject },
    { resourceType: 'Condition', code, subject },
    { resourceType: 'Basic', code, subject },
    { resourceType: 'Communication', status: 'completed', subject },
    { resourceType: 'AllergyIntolerance', code, patient: subject },
    { resourceType: 'Coverage', status: 'active', beneficiary: subject, payor: [subject] },
    { resourceType: 'Patient', name: [{ family: 'Own' }] },
  ]
}

const bodies: Arbitrary<Resource> = fc
  .tuple(
    fc.constantFrom('pa', 'pa', 'pa', 'pb', 'pc'),
    fc.oneof(fc.nat(6), fc.constantFrom(...aboutTypes, 'Practitioner', 'Group', 'List', 'Provenance', 'Linkage')),
  )
  .map(
    ([who, what]) => (typeof what === 'number' ? legal(who)[what] : recordOf(what, who, 'x')) ?? recordOf('Flag', who),
  )

const to = (reference: string): Json => ({ reference })

/** What a body may hold beside its own: someone else in every place a reference can stand. */
const additions = fc.constantFrom<Json>(
  {},
  {},
  {},
  { performer: [to('Patient/pb')] },
  { focus: [to('Observation/pb-Observation')] },
  { encounter: to('Encounter/pb-Encounter') },
  { encounter: to('Encounter/absent') },
  { encounter: to('Encounter/pa-Encounter') },
  { extension: [{ url: 'urn:x', valueReference: to('Patient/pb') }] },
  { subject: to('Patient?identifier=only-pb') },
  { subject: { type: 'Patient', identifier: { value: 'only-pb' } } },
  { subject: [to('Patient/pa'), to('Patient/pb')] },
  { contained: [{ resourceType: 'Observation', id: 'c', subject: to('Patient/pb') }] },
  { link: [{ other: to('Patient/pb'), type: 'replaces' }] },
  { subject: to('https://elsewhere.test/fhir/Patient/pa') },
  { member: [{ entity: to('Patient/pb') }] },
  { meta: { security: [] } },
)

const anyBody = fc.tuple(bodies, additions).map(([body, more]): Resource => ({ ...body, ...more }))

const patches = fc.constantFrom<readonly [string, unknown]>(
  ['application/json-patch+json', [{ op: 'replace', path: '/subject/reference', value: 'Patient/pb' }]],
  ['application/json-patch+json', [{ op: 'replace', path: '/subject/reference', value: 'Patient/pa' }]],
  ['application/json-patch+json', [{ op: 'add', path: '/performer', value: [to('Patient/pb')] }]],
  ['application/json-patch+json', [{ op: 'add', path: '/status', value: 'amended' }]],
  ['application/json-patch+json', [{ op: 'test', path: '/subject/reference', value: 'Patient/pb' }]],
  ['application/json-patch+json', [{ op: 'copy', from: '/text', path: '/note' }]],
  ['application/json-patch+json', [{ op: 'replace', path: '/id', value: 'pb-Observation' }]],
  ['application/json-patch+json', [{ op: 'remove', path: '/subject' }]],
  ['application/merge-patch+json', { subject: to('Patient/pb') }],
  ['application/fhir+json', { resourceType: 'Parameters', parameter: [{ name: 'operation' }] }],
)

const versions = fc.constantFrom<Record<string, string>>({}, {}, { 'if-match': 'W/"1"' }, { 'if-match': 'W/"9"' })
const wishes = fc.constantFrom<Record<string, string>>(
  {},
  { prefer: 'return=representation' },
  { prefer: 'return=minimal' },
)

type Ids = (type: string) => Arbitrary<string>

const create = fc.tuple(anyBody, wishes, fc.boolean()).chain(([body, wish, conditional]) =>
  parameters(body.resourceType).map((pairs) => ({
    method: 'POST',
    target: `/${body.resourceType}`,
    headers: { ...json, ...wish, ...(conditional && pairs.length > 0 && { 'if-none-exist': encode(pairs) }) },
    body: JSON.stringify(body),
  })),
)

const update = (ids: Ids): Arbitrary<Plain> =>
  fc.tuple(anyBody, versions, wishes).chain(([body, version, wish]) =>
    ids(body.resourceType).map((id) => ({
      method: 'PUT',
      target: `/${body.resourceType}/${id}`,
      headers: { ...json, ...version, ...wish },
      body: JSON.stringify({ ...body, id }),
    })),
  )

const conditionalUpdate: Arbitrary<Plain> = anyBody.chain((body) =>
  parameters(body.resourceType).map((pairs) => ({
    method: 'PUT',
    target: `/${body.resourceType}?${encode(pairs)}`,
    headers: json,
    body: JSON.stringify(body),
  })),
)

const writtenType = fc.oneof(fc.constantFrom('Observation', 'Condition', 'Patient', 'Basic'), anyType)

const patch = (ids: Ids): Arbitrary<Plain> =>
  fc.tuple(writtenType, patches, fc.boolean()).chain(([type, [media, document], conditional]) =>
    fc.tuple(ids(type), parameters(type)).map(([id, pairs]) => ({
      method: 'PATCH',
      target: conditional ? `/${type}?${encode(pairs)}` : `/${type}/${id}`,
      headers: { 'content-type': media },
      body: JSON.stringify(document),
    })),
  )

const remove = (ids: Ids): Arbitrary<Plain> =>
  fc
    .tuple(writtenType, versions, fc.constantFrom('id', 'id', 'criteria', '?_cascade=delete'))
    .chain(([type, version, way]) =>
      fc.tuple(ids(type), parameters(type)).map(([id, pairs]) => ({
        method: 'DELETE',
        target: way === 'criteria' ? `/${type}?${encode(pairs)}` : `/${type}/${id}${way === 'id' ? '' : way}`,
        headers: version,
      })),
    )

/** Every way to change something, aimed at A's, B's, and what is not there. */
export const writes = (ids: Ids): Arbitrary<Plain> =>
  fc.oneof(create, update(ids), conditionalUpdate, patch(ids), remove(ids), validate)

const validate: Arbitrary<Plain> = anyBody.map((body) => ({
  method: 'POST',
  target: `/${body.resourceType}/$validate`,
  headers: json,
  body: JSON.stringify(body),
}))

const entryOf = ({ method, target, headers, body }: Plain, index: number): Json => ({
  ...(method === 'POST' && { fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000000${index}` }),
  request: {
    method,
    url: target.slice(1),
    ...(headers['if-match'] !== undefined && { ifMatch: headers['if-match'] }),
    ...(headers['if-none-exist'] !== undefined && { ifNoneExist: headers['if-none-exist'] }),
  },
  ...(body?.startsWith('{') && { resource: JSON.parse(body) }),
})

/** Batches and transactions of such requests; entries may point at each other and at B's. */
export const bundles = (singles: Arbitrary<Plain>): Arbitrary<Plain> =>
  fc
    .tuple(
      fc.constantFrom('batch', 'transaction', 'transaction', 'collection'),
      fc.array(singles, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
    )
    .map(([type, plains, joined]) => {
      const entry = plains.map(entryOf).map((each) => (joined ? joinedTo(each) : each))
      return {
        method: 'POST',
        target: '/',
        headers: json,
        body: JSON.stringify({ resourceType: 'Bundle', type, entry }),
      }
    })

const joinedTo = (entry: Json): Json => {
  const resource = entry.resource as Resource | undefined
  const [path] = resource === undefined ? [] : (memberPathsOf(resource.resourceType)?.about ?? [])
  if (resource === undefined || path === undefined) return entry
  const first = path.split('.')[0] ?? path
  return {
    ...entry,
    resource: put({ ...resource, [first]: undefined }, path, to('urn:uuid:00000000-0000-4000-8000-000000000000')),
  }
}
