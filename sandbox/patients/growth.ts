import { growthTable } from './growth.data.ts'

/** What is followed on a child's growth chart. */
export type GrowthMeasure = 'weight' | 'height' | 'head'

/** Relative standard deviation of each measure; weight scatters most. */
const SPREAD: Readonly<Record<GrowthMeasure, number>> = { weight: 0.12, height: 0.038, head: 0.026 }

/** A point on a growth chart. */
export type GrowthPoint = { readonly measure: GrowthMeasure; readonly sex: 'female' | 'male'; readonly months: number }

/** The median of a measure at an age in months, between the rows of the table by straight lines. */
function medianAt({ measure, sex, months }: GrowthPoint): number {
  const column = sex === 'female' ? 0 : 1
  const after = growthTable.find((row) => row.months >= months) ?? growthTable.at(-1)
  const before = growthTable.findLast((row) => row.months <= months) ?? growthTable[0]
  if (after === undefined || before === undefined) throw new Error('the growth table is empty')
  if (after.months <= before.months) return before[measure][column]
  const part = (months - before.months) / (after.months - before.months)
  return before[measure][column] + part * (after[measure][column] - before[measure][column])
}

/** The value of a child who lies `score` standard deviations from the median. */
export function valueAt(point: GrowthPoint, score: number): number {
  return medianAt(point) * Math.exp(SPREAD[point.measure] * score)
}

/** The percentile (1 to 99) of a number of standard deviations from the median. */
export function percentile(score: number): number {
  const magnitude = Math.abs(score)
  const t = 1 / (1 + 0.33267 * magnitude)
  const tail =
    (Math.exp((-magnitude * magnitude) / 2) / Math.sqrt(2 * Math.PI)) *
    (0.4361836 * t - 0.1201676 * t ** 2 + 0.937298 * t ** 3)
  const below = score < 0 ? tail : 1 - tail
  return Math.min(99, Math.max(1, Math.round(below * 100)))
}
