import { expect, test } from 'vitest'

test('the unit project runs', () => {
  expect(process.versions.node.split('.')[0]).toBe('24')
})
