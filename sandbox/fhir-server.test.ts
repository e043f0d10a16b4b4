import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Observation, Patient, Resource } from '@medplum/fhirtypes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileJournal } from './fhir/journal.ts'
import { type FhirServer, startFhirServer } from './fhir-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-fhir-'))
const path = join(folder, 'journal.ndjson')
const patient = (id: string, family: string): Patient => ({
  resourceType: 'Patient',
  id,
  meta: { versionId: '1', lastUpdated: '2026-01-02T03:04:05.000Z' },
  name: [{ family }],
})
const pulse = (id: string, day: string): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: 'Patient/a' },
  effectiveDateTime: day,
})
const seed: readonly Resource[] = [
  patient('a', 'Adler'),
  patient('b', 'Bond'),
  ...['2026-01-01', '2026-01-02', '2026-01-03'].map((day, index) => pulse(`pulse-${index + 1}`, day)),
  {
    resourceType: 'Binary',
    id: 'note',
    contentType: 'text/plain',
    data: Buffer.from('Sleeps well.').toString('base64'),
  },
]

let server: FhirServer
const start = (): Promise<FhirServer> =>
  startFhirServer({ port: 0, records: () => seed, journal: fileJournal(path), credential: 'secret' })
beforeAll(async () => {
  server = await start()
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

type Ask = {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
  readonly credential?: string
}

async function ask(place: string, { method = 'GET', headers = {}, body, credential = 'secret' }: Ask = {}) {
  const response = await fetch(`${server.fhirBase}/${place}`, {
    method,
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/fhir+json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
}

test('nobody but the gateway is answered', async () => {
  expect((await ask('Patient/a', { credential: 'guess' })).status).toBe(401)
  expect((await ask('metadata', { credential: '' })).status).toBe(401)
  expect((await ask('Patient/a')).status).toBe(200)
})

test('the statement of capabilities lists only search parameters that are evaluated', async () => {
  const { json } = await ask('metadata')
  const observation = json.rest[0].resource.find(({ type }: { type: string }) => type === 'Observation')
  const names: readonly string[] = observation.searchParam.map(({ name }: { name: string }) => name)
  for (const name of ['patient', 'category', 'code', 'date', '_id', '_lastUpdated', '_security'])
    expect(names).toContain(name)
  for (const name of ['value-quantity', 'code-value-quantity', '_compartment', '_text'])
    expect(names).not.toContain(name)
  expect(json.rest[0].resource).toHaveLength(147)
})

test('a search has addresses, links and a total; the next page is where its link says', async () => {
  const first = await ask('Observation?patient=a&_sort=-date&_count=2')
  expect(first.json.total).toBe(3)
  expect(first.json.entry.map(({ fullUrl }: { fullUrl: string }) => fullUrl.split('/').at(-1))).toEqual([
    'pulse-3',
    'pulse-2',
  ])
  const next = first.json.link.find(({ relation }: { relation: string }) => relation === 'next').url
  const second = await ask(next.slice(server.fhirBase.length + 1))
  expect(second.json.entry.map(({ resource }: { resource: Resource }) => resource.id)).toEqual(['pulse-1'])
})

test('a search by POST reads its form; a strict caller is told of an unknown parameter', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const found = await ask('Observation/_search', {
    method: 'POST',
    headers,
    body: 'patient=Patient%2Fa&date=ge2026-01-02',
  })
  expect(found.json.total).toBe(2)
  const refused = await ask('Patient?shoe-size=41', { headers: { prefer: 'handling=strict' } })
  expect(refused.status).toBe(400)
  expect((await ask('Patient?shoe-size=41')).json.total).toBe(2)
})

test('versions: a stale If-Match changes nothing, the right one does, old versions stay readable', async () => {
  const created = await ask('Patient', {
    method: 'POST',
    body: { resourceType: 'Patient', id: 'a', name: [{ family: 'New' }] },
  })
  expect(created.status).toBe(201)
  const place = `Patient/${created.json.id}`
  expect(created.json.id).not.toBe('a')
  expect(created.headers.get('location')).toBe(`${server.fhirBase}/${place}/_history/${created.json.meta.versionId}`)
  const etag = created.headers.get('etag') ?? ''
  expect(etag).toBe(`W/"${created.json.meta.versionId}"`)
  const body = { ...created.json, name: [{ family: 'Newer' }] }
  expect((await ask(place, { method: 'PUT', headers: { 'if-match': 'W/"0"' }, body })).status).toBe(412)
  expect((await ask(place, { method: 'PUT', headers: { 'if-match': '"no weak tag"' }, body })).status).toBe(400)
  expect((await ask(place, { method: 'PUT', headers: { 'if-match': etag }, body })).status).toBe(200)
  for (let again = 0; again < 2; again++) {
    const history = await ask(`${place}/_history`)
    expect(history.json.entry.map(({ resource }: { resource: Patient }) => resource.name?.[0]?.family)).toEqual([
      'Newer',
      'New',
    ])
  }
  expect((await ask(`${place}/_history/${created.json.meta.versionId}`)).json.name[0].family).toBe('New')
  expect((await ask(place, { headers: { 'if-none-match': etag } })).status).toBe(200)
  const current = (await ask(place)).headers.get('etag') ?? ''
  expect((await ask(place, { headers: { 'if-none-match': current } })).status).toBe(304)
  expect((await ask(place, { method: 'DELETE', headers: { 'if-match': etag } })).status).toBe(412)
  expect((await ask(place, { method: 'DELETE' })).status).toBe(204)
  expect((await ask(place)).status).toBe(404)
})

test('a resource that is no legal R4 is not stored', async () => {
  const { status, json } = await ask('Observation', {
    method: 'POST',
    body: { resourceType: 'Observation', colour: 'red' },
  })
  expect(status).toBe(400)
  expect(json.resourceType).toBe('OperationOutcome')
  expect((await ask('Shoe/1')).status).toBe(404)
  expect((await ask('Patient', { method: 'POST', body: '{"resourceType":' })).status).toBe(400)
})

test('a transaction that fails at its last entry leaves nothing behind', async () => {
  const entry = (resource: unknown, url: string, method: string) => ({ resource, request: { method, url } })
  const bundle = (last: unknown) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [entry({ ...patient('t', 'Transaction') }, 'Patient/t', 'PUT'), last],
  })
  const bad = await ask('', {
    method: 'POST',
    body: bundle(entry({ resourceType: 'Observation', id: 'bad', colour: 'red' }, 'Observation/bad', 'PUT')),
  })
  expect(bad.status).toBe(400)
  expect((await ask('Patient/t')).status).toBe(404)
  const good = await ask('', {
    method: 'POST',
    body: bundle(entry(pulse('t1', '2026-02-01'), 'Observation/t1', 'PUT')),
  })
  expect(good.status).toBe(200)
  expect((await ask('Patient/t')).status).toBe(200)
})

test('a Binary is stored as it is sent, with the record whose permission it needs', async () => {
  const headers = { 'content-type': 'text/plain', 'x-security-context': 'Patient/a' }
  const created = await ask('Binary', { method: 'POST', headers, body: 'Hello.' })
  expect(created.json).toMatchObject({ contentType: 'text/plain', securityContext: { reference: 'Patient/a' } })
  const plain = await ask(`Binary/${created.json.id}`, { headers: { accept: 'text/plain' } })
  expect(plain.text).toBe('Hello.')
  expect(plain.headers.get('x-security-context')).toBe('Patient/a')
})

test('a Binary comes as it is when its own type is asked for', async () => {
  const plain = await ask('Binary/note', { headers: { accept: 'text/plain' } })
  expect(plain.text).toBe('Sleeps well.')
  expect(plain.headers.get('content-type')).toBe('text/plain')
  expect((await ask('Binary/note', { headers: { accept: 'application/fhir+json' } })).json.resourceType).toBe('Binary')
})

test('a second start finds what was written and does not find what was deleted', async () => {
  await ask('Patient/kept', { method: 'PUT', body: patient('kept', 'Kept') })
  await ask('Observation/pulse-1', { method: 'DELETE' })
  const version = (await ask('Patient/kept')).json.meta.versionId
  await server.close()
  writeFileSync(path, `${readFileSync(path, 'utf8')}{"op":"put","resou`)
  server = await start()
  expect((await ask('Patient/kept')).json.meta.versionId).toBe(version)
  expect((await ask('Observation/pulse-1')).status).toBe(404)
  expect((await ask('Patient/b')).status).toBe(200)
})
