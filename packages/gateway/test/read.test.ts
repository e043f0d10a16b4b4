import { expect, test } from 'vitest'
import { idsOf, openFixture } from './fixture.ts'
import { honestUpstream } from './upstream/honest.ts'

const observation = (id: string, patient: string, category = 'laboratory') => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }] }],
  code: { text: `canary-${id}` },
  subject: { reference: `Patient/${patient}` },
})

const resources = [
  { resourceType: 'Patient', id: 'A', name: [{ family: 'canary-A' }] },
  { resourceType: 'Patient', id: 'B', name: [{ family: 'canary-B' }] },
  observation('oa', 'A'),
  observation('ov', 'A', 'vital-signs'),
  observation('ob', 'B'),
  { resourceType: 'Practitioner', id: 'p', name: [{ family: 'Doe' }] },
]

const smart = 'http://terminology.hl7.org/CodeSystem/observation-category'

test('AL-79: a read of what the token covers gives the resource, with URLs on the public base', async () => {
  const { get, logged } = openFixture({ resources })
  const reply = await get('/Observation/oa')
  expect(logged).toEqual([])
  expect(reply.status).toBe(200)
  expect(reply.body.id).toBe('oa')
  expect(reply.headers.etag).toBe('W/"1"')
})

test('GW-17, THR-26: a foreign and an absent resource give the same answer', async () => {
  const { get } = openFixture({ resources })
  const foreign = await get('/Observation/ob')
  const absent = await get('/Observation/nothing')
  expect(foreign.status).toBe(404)
  expect(foreign.text).toBe(absent.text)
  expect(foreign.text).not.toContain('canary')
})

test('SC-18: a search gives only what is the patient’s', async () => {
  const { get, upstream } = openFixture({ resources })
  const reply = await get('/Observation')
  expect(idsOf(reply.body)).toEqual(['Observation/oa', 'Observation/ov'])
  expect(reply.body.total).toBe(2)
  expect(upstream.received.at(-1)?.target).toContain('patient=Patient%2FA')
})

test('SC-15, ONC-34: a granular scope narrows search and read alike', async () => {
  const { get } = openFixture({ resources })
  const claims = { scope: `patient/Observation.rs?category=${smart}|vital-signs` }
  expect(idsOf((await get('/Observation', claims)).body)).toEqual(['Observation/ov'])
  expect((await get('/Observation/ov', claims)).status).toBe(200)
  expect((await get('/Observation/oa', claims)).status).toBe(404)
})

test('AL-78, RFC-07: no token is 401 without an error code; a type without scope is 403', async () => {
  const { get } = openFixture({ resources })
  const none = await get('/Patient/A', null)
  expect(none.status).toBe(401)
  expect(none.headers['www-authenticate']).toBe('Bearer realm="fhir"')
  const other = await get('/Condition', { scope: 'patient/Observation.rs' })
  expect(other.status).toBe(403)
  expect(other.headers['www-authenticate']).toContain('insufficient_scope')
})

test('AL-30, AL-16: discovery and metadata need no token and allow any origin', async () => {
  const { get } = openFixture({ resources })
  const discovery = await get('/.well-known/smart-configuration', null)
  expect(discovery.status).toBe(200)
  expect(discovery.headers['content-type']).toBe('application/json')
  expect(discovery.headers['access-control-allow-origin']).toBe('*')
  const metadata = await get('/metadata', null)
  expect(metadata.status).toBe(200)
  expect(metadata.body.format).toEqual(['application/fhir+json', 'json'])
  expect(JSON.stringify(metadata.body)).not.toContain('graphql')
})

test('URLs of the upstream are moved to the public base, also where their slashes are escaped', async () => {
  const body =
    '{"resourceType":"Observation","id":"x","subject":{"reference":"http:\\/\\/upstream.test\\/fhir\\/Patient\\/A"}}'
  const upstream = honestUpstream([])
  const { get } = openFixture({
    upstream: {
      ...upstream,
      send: async (request) =>
        request.target === 'Observation/x'
          ? { status: 200, headers: {}, body: Buffer.from(body) }
          : upstream.send(request),
    },
  })
  const reply = await get('/Observation/x')
  expect(reply.body.subject).toEqual({ reference: 'http://gateway.test/fhir/Patient/A' })
})
