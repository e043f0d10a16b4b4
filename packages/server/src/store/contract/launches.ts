import { deepEqual, equal } from 'node:assert/strict'
import type { Launch } from '../../launch/launch-context.ts'
import type { ContractCase } from './case.ts'

const launch = (now: number): Launch => ({
  clientId: 'app',
  subject: 'dr',
  audience: 'https://fhir.example.org/r4',
  context: { patient: 'p1', encounter: 'e1', intent: 'reconcile-medications', style: 'blue' },
  createdAt: now,
  expiresAt: now + 300,
})

/** Launches recorded by an EHR, and pushed requests. */
export const launchContract: readonly ContractCase[] = [
  {
    title: 'THR-08 a launch handle works once; then it is told from an unknown one',
    run: async ({ store, hash, now }) => {
      await store.launches.create(hash('a'), launch(now))
      deepEqual(await store.launches.redeem(hash('a'), now + 299), launch(now))
      equal(await store.launches.redeem(hash('a'), now + 299), 'reused')
      equal(await store.launches.redeem(hash('b'), now), 'unknown')
    },
  },
  {
    title: 'THR-08 a launch handle does not work at its end or after',
    run: async ({ store, hash, now }) => {
      await store.launches.create(hash('a'), launch(now))
      equal(await store.launches.redeem(hash('a'), now + 300), 'expired')
    },
  },
  {
    title: 'of 50 parallel redemptions of one launch one wins',
    run: async ({ store, hash, now }) => {
      await store.launches.create(hash('a'), launch(now))
      const results = await Promise.all(Array.from({ length: 50 }, () => store.launches.redeem(hash('a'), now)))
      equal(results.filter((result) => result === 'reused').length, 49)
    },
  },
  {
    title: 'a pushed request is taken once and not after its end; parameters keep order and repetition',
    run: async ({ store, hash, id, now }) => {
      const request = {
        clientId: id('app'),
        parameters: [
          ['scope', 'a b'],
          ['resource', 'x'],
          ['resource', 'y'],
        ] as const,
      }
      await store.pushedRequests.create(hash('a'), request, now + 60)
      await store.pushedRequests.create(hash('b'), request, now + 60)
      const taken = await Promise.all(Array.from({ length: 10 }, () => store.pushedRequests.take(hash('a'), now + 59)))
      deepEqual(
        taken.filter((result) => result !== 'unknown'),
        [request],
      )
      equal(await store.pushedRequests.take(hash('b'), now + 60), 'unknown')
    },
  },
]
