import type { Config } from './config.ts'
import { DeniedError, deny } from './denial-reasons.ts'
import type { Env } from './env.ts'

/** Counts requests per minute and name. Throws `DeniedError` (429) for one too many. */
export type RateLimit = { readonly take: (clientId: string, patient: string | undefined) => void }

const windowSeconds = 60

/** One count per client and one per patient, starting anew every minute: a runaway app must not starve the others. */
export const createRateLimit = ({ limits }: Config, env: Env): RateLimit => {
  let counts = new Map<string, number>()
  let startedAt = Number.NEGATIVE_INFINITY
  const count = (name: string, most: number): void => {
    const next = (counts.get(name) ?? 0) + 1
    counts.set(name, next)
    if (next <= most) return
    throw new DeniedError(
      deny('rate-limited', { retryAfter: Math.max(1, Math.ceil(startedAt + windowSeconds - env.now())) }),
    )
  }
  return {
    take: (clientId, patient) => {
      const now = env.now()
      if (now - startedAt >= windowSeconds) {
        counts = new Map()
        startedAt = now
      }
      count(`client ${clientId}`, limits.perClientPerMinute)
      if (patient !== undefined) count(`patient ${patient}`, limits.perPatientPerMinute)
    },
  }
}
