import { z } from 'zod'
import { duration } from '../duration.ts'

/** Browser sessions and guessing. */
export const signInSettings = z
  .strictObject({
    /** A session without activity ends. */
    sessionIdle: duration('30m', { least: '1m', most: '7d' }),
    /** A session ends at the latest. */
    sessionEnd: duration('12h', { least: '5m', most: '30d' }),
    /** Wrong passwords for one username before it waits. */
    attempts: z.int().min(3).max(100).default(8),
    attemptWindow: duration('15m', { least: '1m', most: '1d' }),
  })
  .prefault({})
