import { expect, test } from 'vitest'
import { attack, targets } from './boundary.ts'

test.each(['honest', 'hostile'] as const)(
  'GW-37, THR-22, THR-23: generated requests find nothing of another patient behind an %s upstream',
  async (name) => {
    const { leaks, changes, faults } = await attack(targets[name], 10_000, 20_261_122)
    expect(leaks.slice(0, 3)).toEqual([])
    expect(changes).toEqual([])
    expect(faults.slice(0, 3)).toEqual([])
  },
  600_000,
)
