import { deepEqual, equal } from 'node:assert/strict'
import type { SigningKeyRecord } from '../../token/token-records.ts'
import type { CaseContext, ContractCase } from './case.ts'
import { freshInteraction, freshRefreshToken, freshSession, fullGrant } from './records.ts'

const key = (kid: string, now: number): SigningKeyRecord => ({
  kid,
  alg: 'ES256',
  publicJwk: { kty: 'EC', crv: 'P-256' },
  sealedPrivateJwk: 'sealed',
  createdAt: now,
  signsFrom: now + 600,
})

const day = 86_400

/** Long before every other case, so that purging takes nothing of theirs. */
const longAgo = (context: CaseContext): CaseContext => ({ ...context, now: 1_000_000_000 })

/** Keys, leases, guesses and purging. */
export const housekeepingContract: readonly ContractCase[] = [
  {
    title: 'ID-12 a new signing key retires its predecessors of the same algorithm, and no other',
    run: async ({ store, id, now }) => {
      await store.keys.add(key(id('k1'), now), now + 10)
      await store.keys.add({ ...key(id('r1'), now), alg: 'RS256' }, now + 10)
      await store.keys.add(key(id('k2'), now + 5), now + 20)
      const mine = (await store.keys.list()).filter(({ kid }) => kid.startsWith(id('')))
      deepEqual(mine, [
        { ...key(id('k1'), now), retiredAt: now + 20 },
        { ...key(id('r1'), now), alg: 'RS256' },
        key(id('k2'), now + 5),
      ])
    },
  },
  {
    title: 'of two operators who change the same version of the brands one saves',
    run: async ({ store }) => {
      const brands = { changedAt: '2026-01-01T00:00:00Z', developerSite: 'https://dev.example', list: [] }
      equal(await store.brands.find(), undefined)
      const saves = [store.brands.save(brands, 0), store.brands.save(brands, 0)]
      deepEqual((await Promise.all(saves)).toSorted(), [false, true])
      equal(await store.brands.save({ ...brands, changedAt: '2026-02-01T00:00:00Z' }, 1), true)
      equal(await store.brands.save(brands, 1), false)
      const saved = await store.brands.find()
      deepEqual([saved?.version, saved?.brands.changedAt], [2, '2026-02-01T00:00:00Z'])
      equal(await store.brands.remove(1), false)
      equal(await store.brands.remove(2), true)
      equal(await store.brands.find(), undefined)
    },
  },
  {
    title: 'a lease is held by one node until its time is over, and extended only by its holder',
    run: async ({ store, id, now }) => {
      const takes = await Promise.all(
        ['a', 'b', 'c'].map((holder) => store.leases.take(id('job'), { holder, until: now + 60 }, now)),
      )
      equal(takes.filter(Boolean).length, 1)
      const holder = ['a', 'b', 'c'][takes.indexOf(true)] ?? ''
      equal(await store.leases.take(id('job'), { holder, until: now + 90 }, now + 30), true)
      equal(await store.leases.take(id('job'), { holder: 'd', until: now + 200 }, now + 89), false)
      equal(await store.leases.take(id('job'), { holder: 'd', until: now + 200 }, now + 90), true)
    },
  },
  {
    title: 'THR-39 failed guesses are counted in a sliding window, per key, and 100 at once are 100',
    run: async ({ store, id, now }) => {
      await Promise.all(Array.from({ length: 99 }, () => store.attempts.fail(id('ana'), now, 900)))
      equal(await store.attempts.fail(id('ana'), now + 1, 900), 100)
      equal(await store.attempts.count(id('ana'), now + 1), 100)
      equal(await store.attempts.count(id('bo'), now + 1), 0)
      equal(await store.attempts.count(id('ana'), now + 900), 1)
      await store.attempts.clear(id('ana'))
      equal(await store.attempts.count(id('ana'), now + 1), 0)
    },
  },
  {
    title: 'TOK-14 a purge keeps consumed refresh tokens while their grant lives, and erases old successors',
    run: async (present) => {
      const context = longAgo(present)
      const { store, hash, now } = context
      const grant = { ...fullGrant(context), endsAt: now + 1000 * day }
      await store.grants.create(grant)
      await store.tokens.createRefreshToken(freshRefreshToken(context, grant))
      const next = { successor: freshRefreshToken(context, grant, 'n1'), sealed: 'sealed' }
      await store.tokens.rotateRefreshToken(hash('refresh'), next, now)
      await store.leases.purge(now + 30)
      equal((await store.tokens.presentRefreshToken(hash('refresh')))?.token.sealedSuccessor, 'sealed')
      await store.leases.purge(now + 400 * day)
      const kept = await store.tokens.presentRefreshToken(hash('refresh'))
      deepEqual([kept?.token.consumedAt, kept?.token.sealedSuccessor], [now, undefined])
      await store.leases.purge(now + 1000 * day)
      equal((await store.grants.find(grant.id))?.state, 'expired')
      await store.leases.purge(now + 1002 * day)
      equal(await store.tokens.presentRefreshToken(hash('refresh')), undefined)
      equal(await store.tokens.presentRefreshToken(hash('n1')), undefined)
    },
  },
  {
    title: 'a purge removes what is over, leaves what is not, and has nothing to do the second time',
    run: async (present) => {
      const context = longAgo(present)
      const { store, id, now } = context
      await store.leases.purge(now)
      await store.interactions.create(freshInteraction(id('i'), now))
      await store.sessions.create(freshSession(id('s'), id('ana'), now))
      await store.tokens.useOnce('assertion', id('j'), now + 300)
      await store.tokens.cut({ kind: 'token', id: id('j'), at: now }, now + 300)
      await store.attempts.fail(id('ana'), now, 300)
      equal(await store.leases.purge(now + 299), 0)
      equal(await store.leases.purge(now + 300), 3)
      equal(await store.tokens.useOnce('assertion', id('j'), now + 900), true)
      equal(await store.leases.purge(now + 2 * day), 3)
      equal(await store.leases.purge(now + 2 * day), 0)
    },
  },
  {
    title: 'a store that works says so, and migrating again changes nothing',
    run: async ({ store }) => {
      await store.migrate()
      await store.check()
      await store.check()
    },
  },
]
