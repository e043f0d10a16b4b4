import type { InjectOptions } from 'fastify'
import { describe, expect, test } from 'vitest'
import type { Json } from '../src/fhir/json.ts'
import { type Fixture, idsOf, openFixture, type Reply } from './fixture.ts'
import { honestUpstream, type Upstream } from './upstream/honest.ts'

const categories = 'http://terminology.hl7.org/CodeSystem/observation-category'

const observation = (id: string, patient: string, codes: readonly string[] = ['laboratory']) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: codes.map((code) => ({ coding: [{ system: categories, code }] })),
  subject: { reference: `Patient/${patient}` },
})

const resources = [
  { resourceType: 'Patient', id: 'A' },
  { resourceType: 'Patient', id: 'B' },
  observation('oa', 'A'),
  observation('ob', 'B'),
  observation('both', 'A', ['exam', 'vital-signs']),
  { resourceType: 'Practitioner', id: 'p' },
]

/** The honest upstream, which here also knows the histories of types and of the whole system. */
const upstreamWithHistory = (): Upstream => {
  const honest = honestUpstream(resources)
  const send: Upstream['send'] = async (request) => {
    if (!/^(Observation\/)?_history\b/.test(request.target)) return honest.send(request)
    honest.received.push(request)
    const body = Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'history', entry: [] }))
    return { status: 200, headers: { 'content-type': 'application/fhir+json' }, body }
  }
  return { ...honest, send }
}

type Asked = { readonly request: string; readonly body?: unknown; readonly type?: string }

const ask = (fixture: Fixture, { request, body, type = 'application/fhir+json' }: Asked, claims: Json | null) => {
  const [method = '', url = ''] = request.split(' ')
  return fixture.request({
    method: method as NonNullable<InjectOptions['method']>,
    url: `/fhir${url}`,
    claims,
    headers: body === undefined ? {} : { 'content-type': type },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

/** A doctor of this house. */
const doctor = { patient: undefined, fhirUser: 'http://gateway.test/fhir/Practitioner/p' }
const fresh = observation('new', 'A')
const patch = [{ op: 'replace', path: '/status', value: 'amended' }]

type Row = Asked & { readonly id: string; readonly name: string; readonly letter: string; readonly status: number }

const rows: readonly Row[] = [
  { id: 'SC-02', name: 'create', letter: 'c', request: 'POST /Observation', body: fresh, status: 201 },
  { id: 'SC-03', name: 'read', letter: 'r', request: 'GET /Observation/oa', status: 200 },
  { id: 'SC-03', name: 'vread', letter: 'r', request: 'GET /Observation/oa/_history/1', status: 200 },
  { id: 'SC-03', name: 'instance history', letter: 'r', request: 'GET /Observation/oa/_history', status: 200 },
  {
    id: 'SC-04',
    name: 'update',
    letter: 'u',
    request: 'PUT /Observation/oa',
    body: observation('oa', 'A'),
    status: 200,
  },
  { id: 'SC-04', name: 'update as create', letter: 'u', request: 'PUT /Observation/new', body: fresh, status: 201 },
  { id: 'SC-05', name: 'delete', letter: 'd', request: 'DELETE /Observation/oa', status: 204 },
  { id: 'SC-06', name: 'type search', letter: 's', request: 'GET /Observation?_count=5', status: 200 },
  {
    id: 'SC-06',
    name: 'type search by POST',
    letter: 's',
    request: 'POST /Observation/_search',
    body: '_count=5',
    type: 'application/x-www-form-urlencoded',
    status: 200,
  },
  { id: 'SC-06', name: 'type history', letter: 's', request: 'GET /Observation/_history', status: 200 },
  { id: 'SC-06', name: 'system history', letter: 's', request: 'GET /_history', status: 200 },
]

const without = (letter: string): string => 'cruds'.replace(letter, '')

/** What was asked of the upstream but its own statement. */
const askedUpstream = ({ upstream }: Fixture): readonly string[] =>
  upstream.received.map(({ target }) => target).filter((target) => target !== 'metadata')

describe('SC-02 SC-03 SC-04 SC-05 SC-06 CP-17 each interaction takes its own letter and no other will do', () => {
  test.each(rows)('$id $name takes $letter', async ({ letter, status, ...asked }) => {
    const fixture = openFixture({ upstream: upstreamWithHistory() })
    const type = asked.request === 'GET /_history' ? '*' : 'Observation'
    const refused = await ask(fixture, asked, { ...doctor, scope: `user/${type}.${without(letter)}` })
    expect([refused.status, askedUpstream(fixture)]).toEqual([403, []])
    const reply = await ask(fixture, asked, { ...doctor, scope: `user/${type}.${letter}` })
    expect([reply.status, reply.text]).toEqual([status, reply.text])
    expect(askedUpstream(fixture)).not.toEqual([])
  })

  test('SC-04 patch takes u, and what is stored is what was asked', async () => {
    const fixture = openFixture({ resources })
    const asked = { request: 'PATCH /Observation/oa', body: patch, type: 'application/json-patch+json' }
    const refused = await ask(fixture, asked, { scope: 'patient/Observation.crds' })
    expect([refused.status, askedUpstream(fixture)]).toEqual([403, []])
    expect((await ask(fixture, asked, { scope: 'patient/Observation.u patient/*.r' })).status).toBe(200)
    expect(fixture.upstream.store.current('Observation/oa')?.resource).toMatchObject({ status: 'amended' })
  })
})

const statusesOf = ({ body }: Reply): readonly string[] =>
  (body.entry as readonly { response: { status: string } }[]).map(({ response }) => response.status.slice(0, 3))

const bundle = (type: string, requests: readonly string[]) => ({
  resourceType: 'Bundle',
  type,
  entry: requests.map((request) => {
    const [method, url] = request.split(' ')
    return { request: { method, url }, ...(method === 'POST' && { resource: fresh }) }
  }),
})

test('SC-11 a batch is judged entry by entry, a transaction as a whole, by what each entry really does', async () => {
  const fixture = openFixture({ resources })
  const requests = ['GET Observation/oa', 'GET Observation', 'POST Observation', 'DELETE Observation/oa']
  const claims = { ...doctor, scope: 'user/Observation.r' }
  const batch = await ask(fixture, { request: 'POST /', body: bundle('batch', requests) }, claims)
  expect(statusesOf(batch)).toEqual(['200', '403', '403', '403'])
  const transaction = await ask(fixture, { request: 'POST /', body: bundle('transaction', requests) }, claims)
  expect(transaction.status).toBe(403)
  expect(fixture.upstream.store.current('Observation/oa')?.version).toBe('1')
})

test('SC-19 what is outside of the compartment is given only by a scope that names it', async () => {
  const { get } = openFixture({ resources })
  expect((await get('/Practitioner/p', { scope: 'patient/Observation.rs' })).status).toBe(403)
  expect((await get('/Practitioner/p', { scope: 'patient/Practitioner.r' })).status).toBe(200)
})

test('SC-21 CP-17 user/ gives what the user may see: a doctor every patient, a patient their own record', async () => {
  const { get } = openFixture({ resources })
  const scope = 'user/Observation.rs'
  const seenBy = async (claims: Json) => idsOf((await get('/Observation', { scope, ...claims })).body)
  expect(await seenBy(doctor)).toEqual(['Observation/both', 'Observation/oa', 'Observation/ob'])
  const patient = { patient: undefined, fhirUser: 'http://gateway.test/fhir/Patient/B' }
  expect(await seenBy(patient)).toEqual(['Observation/ob'])
  expect((await get('/Observation/oa', { scope, ...patient })).status).toBe(404)
})

test('CP-16 patient/ gives the record of the one patient of the token, whoever the user is', async () => {
  const { get } = openFixture({ resources })
  const claims = { scope: 'patient/Observation.rs', fhirUser: doctor.fhirUser }
  expect(idsOf((await get('/Observation', claims)).body)).toEqual(['Observation/both', 'Observation/oa'])
  expect((await get('/Observation/oa', { ...claims, patient: undefined })).status).toBe(403)
})

test('CX-33 no access follows from what stands in fhirContext', async () => {
  const { get } = openFixture({ resources })
  const fhirContext = [
    { reference: 'Observation/ob' },
    { identifier: { system: 'urn:x', value: 'ob' }, type: 'Observation' },
    { canonical: 'http://gateway.test/fhir/Observation/ob', type: 'Observation' },
  ]
  expect((await get('/Observation/ob', { fhirContext })).status).toBe(404)
  expect((await get('/Observation/oa', { fhirContext, scope: 'openid' })).status).toBe(403)
  expect((await get('/Observation/oa', { fhirContext })).status).toBe(200)
})

test('ONC-33 one category that matches is enough, whatever others stand beside it', async () => {
  const { get } = openFixture({ resources })
  const claims = { scope: `patient/Observation.rs?category=${categories}|vital-signs` }
  expect(idsOf((await get('/Observation', claims)).body)).toEqual(['Observation/both'])
  expect((await get('/Observation/both', claims)).status).toBe(200)
  expect((await get('/Observation/both', { scope: claims.scope.replace('vital-signs', 'survey') })).status).toBe(404)
})

test('CP-18 CP-19 v1 words and v2 letters open the same, as far as they say the same', async () => {
  const { get, request } = openFixture({ resources })
  for (const scope of ['patient/Observation.read', 'patient/Observation.rs'])
    expect(idsOf((await get('/Observation', { scope })).body)).toEqual(['Observation/both', 'Observation/oa'])
  const remove = { method: 'DELETE', url: '/fhir/Observation/oa' } as const
  expect((await request({ ...remove, claims: { scope: 'patient/Observation.read' } })).status).toBe(403)
  expect((await request({ ...remove, claims: { scope: 'patient/Observation.write' } })).status).toBe(204)
})

const backend = { sub: 'app', gty: 'client_credentials', patient: undefined, fhirUser: undefined }

test('BS-23 ONC-36 a backend token opens what its scopes cover, until it expires', async () => {
  const fixture = openFixture({ resources })
  const claims = { ...backend, scope: 'system/Observation.rs' }
  expect((await fixture.get('/Observation/ob', claims)).status).toBe(200)
  expect((await fixture.get('/Patient/A', claims)).status).toBe(403)
  const { now } = fixture.clock
  expect((await fixture.get('/Observation/ob', { ...claims, iat: now - 600, exp: now - 300 })).status).toBe(401)
  expect((await fixture.get('/Observation/ob', { ...claims, aud: 'http://other.test/fhir' })).status).toBe(401)
})

test('BS-24 ONC-23 what is asked for by name and not covered fails, and is not left out in silence', async () => {
  const fixture = openFixture({ resources })
  const claims = { ...backend, scope: 'system/Observation.rs' }
  expect((await fixture.get('/Condition', claims)).status).toBe(403)
  const asked = (type: string) =>
    fixture.get(`/$export?_type=${type}`, claims, { prefer: 'respond-async', accept: 'application/fhir+json' })
  expect((await asked('Observation,Condition')).status).toBe(403)
  expect((await asked('Nonsense')).status).toBe(403)
  expect(askedUpstream(fixture)).toEqual([])
})

test('BS-25 what policy withholds is refused with an OperationOutcome that says so', async () => {
  const { get } = openFixture({ resources })
  const reply = await get('/Contract', { scope: 'patient/*.rs' })
  expect(reply.status).toBe(403)
  expect(reply.body).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] })
  expect(reply.text).toContain('Contract')
})

test('BS-21 without a token there are two documents that tell no one anything, and nothing else', async () => {
  const fixture = openFixture({ resources })
  for (const { status: _status, ...row } of rows) expect((await ask(fixture, row, null)).status).toBe(401)
  const others = ['/', '/Practitioner/p', '/ValueSet/$expand?url=x', '/$export', '/Patient/A/$everything']
  for (const path of others) expect([path, (await fixture.get(path, null)).status]).toEqual([path, 401])
  expect(askedUpstream(fixture)).toEqual([])
  for (const path of ['/metadata', '/.well-known/smart-configuration'])
    expect((await fixture.get(path, null)).status).toBe(200)
})

test('IN-07 IX-17 the Patient needs a scope of its own, or to be the user themselves', async () => {
  const { get } = openFixture({ resources })
  const scope = 'patient/Observation.rs openid fhirUser'
  expect((await get('/Patient/A', { scope })).status).toBe(403)
  expect((await get('/Patient/A', { scope, fhirUser: 'http://gateway.test/fhir/Patient/A' })).status).toBe(200)
  expect((await get('/Patient/A', { scope: 'patient/Patient.r' })).status).toBe(200)
})
