import type { Env } from '../env.ts'
import type { Grant } from '../grants/grant.ts'
import { optional, type Parameters } from '../parameters.ts'
import type { Session } from '../sign-in/user.ts'

/**
 * Active user presence (tokens-and-devices §8): an app says with `active_at` how many seconds ago its user last acted, so
 * that an `online_access` token lives while the person works in the app, though the browser at our server is still. It never
 * moves activity back, never wakes a session that has ended, and never outlives its absolute end.
 *
 * Spec: RF-02, CP-15
 */
export const recordPresence = async (form: Parameters, grant: Grant, env: Env): Promise<void> => {
  const secondsAgo = parseActiveAt(optional(form, 'active_at'))
  const session = secondsAgo === undefined ? undefined : await sessionOf(grant, env)
  if (session === undefined || secondsAgo === undefined) return
  const activeAt = env.now() - secondsAgo
  if (activeAt > session.lastActiveAt)
    await env.store.sessions.touch(session.id, activeAt, activeAt + env.config.signIn.sessionIdle)
}

/** Seconds until the session counts as inactive: `active_ttl`. Absent when the grant is not bound to a session. */
export const activeTtl = async (grant: Grant, env: Env): Promise<{ readonly activeTtl?: number }> => {
  const session = await sessionOf(grant, env)
  return session === undefined
    ? {}
    : { activeTtl: Math.max(0, Math.min(session.idleEndsAt, session.endsAt) - env.now()) }
}

/** Malformed and negative values count as absent. */
const parseActiveAt = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined

const sessionOf = async (grant: Grant, env: Env): Promise<Session | undefined> =>
  grant.access === 'online' && grant.sessionId !== undefined
    ? env.store.sessions.find(grant.sessionId, env.now())
    : undefined
