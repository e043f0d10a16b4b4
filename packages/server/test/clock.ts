/** A clock that stands until it is told to move, and the timers that hang on it. */
export type FakeClock = {
  readonly now: () => number
  readonly after: (seconds: number, run: () => void) => () => void
  /** Moves on and runs what falls due, in order of time. */
  readonly advance: (seconds: number) => void
}

/** A fake clock that starts at the given Unix time in seconds. */
export const fakeClock = (start: number): FakeClock => {
  let now = start
  let timers: { readonly at: number; readonly run: () => void }[] = []
  const runNext = (until: number): boolean => {
    const next = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
    if (next === undefined) return false
    timers = timers.filter((timer) => timer !== next)
    now = Math.max(now, next.at)
    next.run()
    return true
  }
  return {
    now: () => now,
    after: (seconds, run) => {
      const timer = { at: now + seconds, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    advance: (seconds) => {
      const until = now + seconds
      while (runNext(until));
      now = until
    },
  }
}
