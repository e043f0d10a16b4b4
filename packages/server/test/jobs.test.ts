import { expect, test } from 'vitest'
import { startJobs } from '../src/jobs.ts'
import { openStore } from '../src/store/open.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { testEnv } from './env.ts'

/** Lets everything that waits on the store go on. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('what is over is purged in the background, by one node of two', async () => {
  const store = openStore(openSqlite(':memory:', setImmediate))
  const nodes = [await testEnv({ store }), await testEnv({ store })]
  const stops = nodes.map((env, node) => startJobs(env, `node-${node}`))
  await store.tokens.useOnce('assertion', 'j', (nodes[0]?.now() ?? 0) + 60)
  for (const env of nodes) env.clock.advance(300)
  await settle()
  expect(nodes.flatMap((env) => env.counted)).toEqual([
    { metric: 'jobs', labels: { job: 'purge', outcome: 'success' } },
  ])
  expect(await store.tokens.useOnce('assertion', 'j', 0)).toBe(true)
  for (const stop of stops) stop()
})

test('a job that fails is logged and tried again; a stopped table runs no more', async () => {
  const env = await testEnv()
  const failing = {
    ...env,
    store: { ...env.store, leases: { ...env.store.leases, purge: () => Promise.reject(new Error('disk')) } },
  }
  const stop = startJobs(failing, 'node')
  for (const _ of [1, 2]) {
    env.clock.advance(300)
    await settle()
  }
  const failures = env.counted.filter(({ labels }) => labels.outcome === 'failure')
  expect([failures.length, env.logged.filter(({ event }) => event === 'job-failed').length]).toEqual([2, 2])
  stop()
  env.clock.advance(10_000)
  await settle()
  expect(env.counted.length).toBe(2)
})

test('THR-43 signing keys are rotated when they are due, and that is audited', async () => {
  const env = await testEnv({ config: { token: { keyLife: '1h' } } })
  const stop = startJobs(env, 'node')
  env.clock.advance(3600)
  await settle()
  stop()
  await expect.poll(() => env.audited.filter(({ event }) => event === 'key-rotated').length).toBe(2)
})
