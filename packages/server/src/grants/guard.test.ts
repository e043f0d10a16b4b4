import { expect, test } from 'vitest'
import type { Client } from '../clients/client.ts'
import type { Session, User } from '../sign-in/user.ts'
import type { Grant } from './grant.ts'
import { guard, type Situation } from './guard.ts'

const now = 1_000_000
const grant: Grant = {
  id: 'g',
  clientId: 'app',
  subject: 'ana',
  scope: 'patient/*.rs',
  context: { patient: 'p1' },
  audience: ['https://fhir.example/r4'],
  access: 'offline',
  authenticatedAt: now,
  createdAt: now,
  lastUsedAt: now,
  state: 'active',
}
const client = { id: 'app', state: 'active' } as Client
const user = { subject: 'ana', state: 'active' } as User
const session = { id: 's', subject: 'ana', idleEndsAt: now + 1, endsAt: now + 1 } as Session
const online: Grant = { ...grant, access: 'online', sessionId: 's' }
const backend: Grant = { ...grant, subject: 'app', access: 'once' }

const usual: Situation = {
  grant,
  client,
  user,
  session: undefined,
  mayActForPatient: true,
  now,
  limits: { unusedPause: 100, refreshIdle: 200 },
}

const rows: readonly (readonly [string, Partial<Situation>, string, string | undefined])[] = [
  ['the usual case', {}, 'may-issue', undefined],
  ['a backend service without user', { grant: backend, user: undefined }, 'may-issue', undefined],
  ['an online grant in a live session', { grant: online, session }, 'may-issue', undefined],
  ['a grant used long ago, yet not too long', { grant: { ...grant, lastUsedAt: now - 100 } }, 'may-issue', undefined],
  ['an end date in the next second', { grant: { ...grant, endsAt: now + 1 } }, 'may-issue', undefined],
  ['a revoked grant', { grant: { ...grant, state: 'revoked' } }, 'grant:revoked', undefined],
  ['an expired grant', { grant: { ...grant, state: 'expired' } }, 'grant:expired', undefined],
  ['an end date that is now', { grant: { ...grant, endsAt: now } }, 'grant:expired', undefined],
  [
    'a revoked grant of a blocked client',
    { grant: { ...grant, state: 'revoked' }, client: { ...client, state: 'blocked' } },
    'grant:revoked',
    undefined,
  ],
  ['a removed client', { client: undefined }, 'grant:revoked', undefined],
  ['a pending client', { client: { ...client, state: 'pending' } }, 'grant:client-blocked', 'blocked_by_admin'],
  ['a suspended client', { client: { ...client, state: 'suspended' } }, 'grant:client-blocked', 'blocked_by_admin'],
  [
    'a blocked backend',
    { grant: backend, client: { ...client, state: 'blocked' } },
    'grant:client-blocked',
    'blocked_by_admin',
  ],
  [
    'a paused grant',
    { grant: { ...grant, state: 'suspended', stateReason: 'publisher_changed' } },
    'grant:suspended',
    'publisher_changed',
  ],
  [
    'a pause for a reason nobody knows',
    { grant: { ...grant, state: 'suspended', stateReason: 'toString' } },
    'grant:suspended',
    'blocked_by_admin',
  ],
  ['a removed user', { user: undefined }, 'grant:user-disabled', undefined],
  ['a disabled user', { user: { ...user, state: 'disabled' } }, 'grant:user-disabled', undefined],
  ['an online grant without session', { grant: online }, 'grant:session-ended', undefined],
  [
    'an online grant in an idle session',
    { grant: online, session: { ...session, idleEndsAt: now } },
    'grant:session-ended',
    undefined,
  ],
  [
    'an online grant in an ended session',
    { grant: online, session: { ...session, endsAt: now } },
    'grant:session-ended',
    undefined,
  ],
  [
    'the session of somebody else',
    { grant: online, session: { ...session, subject: 'ben' } },
    'grant:session-ended',
    undefined,
  ],
  ['a proxy right that ended', { mayActForPatient: false }, 'grant:proxy-ended', undefined],
  ['a grant unused for too long', { grant: { ...grant, lastUsedAt: now - 101 } }, 'grant:suspended', 'unused'],
  ['a grant unused for far too long', { grant: { ...grant, lastUsedAt: now - 201 } }, 'grant:expired', undefined],
]

test.each(rows)('AID-27 THR-36 %s', (_name, changes, kind, paused) => {
  const answer = guard({ ...usual, ...changes })
  expect(answer.kind === 'refused' ? [answer.reason, answer.paused] : [answer.kind, undefined]).toEqual([kind, paused])
})

test('what time has brought about is told to the caller, so that it is written down', () => {
  const recordOf = (changes: Partial<Grant>) => {
    const answer = guard({ ...usual, grant: { ...grant, ...changes } })
    return answer.kind === 'refused' ? answer.record : undefined
  }
  expect(recordOf({ lastUsedAt: now - 101 })).toEqual({ state: 'suspended', reason: 'unused' })
  expect(recordOf({ lastUsedAt: now - 201 })).toEqual({ state: 'expired', reason: 'idle' })
  expect(recordOf({ endsAt: now })).toEqual({ state: 'expired', reason: 'end_date' })
  expect(recordOf({ state: 'suspended' })).toBeUndefined()
})
