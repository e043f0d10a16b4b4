import { expect, test } from 'vitest'
import { openMedplum } from './upstreams.ts'
import { runBoundary } from './walk.ts'

test('GW-37, THR-22, THR-23: 10,000 generated requests to Medplum’s engine show, count and change nothing of B', {
  timeout: 240_000,
}, async () => {
  const found = await runBoundary({ open: openMedplum, compared: false }, { requests: 10_000, seed: 20_261_122 })
  expect(found.failure?.text).toBeUndefined()
  expect(found.statuses.get(200)).toBeGreaterThan(500)
})
