import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { UpstreamAnswer, UpstreamRequest } from '../src/env.ts'
import { idsOf, openFixture } from './fixture.ts'
import { honestUpstream, upstreamUrl } from './upstream/honest.ts'

const of = (resourceType: string, id: string, patient: string) => ({
  resourceType,
  id,
  subject: { reference: `Patient/${patient}` },
})
const paper = (id: string, patient: string) => ({
  ...of('DocumentReference', id, patient),
  content: [{ attachment: { url: `Binary/${id}` } }],
})
const resources = [
  { resourceType: 'Patient', id: 'A' },
  { resourceType: 'Patient', id: 'B' },
  of('Observation', 'a', 'A'),
  of('Observation', 'b', 'B'),
  { resourceType: 'Practitioner', id: 'p' },
  paper('own', 'A'),
  paper('foreign', 'B'),
  ...['own', 'foreign', 'orphan'].map((id) => ({
    resourceType: 'Binary',
    id,
    contentType: 'text/plain',
    data: Buffer.from(id).toString('base64'),
  })),
  { resourceType: 'Binary', id: 'closed', securityContext: { reference: 'Patient/B' } },
  { resourceType: 'Binary', id: 'opened', securityContext: { reference: 'Patient/A' } },
]

const reply = (status: number, body: unknown, headers: UpstreamAnswer['headers'] = {}): UpstreamAnswer => ({
  status,
  headers: { 'content-type': 'application/fhir+json', ...headers },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})

/** An upstream that answers some targets by hand and the rest honestly. */
const open = (special: (request: UpstreamRequest) => UpstreamAnswer | undefined = () => undefined) => {
  const upstream = honestUpstream(resources)
  return openFixture({
    upstream: {
      ...upstream,
      send: async (request) => {
        const own = special(request)
        if (own !== undefined) upstream.received.push(request)
        return own ?? upstream.send(request)
      },
    },
  })
}

test('GW-11: $everything sends the covered types and judges every entry', async () => {
  const entry = resources.slice(0, 5).map((resource) => ({ resource }))
  const { get, upstream } = open(({ target }) =>
    target.startsWith('Patient/A/$everything')
      ? reply(200, { resourceType: 'Bundle', type: 'searchset', total: 99, entry })
      : undefined,
  )
  const answer = await get('/Patient/A/$everything', { scope: 'patient/Patient.r patient/Observation.r' })
  expect(idsOf(answer.body)).toEqual(['Observation/a', 'Patient/A'])
  expect(answer.body.total).toBeUndefined()
  expect(decodeURIComponent(upstream.received.at(-1)?.target ?? '')).toContain('_type=Patient,Observation&')
})

test('$docref answers documents of the patient, judged', async () => {
  const { get } = open(({ target }) =>
    target.startsWith('DocumentReference/$docref')
      ? reply(200, {
          resourceType: 'Bundle',
          type: 'searchset',
          entry: [paper('own', 'A'), paper('foreign', 'B')].map((resource) => ({ resource })),
        })
      : undefined,
  )
  expect(idsOf((await get('/DocumentReference/$docref?patient=A')).body)).toEqual(['DocumentReference/own'])
  expect((await get('/DocumentReference/$docref?patient=B')).status).toBe(403)
})

test('$expand passes with the parameters on the list, and no resource may hide in its answer', async () => {
  const { get } = open(({ target }) => {
    if (target === 'ValueSet/$expand?url=good') return reply(200, { resourceType: 'ValueSet', expansion: { total: 1 } })
    return target === 'ValueSet/$expand?url=bad'
      ? reply(200, { resourceType: 'Parameters', parameter: [{ name: 'x', resource: resources[1] }] })
      : undefined
  })
  expect((await get('/ValueSet/$expand?url=good')).body.resourceType).toBe('ValueSet')
  expect((await get('/ValueSet/$expand?url=bad')).status).toBe(502)
  expect((await get('/ValueSet/$expand?url=good', { scope: 'patient/Observation.rs' })).status).toBe(403)
})

test.each([
  ['own', 200],
  ['opened', 200],
  ['foreign', 404],
  ['orphan', 404],
  ['closed', 404],
  ['absent', 404],
])('GW-18, THR-30: Binary/%s is %i', async (id, status) => {
  const { get } = open()
  expect((await get(`/Binary/${id}`)).status).toBe(status)
})

test('THR-30: a Binary needs a covered document, or a scope of its own', async () => {
  const { get } = open()
  expect((await get('/Binary/own', { scope: 'patient/DocumentReference.r' })).status).toBe(200)
  expect((await get('/Binary/own', { scope: 'patient/Media.r' })).status).toBe(404)
  expect((await get('/Binary/own', { scope: 'patient/Binary.r' })).status).toBe(200)
  expect((await get('/Binary/own', { scope: 'patient/Observation.r' })).status).toBe(403)
})

const backend = { scope: 'system/Patient.rs system/Observation.rs', patient: undefined, client_id: 'backend' }
const bulk = (request: UpstreamRequest): UpstreamAnswer | undefined => {
  if (request.target.includes('$export')) return reply(202, '', { 'content-location': `${upstreamUrl}/$job/1` })
  if (request.target === '$job/1')
    return reply(200, {
      transactionTime: '2026-01-01T00:00:00Z',
      output: [
        { type: 'Observation', url: `${upstreamUrl}/file/1`, count: 2 },
        { type: 'Condition', url: `${upstreamUrl}/file/2` },
      ],
    })
  return undefined
}
const async = { prefer: 'respond-async' }
const path = (url: unknown): string => String(url).replace('http://gateway.test/fhir', '')

test('GW-26, BS-23: an export is started, watched and fetched by its client only', async () => {
  const { get, upstream } = open(bulk)
  const started = await get('/$export', backend, async)
  expect(started.status).toBe(202)
  expect(decodeURIComponent(upstream.received.at(-1)?.target ?? '')).toContain('_type=Patient,Observation')
  const status = path(started.headers['content-location'])
  expect(status).toMatch(/^\/_export\//)
  expect((await get(status, { ...backend, client_id: 'other' })).status).toBe(404)
  expect((await get(status, { ...backend, scope: 'system/Patient.rs' })).status).toBe(404)
  const manifest = await get(status, backend)
  expect(manifest.body.requiresAccessToken).toBe(true)
  expect((manifest.body.output as readonly object[]).map((file) => Object.keys(file))).toEqual([['type', 'url']])
})

test('GW-26: who may export what', async () => {
  const { get } = open(bulk)
  expect((await get('/$export', backend)).status).toBe(400)
  expect((await get('/$export?_type=Condition', backend, async)).status).toBe(403)
  expect((await get('/$export', {}, async)).status).toBe(403)
  expect((await get('/$export?_outputFormat=application/xml', backend, async)).status).toBe(406)
  expect((await get('/Observation/$export', backend, async)).status).toBe(403)
})

test('GW-26: every line of a file is judged; a line that does not parse ends the stream', async () => {
  const lines = (...values: readonly unknown[]) =>
    Readable.from(values.map((value) => Buffer.from(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`)))
  const files: Record<string, Readable> = {}
  const special = (request: UpstreamRequest): UpstreamAnswer | undefined =>
    request.target === 'file/1' && files.now !== undefined
      ? { status: 200, headers: {}, body: files.now }
      : bulk(request)
  const upstream = honestUpstream(resources)
  const { get } = openFixture({
    upstream: { ...upstream, send: async (request) => special(request) ?? upstream.send(request) },
    config: (input) => ({
      ...input,
      locations: input.locations.map((location) => ({ ...location, systemReach: { backend: { patients: ['A'] } } })),
    }),
  })
  expect((await get('/$export', backend, async)).status).toBe(403)
  const started = await get('/Patient/$export?patient=Patient/A', backend, async)
  const manifest = await get(path(started.headers['content-location']), backend)
  const [file] = manifest.body.output as readonly { readonly url: string }[]
  files.now = lines(of('Observation', 'a', 'A'), of('Observation', 'b', 'B'))
  const good = await get(path(file?.url), backend)
  expect(good.status).toBe(200)
  expect(good.text).toBe(`${JSON.stringify(of('Observation', 'a', 'A'))}\n`)
  expect((await get(path(file?.url), { ...backend, client_id: 'other' })).status).toBe(404)
  files.now = lines(of('Observation', 'a', 'A'), '{"broken', of('Observation', 'b', 'B'))
  const broken = await get(path(file?.url), backend).catch(() => undefined)
  expect(broken?.text ?? '').not.toContain('"b"')
})
