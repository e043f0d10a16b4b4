import { expect, test } from 'vitest'
import { idsOf, openFixture } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { scene } from './scene.ts'
import { everyWay } from './ways.ts'

everyWay('GW-25: page tokens', [
  { request: 'GET /Observation?_getpages=x&_getpagesoffset=2', status: [400] },
  { request: 'GET /Observation?ct=x', status: [400] },
  { request: 'GET /Observation?_offset=5', status: [400] },
  { request: 'GET /Observation?page=2', status: [400] },
  { request: 'GET /Observation?_page=k1.AAAA', status: [404] },
  { request: 'GET /Observation?_page=x', status: [404] },
  { request: 'GET /Observation?_page=k1.AAAA&patient=B', status: [400] },
])

const open = () => openFixture({ upstream: honestUpstream(scene, 2) })
const nextOf = (body: Readonly<Record<string, unknown>>): string => {
  const links = body.link as readonly { readonly relation: string; readonly url: string }[]
  return links.find(({ relation }) => relation === 'next')?.url.replace('http://gateway.test/fhir', '') ?? ''
}

test('GW-25, THR-32: a page opens for who asked for it, and for nobody else', async () => {
  const { get } = open()
  const next = nextOf((await get('/Observation?_count=2')).body)
  expect(next).toMatch(/^\/Observation\?_page=/)
  expect(idsOf((await get(next)).body)).toHaveLength(2)
  for (const claims of [{ patient: 'B' }, { client_id: 'other' }, { sub: 'other' }, { grant_id: 'other' }])
    expect((await get(next, claims)).status, JSON.stringify(claims)).toBe(404)
})

test('GW-25: a page is decided again with the scopes of the token presented now', async () => {
  const { get } = open()
  const next = nextOf((await get('/Observation?_count=2')).body)
  expect((await get(next, { scope: 'patient/Condition.rs' })).status).toBe(403)
  const narrower = await get(next, { scope: 'patient/Observation.rs?category=none|none' })
  expect(narrower.status).toBe(200)
  expect(idsOf(narrower.body)).toEqual([])
})

test('GW-25: a tampered or expired page is not found', async () => {
  const { get, advance } = open()
  const next = nextOf((await get('/Observation?_count=2')).body)
  const flipped = next.slice(0, -5) + (next.at(-5) === 'A' ? 'B' : 'A') + next.slice(-4)
  expect((await get(flipped)).status).toBe(404)
  await advance(3601)
  expect((await get(next)).status).toBe(404)
})

test('GW-25, THR-33: no link of the upstream reaches the client', async () => {
  const { get } = open()
  const reply = await get('/Observation?_count=2')
  expect(reply.text).not.toContain('upstream.test')
})
