import { expect, test } from 'vitest'
import { openHonest } from './upstreams.ts'
import { runBoundary } from './walk.ts'

test('GW-05, GW-28, THR-26: 4,000 generated requests are answered the same whether B exists or not', {
  timeout: 240_000,
}, async () => {
  const found = await runBoundary({ open: openHonest, compared: true }, { requests: 4_000, seed: 20_261_122 })
  expect(found.failure?.text).toBeUndefined()
  expect(found.statuses.get(200)).toBeGreaterThan(200)
})
