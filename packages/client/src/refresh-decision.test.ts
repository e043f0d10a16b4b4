import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer } from './exchange.ts'
import { decideRefresh, obstacle } from './refresh-decision.ts'
import type { Hold, SessionRecord } from './session-record.ts'

const record: SessionRecord = {
  kind: 'gatehouse-session-1',
  clientId: 'app-1',
  server: {
    fhirBase: 'https://ehr.example/fhir',
    metadata: { issuer: 'https://ehr.example', token_endpoint: 'https://ehr.example/token' },
    capabilities: [],
    associatedEndpoints: [],
    hasIssuer: true,
    resourceIndicators: false,
    skew: 0,
  },
  skew: 0,
  asked: 'patient/Patient.r',
  scope: 'patient/Patient.r',
  context: { patient: 'p1', fhirContext: [] },
  accessToken: 'a1',
  tokenType: 'bearer',
  refreshToken: 'r1',
  savedAt: 0,
  pending: { at: 0, replayed: false },
}
const moment = { now: 1000, jitter: 0.5 }

const deadly = ['grant_revoked', 'refresh_token_expired', 'session_ended']
const refusal = fc.record({
  kind: fc.constant('refused' as const),
  status: fc.integer({ min: 400, max: 499 }),
  error: fc.oneof(fc.constant('invalid_grant'), fc.string()),
  body: fc.record({
    error_reason: fc.oneof(fc.constantFrom('grant_suspended', ...deadly), fc.string()),
    suspension: fc.anything(),
  }),
})
const unclear = fc.record({
  kind: fc.constant('unclear' as const),
  status: fc.integer({ min: 200, max: 599 }),
  retryAfter: fc.integer({ min: 0, max: 100_000 }),
})

test('SDK-12 no answer without tokens drops the refresh token, unless it is one of the three that say it is dead', () => {
  fc.assert(
    fc.property(fc.oneof(refusal, unclear), (answer: Answer) => {
      const { record: kept, news, error } = decideRefresh(record, answer, moment)
      const isDead =
        answer.kind === 'refused' &&
        answer.error === 'invalid_grant' &&
        deadly.includes(String(answer.body.error_reason))
      expect(news === 'ended').toBe(isDead)
      expect(kept?.refreshToken).toBe(isDead ? undefined : 'r1')
      expect(kept?.pending).toBeUndefined()
      expect(error).toBeDefined()
    }),
  )
})

test('SDK-12 pauses grow from two seconds to five minutes and no further', () => {
  let current = record
  const pauses = Array.from({ length: 12 }, () => {
    const { record: next = record } = decideRefresh(current, { kind: 'unclear' }, moment)
    current = next
    return next.hold?.kind === 'waiting' ? next.hold.until - moment.now : undefined
  })
  expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300])
})

const holds: readonly (readonly [string, Hold | undefined, string | undefined])[] = [
  ['nothing', undefined, undefined],
  ['a pause that lasts', { kind: 'waiting', until: 1001, failures: 1 }, 'try-later'],
  ['a pause that is over', { kind: 'waiting', until: 1000, failures: 1 }, undefined],
  ['a parked token', { kind: 'parked', at: 0 }, 'parked'],
  [
    'a suspension',
    { kind: 'suspended', suspension: { kind: 'identity', reasons: [], userActionRequired: true } },
    'suspended',
  ],
]

test.each(holds)('SDK-12 %s stands in the way or not; a person’s wish overrides all of it', (_what, hold, reason) => {
  const held = hold === undefined ? record : { ...record, hold }
  expect(obstacle(held, 1000, false)?.reason).toBe(reason)
  expect(obstacle(held, 1000, true)).toBeUndefined()
})

test('SDK-15 without a refresh token nothing is tried, not even for a person', () => {
  const { refreshToken: _none, ...bare } = record
  expect(obstacle(bare, 1000, true)?.reason).toBe('ended')
})
