import { boundedMap } from '../bounded-map.ts'
import type { Effects } from '../effects.ts'

/**
 * How often somebody has guessed wrong of late. Counted in the store, so that all nodes share the count; a node asks only
 * about callers that have failed here, so that honest requests cost nothing.
 */
export type GuessLimit = {
  /** Whether one of these callers has used up its tries. */
  readonly isOver: (callers: readonly Caller[]) => Promise<boolean>
  readonly fail: (callers: readonly Caller[]) => Promise<void>
}

/** Somebody who may be guessing, and how many failures in `guessWindow` are bearable. */
export type Caller = { readonly name: string; readonly most: number }

/** Seconds in which failures are counted. */
export const guessWindow = 60

/** Opens an empty memory over the store's counts. */
export const openGuessLimit = ({ store, now }: Pick<Effects, 'store' | 'now'>): GuessLimit => {
  const failedHere = boundedMap<number>(10_000)
  return {
    isOver: async (callers) => {
      const suspects = callers.filter(({ name }) => (failedHere.get(name) ?? 0) > now() - guessWindow)
      const counts = await Promise.all(suspects.map(({ name }) => store.attempts.count(name, now())))
      return suspects.some(({ most }, index) => (counts[index] ?? 0) >= most)
    },
    fail: async (callers) => {
      for (const { name } of callers) {
        failedHere.set(name, now())
        await store.attempts.fail(name, now(), guessWindow)
      }
    },
  }
}
