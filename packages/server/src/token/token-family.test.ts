import { expect, test } from 'vitest'
import type { Client } from '../clients/client.ts'
import type { Grant } from '../grants/grant.ts'
import type { PresentedRefreshToken } from '../store/store.ts'
import { belongsTo, nextFamilyStep } from './token-family.ts'
import type { RefreshToken, TokenHash } from './token-records.ts'

const now = 1000
const fresh: RefreshToken = {
  hash: 'h' as TokenHash,
  grantId: 'g',
  clientId: 'app',
  issuedAt: now - 500,
  expiresAt: now + 5000,
}
const consumed = (secondsAgo: number): RefreshToken => ({
  ...fresh,
  consumedAt: now - secondsAgo,
  sealedSuccessor: 'sealed',
})
const open: Client = { id: 'app', auth: { method: 'none' }, refreshRotation: 'all' } as Client
const confidential = { ...open, auth: { method: 'client_secret_basic', secretHash: '' } } as Client
const shown = (token: RefreshToken, successorUsed = false): PresentedRefreshToken => ({
  token,
  successorUsed,
  grant: {} as Grant,
})

const rows: readonly (readonly [string, PresentedRefreshToken, Client, number, string])[] = [
  ['a first use rotates', shown(fresh), open, 30, 'rotate'],
  ['a second use within the window replays', shown(consumed(30)), open, 30, 'replay'],
  ['a second use in the same second replays', shown(consumed(0)), open, 30, 'replay'],
  ['a second use after the window is reuse', shown(consumed(31)), open, 30, 'reuse'],
  ['a window of zero never opens', shown(consumed(0)), open, 0, 'reuse'],
  ['a used successor closes the window', shown(consumed(1), true), open, 30, 'reuse'],
  ['an erased successor is reuse', shown({ ...fresh, consumedAt: now }), open, 30, 'reuse'],
  ['a confidential client rotates by default', shown(fresh), confidential, 30, 'rotate'],
  [
    'a confidential client may keep its token',
    shown(fresh),
    { ...confidential, refreshRotation: 'bearer' },
    30,
    'keep',
  ],
  [
    'a bound public client may keep its token',
    shown({ ...fresh, boundKey: 'k' }),
    { ...open, refreshRotation: 'bearer' },
    30,
    'keep',
  ],
  ['an unbound public client never keeps its token', shown(fresh), { ...open, refreshRotation: 'none' }, 30, 'rotate'],
]

test.each(rows)('TOK-01 TOK-10 TOK-11 %s', (_name, presented, client, replayWindow, kind) => {
  expect(nextFamilyStep(presented, client, { now, replayWindow }).kind).toBe(kind)
})

test('TOK-12 TOK-13 a token belongs to its client and, when it is bound, to its key', () => {
  const bound = shown({ ...fresh, boundKey: 'k' })
  expect(belongsTo(shown(fresh), open, [])).toBe('yes')
  expect(belongsTo(shown(fresh), open, ['any key'])).toBe('yes')
  expect(belongsTo(shown(fresh), { ...open, id: 'other' }, [])).toBe('other-client')
  expect(belongsTo(bound, open, ['x', 'k'])).toBe('yes')
  expect(belongsTo(bound, open, ['other'])).toBe('other-key')
  expect(belongsTo(bound, open, [])).toBe('other-key')
})
