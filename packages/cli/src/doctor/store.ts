import { type Finding, finding } from './codes.ts'

/** What was seen of the store. `settings` are PostgreSQL's own, by name; empty for SQLite. Times in seconds. */
export type StoreFacts =
  | { readonly kind: 'failure'; readonly reason: string }
  | {
      readonly kind: 'open'
      readonly version: number
      readonly wanted: number
      readonly settings: Readonly<Record<string, string>>
      readonly clockDifference: number
    }

/** Seconds by which two clocks may differ before tokens are judged wrongly. */
const clockTolerance = 5

/** What the facts mean. */
export const checkStore = (facts: StoreFacts): readonly Finding[] => {
  if (facts.kind === 'failure') return [finding('store/unreachable', 'store', facts.reason)]
  const { version, wanted, settings, clockDifference } = facts
  const lax = Object.entries(settings).filter(([, value]) => value === 'off' || value === 'local')
  return [
    ...(version < wanted ? [finding('store/behind', 'store', `schema ${version}, wanted ${wanted}`)] : []),
    ...(version > wanted ? [finding('store/ahead', 'store', `schema ${version}, known ${wanted}`)] : []),
    ...lax.map(([name, value]) => finding('store/not-durable', 'store', `${name} = ${value}`)),
    ...(Math.abs(clockDifference) > clockTolerance
      ? [finding('store/clock', 'store', `${Math.round(clockDifference)} s`)]
      : []),
  ]
}
