import { deepEqual, equal } from 'node:assert/strict'
import type { Cut } from '../../token/token-records.ts'
import type { CaseContext, ContractCase } from './case.ts'

/** Follows the feed to its end and returns what came, and where it stands. */
const follow = async (
  { store }: CaseContext,
  cursor: string | undefined,
  limit: number,
): Promise<{ readonly cursor: string; readonly cuts: readonly Cut[] }> => {
  const page = await store.tokens.listCuts(cursor, limit)
  if (page.cuts.length < limit) return page
  const rest = await follow({ store } as CaseContext, page.cursor, limit)
  return { cursor: rest.cursor, cuts: [...page.cuts, ...rest.cuts] }
}

/** The revocation feed. */
export const cutContract: readonly ContractCase[] = [
  {
    title: 'TOK-42 a cut hits a token by its id, grant, client or device, and only what was issued until then',
    run: async ({ store, id, now }) => {
      const token = { jti: id('jti'), grantId: id('g'), clientId: id('c'), issuedAt: now }
      equal(await store.tokens.isCut(token), false)
      await store.tokens.cut({ kind: 'token', id: id('jti'), at: now }, now + 3600)
      equal(await store.tokens.isCut(token), true)
      equal(await store.tokens.isCut({ ...token, jti: id('other') }), false)
      for (const kind of ['client', 'device'] as const) {
        await store.tokens.cut({ kind, id: id(kind), at: now }, now + 3600)
        equal(await store.tokens.isCut({ ...token, jti: id('other'), clientId: id(kind) }), true)
        equal(await store.tokens.isCut({ ...token, jti: id('o'), clientId: id(kind), issuedAt: now + 1 }), false)
      }
    },
  },
  {
    title: 'TOK-41 the feed gives every cut, page by page, oldest first',
    run: async (context) => {
      const { store, id, now } = context
      const start = (await follow(context, undefined, 100)).cursor
      const ids = Array.from({ length: 25 }, (_, number) => id(`g${String(number).padStart(2, '0')}`))
      const at = now + 1_000_000
      for (const grant of ids) await store.tokens.cut({ kind: 'grant', id: grant, at }, at + 3600)
      const { cuts } = await follow(context, start, 10)
      deepEqual(
        cuts.filter((cut) => ids.includes(cut.id)),
        ids.map((grant) => ({ kind: 'grant', id: grant, at })),
      )
    },
  },
  {
    title: 'TOK-41 a cut that is committed late, or by a node whose clock is behind, is not missed',
    run: async (context) => {
      const { store, id, now } = context
      const at = now + 2_000_000
      await store.tokens.cut({ kind: 'grant', id: id('first'), at }, at + 3600)
      const { cursor } = await follow(context, undefined, 10)
      await store.tokens.cut({ kind: 'grant', id: id('late'), at: at - 30 }, at + 3600)
      const { cuts } = await follow(context, cursor, 10)
      equal(
        cuts.some((cut) => cut.id === id('late')),
        true,
      )
      const again = await follow(context, cursor, 10)
      equal(
        again.cuts.some((cut) => cut.id === id('late')),
        true,
      )
    },
  },
  {
    title: 'a later cut of the same subject replaces the earlier, never the other way round',
    run: async ({ store, id, now }) => {
      const token = { jti: id('j'), grantId: id('g'), clientId: id('c') }
      await store.tokens.cut({ kind: 'grant', id: id('g'), at: now + 50 }, now + 3650)
      await store.tokens.cut({ kind: 'grant', id: id('g'), at: now }, now + 3600)
      equal(await store.tokens.isCut({ ...token, issuedAt: now + 50 }), true)
      await store.tokens.cut({ kind: 'grant', id: id('g'), at: now + 90 }, now + 3690)
      equal(await store.tokens.isCut({ ...token, issuedAt: now + 90 }), true)
    },
  },
  {
    title: 'a cursor the store never gave reads from the beginning',
    run: async ({ store, id, now }) => {
      await store.tokens.cut({ kind: 'token', id: id('j'), at: now }, now + 3600)
      for (const cursor of ['', 'x', "1' OR 1=1", '99999999999999999999.a.b', '-5..'])
        equal((await store.tokens.listCuts(cursor, 1)).cuts.length, 1)
    },
  },
]
