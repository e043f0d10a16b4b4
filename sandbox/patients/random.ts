/**
 * The generator of the sandbox hospital's records. Owns: who the people are, what happens to them over the years and how
 * that is written down in US Core resources. Every function here is pure: the same tables give the same resources, byte
 * for byte, on every machine. Does not own: storing, serving or protecting the records.
 */

/** A stream of repeatable chance. Two streams with the same seed give the same values in the same order. */
export type Random = {
  /** A real number in [low, high). */
  readonly between: (low: number, high: number) => number
  /** A whole number in [low, high], both ends included. */
  readonly whole: (low: number, high: number) => number
  /** One member of the list; the list must not be empty. */
  readonly pick: <T>(list: readonly T[]) => T
  /** True with the given probability (0 to 1). */
  readonly chance: (probability: number) => boolean
  /** A normally distributed number. */
  readonly normal: (mean: number, deviation: number) => number
}

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** 32-bit FNV-1a of a text: spreads readable seeds such as `ana-torres/labs` over the number range. */
export function hashText(text: string): number {
  let hash = FNV_OFFSET
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME)
  }
  return hash >>> 0
}

/**
 * Makes the stream of one seed. Each person and family of resources has a seed of its own, so adding a person or a
 * resource family leaves everything else unchanged.
 */
export function seededRandom(seed: string): Random {
  let state = hashText(seed)
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number): number => low + next() * (high - low)
  const whole = (low: number, high: number): number => Math.floor(between(low, high + 1))
  return {
    between,
    whole,
    pick: (list) => {
      const member = list[whole(0, list.length - 1)]
      if (member === undefined) throw new Error(`nothing to pick from for seed ${seed}`)
      return member
    },
    chance: (probability) => next() < probability,
    normal: (mean, deviation) => {
      const radius = Math.sqrt(-2 * Math.log(1 - next()))
      return mean + deviation * radius * Math.cos(2 * Math.PI * next())
    },
  }
}
