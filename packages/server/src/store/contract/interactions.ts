import { deepEqual, equal } from 'node:assert/strict'
import type { ContractCase } from './case.ts'
import { freshInteraction } from './records.ts'

/** Verified requests waiting for the user. */
export const interactionContract: readonly ContractCase[] = [
  {
    title: 'an interaction comes back as it was saved, until its end',
    run: async ({ store, id, now }) => {
      const interaction = freshInteraction(id('a'), now)
      await store.interactions.create(interaction)
      deepEqual(await store.interactions.find(id('a'), now + 1799), interaction)
      equal(await store.interactions.find(id('a'), now + 1800), undefined)
      equal(await store.interactions.find(id('b'), now), undefined)
    },
  },
  {
    title: 'THR-14 of two tabs that advance the same version one writes',
    run: async ({ store, id, now }) => {
      const interaction = freshInteraction(id('a'), now)
      await store.interactions.create(interaction)
      const next = { ...interaction, version: 2 }
      const wins = await Promise.all([
        store.interactions.advance({ ...next, chosen: { patient: 'p1' } }),
        store.interactions.advance({ ...next, chosen: { patient: 'p2' } }),
      ])
      deepEqual(wins.toSorted(), [false, true])
      equal((await store.interactions.find(id('a'), now))?.version, 2)
    },
  },
  {
    title: 'an advance writes what happened but never a later end',
    run: async ({ store, id, now }) => {
      const interaction = freshInteraction(id('a'), now)
      await store.interactions.create(interaction)
      const next = { ...interaction, version: 2, denied: true, sessionId: 's', signedInAt: now + 5 }
      equal(await store.interactions.advance({ ...next, expiresAt: now + 999_999 }), true)
      deepEqual(await store.interactions.find(id('a'), now), next)
    },
  },
  {
    title: 'THR-06 an interaction is finished by one caller, and then it is gone',
    run: async ({ store, id, now }) => {
      await store.interactions.create(freshInteraction(id('a'), now))
      const ends = await Promise.all(Array.from({ length: 20 }, () => store.interactions.finish(id('a'))))
      equal(ends.filter(Boolean).length, 1)
      equal(await store.interactions.find(id('a'), now), undefined)
      equal(await store.interactions.advance({ ...freshInteraction(id('a'), now), version: 2 }), false)
    },
  },
]
