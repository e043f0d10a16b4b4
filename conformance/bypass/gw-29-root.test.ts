import { expect, test } from 'vitest'
import { openFixture } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { scene } from './scene.ts'
import { everyWay } from './ways.ts'

everyWay('GW-29: root and system level', [
  { request: 'GET /?_type=Observation', status: [403] },
  { request: 'GET /?x', status: [404] },
  { request: 'GET /', status: [404] },
  {
    request: 'POST /_search',
    body: '_type=Observation',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: [403],
  },
  { request: 'POST /', body: { resourceType: 'Patient', id: 'B' }, status: [400] },
  { request: 'POST /', body: { resourceType: 'Bundle', type: 'history', entry: [] }, status: [400] },
  { request: 'GET /Patient/A/*', status: [403] },
  { request: 'GET /Encounter/Encounter-of-B/Observation', status: [403] },
  { request: 'GET /Practitioner/p/Observation', status: [403] },
  { request: 'GET /Patient/B/Observation', status: [403] },
  { request: 'GET /Patient/nobody/Observation', status: [403] },
  { request: 'GET /Patient/A/Condition', status: [200] },
  { request: 'PUT /Patient/A/Condition', status: [405] },
  { request: 'POST /Patient/A', status: [405] },
  { request: 'GET /actuator/env', status: [404] },
])

test('GW-29: /metadata is the same whatever is asked with it', async () => {
  const { get } = openFixture({ upstream: honestUpstream(scene) })
  const plain = await get('/metadata', null)
  const asked = await get('/metadata?mode=terminology&_format=xml&patient=B', null)
  expect(asked.status).toBe(200)
  expect(asked.text).toBe(plain.text)
})
