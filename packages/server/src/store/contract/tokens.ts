import { deepEqual, equal } from 'node:assert/strict'
import type { Grant } from '../../grants/grant.ts'
import type { CaseContext, ContractCase } from './case.ts'
import { freshCode, freshRefreshToken, fullGrant } from './records.ts'

const grantWithToken = async (context: CaseContext): Promise<Grant> => {
  const grant = fullGrant(context)
  await context.store.grants.create(grant)
  await context.store.tokens.createRefreshToken(freshRefreshToken(context, grant))
  return grant
}

const rotate = (context: CaseContext, from: string, to: string): Promise<'rotated' | 'lost'> => {
  const successor = { ...freshRefreshToken(context, fullGrant(context), to), issuedAt: context.now + 10 }
  const next = { successor, sealed: `sealed ${to}` }
  return context.store.tokens.rotateRefreshToken(context.hash(from), next, context.now + 10)
}

/** Codes, refresh tokens, opaque tokens and what is used once. */
export const tokenContract: readonly ContractCase[] = [
  {
    title: 'THR-06 a code is redeemed by one of 50, the others learn whose code was used twice',
    run: async (context) => {
      const { store, now } = context
      const grant = fullGrant(context)
      const { hash, ...code } = freshCode(context, grant)
      await store.grants.createWithCode(grant, { hash, ...code }, undefined)
      const results = await Promise.all(Array.from({ length: 50 }, () => store.tokens.redeemCode(hash, now + 59)))
      const isReuse = (result: (typeof results)[number]): boolean =>
        typeof result === 'object' && 'kind' in result && result.kind === 'reused' && result.code.grantId === grant.id
      deepEqual(
        results.filter((result) => !isReuse(result)),
        [code],
      )
    },
  },
  {
    title: 'AL-50 a code does not work at its end, and an unknown one is told from it',
    run: async (context) => {
      const { store, hash, now } = context
      const grant = fullGrant(context)
      const { hash: _, ...code } = freshCode(context, grant)
      await store.grants.createWithCode(grant, freshCode(context, grant), undefined)
      deepEqual(await store.tokens.redeemCode(hash('code'), now + 60), { kind: 'expired', code })
      equal(await store.tokens.redeemCode(hash('other'), now), 'unknown')
    },
  },
  {
    title: 'a presented refresh token comes with its grant; an unknown one with nothing',
    run: async (context) => {
      const { store, hash } = context
      const grant = await grantWithToken(context)
      deepEqual(await store.tokens.presentRefreshToken(hash('refresh')), {
        token: freshRefreshToken(context, grant),
        successorUsed: false,
        grant,
      })
      equal(await store.tokens.presentRefreshToken(hash('other')), undefined)
    },
  },
  {
    title: 'TOK-10 of 50 parallel rotations one wins, and no other successor exists',
    run: async (context) => {
      const { store, hash, now } = context
      await grantWithToken(context)
      const names = Array.from({ length: 50 }, (_, number) => `next-${number}`)
      const results = await Promise.all(names.map((name) => rotate(context, 'refresh', name)))
      equal(results.filter((result) => result === 'rotated').length, 1)
      const winner = hash(names[results.indexOf('rotated')] ?? '')
      const parent = await store.tokens.presentRefreshToken(hash('refresh'))
      deepEqual([parent?.token.consumedAt, parent?.token.successorHash], [now + 10, winner])
      equal(parent?.grant.lastUsedAt, now + 10)
      const found = await Promise.all(names.map((name) => store.tokens.presentRefreshToken(hash(name))))
      deepEqual(
        found.flatMap((presented) => presented?.token.hash ?? []),
        [winner],
      )
    },
  },
  {
    title: 'TOK-11 using the successor is seen when its parent is presented',
    run: async (context) => {
      const { store, hash } = context
      await grantWithToken(context)
      await rotate(context, 'refresh', 'n1')
      const before = await store.tokens.presentRefreshToken(hash('refresh'))
      deepEqual([before?.successorUsed, before?.token.sealedSuccessor], [false, 'sealed n1'])
      equal(await rotate(context, 'n1', 'n2'), 'rotated')
      equal((await store.tokens.presentRefreshToken(hash('refresh')))?.successorUsed, true)
    },
  },
  {
    title: 'TOK-17 a suspended or ended grant consumes and rotates nothing',
    run: async (context) => {
      const { store, hash, id, now } = context
      await grantWithToken(context)
      await store.grants.suspend(id('grant'), 'identity', now)
      equal(await rotate(context, 'refresh', 'n1'), 'lost')
      equal((await store.tokens.presentRefreshToken(hash('refresh')))?.token.consumedAt, undefined)
      equal(await store.tokens.presentRefreshToken(hash('n1')), undefined)
      await store.grants.resume(id('grant'), {}, now)
      equal(await rotate(context, 'refresh', 'n1'), 'rotated')
      await store.grants.end(id('grant'), { state: 'revoked', reason: 'user' }, now)
      equal(await rotate(context, 'n1', 'n2'), 'lost')
    },
  },
  {
    title: 'TOK-40 when revocation races rotation, no usable token survives',
    run: async (context) => {
      const { store, hash, id, now } = context
      await grantWithToken(context)
      await Promise.all([
        rotate(context, 'refresh', 'n1'),
        store.grants.end(id('grant'), { state: 'revoked', reason: 'user' }, now),
      ])
      for (const name of ['refresh', 'n1']) {
        const presented = await store.tokens.presentRefreshToken(hash(name))
        equal(presented?.grant.state ?? 'revoked', 'revoked')
        equal(await rotate(context, name, `${name}-next`), 'lost')
      }
    },
  },
  {
    title: 'an opaque token comes back with its claims',
    run: async ({ store, hash, id, now }) => {
      const token = {
        hash: hash('a'),
        id: id('jti'),
        grantId: id('g'),
        claims: { scope: 'x', n: 1 },
        expiresAt: now + 9,
      }
      await store.tokens.createOpaqueToken(token)
      deepEqual(await store.tokens.findOpaqueToken(hash('a')), token)
      equal(await store.tokens.findOpaqueToken(hash('b')), undefined)
    },
  },
  {
    title: 'THR-19 a jti is used once among 50, per kind',
    run: async ({ store, id, now }) => {
      const uses = await Promise.all(Array.from({ length: 50 }, () => store.tokens.useOnce('assertion', id('j'), now)))
      equal(uses.filter(Boolean).length, 1)
      equal(await store.tokens.useOnce('proof', id('j'), now), true)
    },
  },
]
