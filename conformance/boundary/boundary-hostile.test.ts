import { expect, test } from 'vitest'
import { openHostile } from './hostile.ts'
import { runBoundary } from './walk.ts'

test('GW-33, GW-37: 10,000 generated requests to an upstream that ignores every parameter show, count and change nothing of B', {
  timeout: 240_000,
}, async () => {
  const found = await runBoundary({ open: openHostile, compared: false }, { requests: 10_000, seed: 20_261_122 })
  expect(found.failure?.text).toBeUndefined()
  expect(found.statuses.get(200)).toBeGreaterThan(500)
})
