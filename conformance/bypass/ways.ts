import type { InjectOptions } from 'fastify'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../packages/gateway/src/fhir/json.ts'
import { type Fixture, type FixtureOptions, openFixture, type Reply } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream, type Upstream } from '../../packages/gateway/test/upstream/honest.ts'
import { hostileUpstream } from '../../packages/gateway/test/upstream/hostile.ts'
import { canary, foreign, hiddenKeys, scene, sceneWithoutB } from './scene.ts'

/** A request that tries to reach B with A's token, and what the gateway may answer. */
export type Way = {
  /** `GET /Observation?…`, below the base. */
  readonly request: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Claims that differ from A with `patient/*.cruds`; `null`: no token. */
  readonly claims?: Json | null
  /** Statuses that are right from an honest upstream. From a hostile one 502 is right too. */
  readonly status: readonly number[]
  /** Further statuses that are right from a hostile upstream. */
  readonly hostile?: readonly number[]
  /** What else must hold of the honest answer. */
  readonly check?: (reply: Reply, fixture: Fixture) => void
}

type Options = Pick<FixtureOptions, 'config' | 'env'>

/**
 * Registers every way as a test, against an honest and a hostile upstream. After each: no canary of B in the answer, nothing of
 * B's changed, and from the honest upstream the same answer as when B does not exist.
 */
export const everyWay = (title: string, ways: readonly Way[], options: Options = {}): void => {
  describe(title, () => {
    test.each(ways.map((way) => [way.request, way] as const))('honest: %s', async (_title, way) => {
      const fixture = openFixture({ ...options, upstream: honestUpstream(scene) })
      const before = hiddenState(fixture.upstream)
      const reply = await ask(fixture, way)
      expect(way.status, reply.text).toContain(reply.status)
      expectNothingOfB(reply, fixture, before)
      way.check?.(reply, fixture)
      const alone = await ask(openFixture({ ...options, upstream: honestUpstream(sceneWithoutB) }), way)
      expect(comparable(reply)).toEqual(comparable(alone))
    })
    test.each(ways.map((way) => [way.request, way] as const))('hostile: %s', async (_title, way) => {
      const fixture = openFixture({ ...options, upstream: hostileUpstream(scene, { foreign }) })
      const before = hiddenState(fixture.upstream)
      const reply = await ask(fixture, way)
      expect([...way.status, ...(way.hostile ?? []), 502], reply.text).toContain(reply.status)
      expectNothingOfB(reply, fixture, before)
      expect(reply.text).not.toContain('4711')
    })
  })
}

/** Sends a way's request. */
export const ask = (
  fixture: Fixture,
  { request, body, headers = {}, claims = {} }: Omit<Way, 'status'>,
): Promise<Reply> => {
  const [method = 'GET', ...url] = request.split(' ')
  const isText = typeof body === 'string'
  return fixture.request({
    method: method as NonNullable<InjectOptions['method']>,
    url: `/fhir${url.join(' ')}`,
    claims,
    headers: {
      ...(body !== undefined && !('content-type' in headers) && { 'content-type': 'application/fhir+json' }),
      ...headers,
    },
    ...(body !== undefined && { payload: isText ? body : JSON.stringify(body) }),
  })
}

/** Everything of B's with all its versions, as text. */
export const hiddenState = ({ store }: Upstream): string =>
  JSON.stringify(hiddenKeys.map((key) => store.records.get(key)))

/** The three things that must never be. */
export const expectNothingOfB = (reply: Reply, { upstream, logged }: Fixture, before: string): void => {
  const all = `${reply.text}${JSON.stringify(reply.headers)}`
  expect(all).not.toContain(canary('B'))
  expect(all).not.toContain('leaky')
  expect(hiddenState(upstream)).toBe(before)
  expect(logged.filter(({ event }) => event === 'request.fault')).toEqual([])
}

/** An answer without what may differ: the request id, and the seal of page links. */
export const comparable = ({ status, headers, text }: Reply): unknown => {
  const { 'x-request-id': _id, date: _date, 'content-length': _length, ...rest } = headers
  return { status, headers: rest, text: text.replace(/_page=[\w.-]+/g, '_page=…') }
}
