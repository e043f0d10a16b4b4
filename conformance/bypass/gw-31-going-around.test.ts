import { expect, test } from 'vitest'
import { openFixture } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { scene } from './scene.ts'
import { everyWay } from './ways.ts'

const smuggled = {
  'x-forwarded-for': '127.0.0.1',
  'x-forwarded-host': 'upstream.test',
  'x-original-url': '/fhir/Patient/B',
  'x-rewrite-url': '/fhir/Patient/B',
  'x-http-method-override': 'DELETE',
  'x-authorization-patient': 'B',
  'x-gatehouse-user': 'Patient/B',
  cookie: 'session=b',
  forwarded: 'for=127.0.0.1',
}

everyWay('GW-31: going around', [
  { request: 'GET /Condition/Condition-of-A', headers: smuggled, status: [200] },
  { request: 'GET /Condition/Condition-of-B', headers: smuggled, status: [404] },
  { request: 'GET /Condition?_method=DELETE', status: [400] },
])

test('GW-31, THR-34: nothing of the client’s headers reaches the upstream', async () => {
  const { get, upstream } = openFixture({ upstream: honestUpstream(scene) })
  await get('/Condition/Condition-of-A', {}, smuggled)
  const sent = upstream.received.at(-1)
  expect(sent?.method).toBe('GET')
  expect(Object.keys(sent?.headers ?? {}).sort()).toEqual(['accept', 'x-request-id'])
})
