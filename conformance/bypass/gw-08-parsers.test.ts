import { get } from 'node:http'
import { expect, test } from 'vitest'
import { openFixture } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { scene } from './scene.ts'
import { everyWay } from './ways.ts'

everyWay('GW-08: parser differences', [
  { request: 'GET /Observation?patient=A&patient=B', status: [403] },
  { request: 'GET /Observation?patient=A&patient=A', status: [403] },
  { request: 'GET /Observation?p%61tient=B', status: [403] },
  { request: 'GET /Observation?PATIENT=B', status: [400] },
  { request: 'GET /Observation?patient=A;patient=B', status: [403] },
  { request: 'GET /Observation?patient=A%00', status: [400] },
  { request: 'GET /Observation?patient=%ff', status: [400] },
  { request: 'GET /Observation?patient=Patient/B/_history/1', status: [403] },
  { request: 'GET /Observation?patient=Patient/A/_history/1', status: [403] },
  { request: 'GET /Observation?patient=http://other.test/fhir/Patient/A', status: [403] },
  { request: 'GET /Observation?patient=http://gateway.test/fhir/Patient/A', status: [200] },
  { request: 'GET /Patient//B', status: [400] },
  { request: 'GET /Patient%2FB', status: [400] },
  { request: 'GET /Patient;x=1/B', status: [400] },
  { request: 'GET /patient/B', status: [404] },
  { request: 'GET /Pati%65nt/B', status: [404] },
  { request: 'GET /Patient/B%00', status: [400] },
  { request: 'GET /Patient/%C3%84', status: [400] },
])

test.each([
  '/fhir/Patient/A/../B',
  '/fhir/Patient/%2e%2e/Patient/B',
  '/fhir/Patient\\B',
  '/fhir//Patient/B',
  '/fhir/./Patient/B',
  '//fhir/Patient/B',
  '/x/../fhir/Patient/B',
])('GW-08, THR-34: %s, sent as it is written, is not read as another path', async (path) => {
  const { app, token, upstream } = openFixture({ upstream: honestUpstream(scene) })
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const status = await new Promise<number | undefined>((resolve, reject) =>
    get({ host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${token()}` } }, (reply) => {
      reply.resume()
      resolve(reply.statusCode)
    }).once('error', reject),
  )
  expect([400, 404]).toContain(status)
  expect(upstream.received.filter(({ target }) => target !== 'metadata')).toEqual([])
  await app.close()
})

test('GW-08, THR-34: two Authorization headers are refused', async () => {
  const { app, token } = openFixture({ upstream: honestUpstream(scene) })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const { request } = await import('undici')
  const headers = ['authorization', `Bearer ${token()}`, 'authorization', `Bearer ${token({ patient: 'B' })}`]
  const reply = await request(`${url}/fhir/Patient/A`, { headers })
  expect(reply.statusCode).toBe(400)
  await reply.body.dump()
  await app.close()
})

test('GW-08: the upstream sees only our spelling', async () => {
  const { get: getPath, upstream } = openFixture({ upstream: honestUpstream(scene) })
  await getPath('/Observation?c%6Fde=%78&p%61tient=A')
  expect(upstream.received.at(-1)?.target).toBe('Observation?code=x&patient=Patient%2FA&_count=50')
})
