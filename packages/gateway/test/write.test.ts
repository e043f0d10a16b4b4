import { expect, test } from 'vitest'
import { idsOf, openFixture } from './fixture.ts'

const observation = (id: string | undefined, more: object = {}) => ({
  resourceType: 'Observation',
  ...(id !== undefined && { id }),
  status: 'final',
  subject: { reference: 'Patient/A' },
  ...more,
})
const resources = [
  { resourceType: 'Patient', id: 'A', name: [{ family: 'Alder' }] },
  observation('o', { meta: { security: [{ system: 's', code: 'R' }] } }),
  { resourceType: 'Practitioner', id: 'p' },
  { resourceType: 'Encounter', id: 'e', subject: { reference: 'Patient/A' } },
]
const open = () => openFixture({ resources })
const json = { 'content-type': 'application/fhir+json' }
type Fixture = ReturnType<typeof open>
const write = (
  fixture: Fixture,
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: object,
  claims: object = {},
  headers: object = {},
) =>
  fixture.request({
    method,
    url: `/fhir${url}`,
    claims: { ...claims },
    headers: { ...json, ...headers },
    ...(body && { payload: JSON.stringify(body) }),
  })

test('SC-02: a create within the reach is stored, and the stored resource comes back', async () => {
  const fixture = open()
  const reply = await write(
    fixture,
    'POST',
    '/Observation',
    observation('chosen', { encounter: { reference: 'http://gateway.test/fhir/Encounter/e' } }),
  )
  expect(reply.status).toBe(201)
  expect(reply.headers.location).toBe('http://gateway.test/fhir/Observation/new-1/_history/1')
  expect(reply.body.id).toBe('new-1')
  expect(fixture.upstream.store.current('Observation/new-1')?.resource?.encounter).toEqual({
    reference: 'http://upstream.test/fhir/Encounter/e',
  })
})

test('a write without read gets status, Location and ETag, and no body', async () => {
  const reply = await write(open(), 'POST', '/Observation', observation(undefined), { scope: 'patient/Observation.c' })
  expect(reply.status).toBe(201)
  expect(reply.headers.etag).toBe('W/"1"')
  expect(reply.text).toBe('')
})

test('SC-04: an update carries the version that was judged', async () => {
  const fixture = open()
  const body = observation('o', { status: 'amended', meta: { security: [{ system: 's', code: 'R' }] } })
  const reply = await write(fixture, 'PUT', '/Observation/o', body)
  expect(reply.status).toBe(200)
  expect(fixture.upstream.received.find(({ method }) => method === 'PUT')?.headers['if-match']).toBe('W/"1"')
  expect((await write(fixture, 'PUT', '/Observation/o', body, {}, { 'if-match': 'W/"1"' })).status).toBe(412)
})

test('an update may not take away a protecting label', async () => {
  expect((await write(open(), 'PUT', '/Observation/o', observation('o'))).status).toBe(403)
})

test('GW-15: a patch is applied by the gateway and stored as an update', async () => {
  const fixture = open()
  const patch = [
    { op: 'test', path: '/status', value: 'final' },
    { op: 'replace', path: '/status', value: 'amended' },
  ]
  const reply = await write(
    fixture,
    'PATCH',
    '/Observation/o',
    patch,
    {},
    { 'content-type': 'application/json-patch+json' },
  )
  expect(reply.status).toBe(200)
  expect(reply.body.status).toBe('amended')
  expect(fixture.upstream.received.some(({ method }) => method === 'PATCH')).toBe(false)
})

test('SC-05: a delete of one’s own is carried out at the version that was judged', async () => {
  const fixture = open()
  expect((await write(fixture, 'DELETE', '/Observation/o')).status).toBe(204)
  expect(fixture.upstream.store.current('Observation/o')?.resource).toBeUndefined()
  expect((await fixture.get('/Observation/o')).status).toBe(404)
})

test('GW-14: a conditional create that finds its resource answers it and writes nothing', async () => {
  const fixture = open()
  const reply = await write(fixture, 'POST', '/Observation', observation(undefined), {}, { 'if-none-exist': '_id=o' })
  expect(reply.status).toBe(200)
  expect(reply.body.id).toBe('o')
  expect(fixture.upstream.received.some(({ method }) => method === 'POST')).toBe(false)
})

test('a scope’s query holds for what is written, before and after', async () => {
  const fixture = open()
  const claims = { scope: 'patient/Observation.cu?status=final patient/Observation.rs' }
  expect(
    (await write(fixture, 'POST', '/Observation', observation(undefined, { status: 'amended' }), claims)).status,
  ).toBe(403)
  expect((await write(fixture, 'POST', '/Observation', observation(undefined), claims)).status).toBe(201)
})

test('an upstream without versions takes no update at patient level', async () => {
  const fixture = openFixture({
    resources,
    config: (input) => ({
      ...input,
      locations: input.locations.map((location) => ({
        ...location,
        upstream: { ...location.upstream, versioning: 'none' as const },
      })),
    }),
  })
  expect((await write(fixture, 'PUT', '/Observation/o', observation('o'))).status).toBe(403)
  expect((await write(fixture, 'DELETE', '/Observation/o')).status).toBe(403)
})

test('SC-11: a transaction is stored as one, with references inside it', async () => {
  const fixture = open()
  const encounter = 'urn:uuid:0b7c2d1e-0000-4000-8000-000000000001'
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: encounter,
        resource: { resourceType: 'Encounter', status: 'planned', subject: { reference: 'Patient/A' } },
        request: { method: 'POST', url: 'Encounter' },
      },
      {
        resource: observation(undefined, { encounter: { reference: encounter } }),
        request: { method: 'POST', url: 'Observation' },
      },
      { request: { method: 'GET', url: 'Patient/A' } },
      { resource: observation(undefined), request: { method: 'POST', url: 'Observation', ifNoneExist: '_id=o' } },
      { request: { method: 'DELETE', url: 'Observation/o' } },
    ],
  }
  const reply = await write(fixture, 'POST', '/', bundle)
  expect(reply.status, reply.text).toBe(200)
  const entries = reply.body.entry as readonly {
    readonly response: { readonly status: string }
    readonly resource?: { readonly id: string }
  }[]
  expect(entries.map(({ response }) => response.status)).toEqual(['201', '201', '200', '200', '204'])
  expect(entries[2]?.resource?.id).toBe('A')
  const sent = JSON.parse(String(fixture.upstream.received.at(-1)?.body)) as {
    readonly entry: readonly { readonly request: object }[]
  }
  expect(sent.entry).toHaveLength(4)
  expect(sent.entry[3]?.request).toEqual({ method: 'DELETE', url: 'Observation/o', ifMatch: 'W/"1"' })
})

test('SC-11: each entry of a batch is decided by itself, in order', async () => {
  const fixture = open()
  const get = (url: string) => ({ request: { method: 'GET', url } })
  const bundle = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [get('Patient/A'), get('Practitioner/p'), get('Observation')],
  }
  const reply = await write(fixture, 'POST', '/', bundle, { scope: 'patient/Patient.r patient/Observation.s' })
  const entries = reply.body.entry as readonly {
    readonly response: { readonly status: string }
    readonly resource?: Readonly<Record<string, unknown>>
  }[]
  expect(entries.map(({ response }) => response.status)).toEqual(['200', '403', '200'])
  expect(idsOf(entries[2]?.resource ?? {})).toEqual(['Observation/o'])
})
