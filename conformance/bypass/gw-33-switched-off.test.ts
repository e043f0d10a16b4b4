import { expect, test } from 'vitest'
import type { UpstreamRequest } from '../../packages/gateway/src/env.ts'
import { openFixture } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { hostileUpstream } from '../../packages/gateway/test/upstream/hostile.ts'
import { canary, foreign, scene } from './scene.ts'

const without = (type: string) => {
  const upstream = honestUpstream(scene)
  return {
    ...upstream,
    send: async (request: UpstreamRequest) => {
      const answer = await upstream.send(request)
      if (request.target !== 'metadata' || !(answer.body instanceof Uint8Array)) return answer
      const statement = JSON.parse(Buffer.from(answer.body).toString('utf8'))
      for (const resource of statement.rest[0].resource)
        if (resource.type === type)
          resource.searchParam = resource.searchParam.filter(({ name }: { name: string }) => name === 'code')
      return { ...answer, body: Buffer.from(JSON.stringify(statement)) }
    },
  }
}

test('GW-33: a type that cannot be searched by patient is refused, not searched whole', async () => {
  const { get, upstream } = openFixture({ upstream: without('Observation') })
  const before = upstream.received.length
  const reply = await get('/Observation')
  expect(reply.status).toBe(403)
  expect(reply.text).toContain('narrowing-unsupported')
  expect(upstream.received.slice(before).map(({ target }) => target)).toEqual(['metadata'])
  expect((await get('/Condition')).status).toBe(200)
})

test('GW-33: the operator may vouch for a parameter the server does not list', async () => {
  const { get } = openFixture({
    upstream: without('Observation'),
    config: (input) => ({
      ...input,
      locations: input.locations.map((location) => ({
        ...location,
        upstream: { ...location.upstream, searchParameters: { Observation: ['patient'] } },
      })),
    }),
  })
  expect((await get('/Observation')).status).toBe(200)
})

test('GW-33: an upstream that ignores the narrowing gives 502 and an alarm, and no part of its answer', async () => {
  const { get } = openFixture({ upstream: hostileUpstream(scene, { foreign }) })
  const reply = await get('/Observation')
  expect(reply.status).toBe(502)
  expect(reply.text).toContain('upstream-ignored-narrowing')
  expect(reply.text).not.toContain(canary('A'))
})
