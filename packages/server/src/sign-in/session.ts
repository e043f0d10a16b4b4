import type { Input } from '../answer.ts'
import type { Env } from '../env.ts'
import { hashSecret, newSecret } from '../secret.ts'
import { type Cookie, cookieOf, readCookie } from './cookies.ts'
import type { Session, User } from './user.ts'

/** The person at the browser, as far as this browser proves it. */
export type SignedIn = { readonly session: Session; readonly user: User }

/**
 * Who is signed in at this browser; `undefined` for nobody, for an ended session and for a disabled person. Being here is
 * activity: it moves the idle end, never beyond the absolute one.
 */
export const currentSession = async (input: Input, env: Env): Promise<SignedIn | undefined> => {
  const secret = readCookie(input, env, 'session')
  if (secret === undefined) return undefined
  const now = env.now()
  const found = await env.store.sessions.find(hashSecret(secret), now)
  if (found === undefined) return undefined
  const session = await env.store.sessions.touch(found.id, now, now + env.config.signIn.sessionIdle)
  const user = session && (await env.store.users.find(session.subject))
  return session && user?.state === 'active' ? { session, user } : undefined
}

/**
 * A new session under a new secret, whatever the browser held before: a planted session cookie is never signed in. What a
 * different person left in this browser ends. Spec: THR-07
 */
export const startSession = async (
  who: {
    readonly user: User
    readonly methods: readonly string[]
    readonly before: SignedIn | undefined
    /** When the person proved who they are, if that was not here and now. */
    readonly authenticatedAt?: number
  },
  env: Env,
): Promise<{ readonly session: Session; readonly cookie: Cookie }> => {
  const secret = newSecret(env)
  const now = env.now()
  const { sessionIdle, sessionEnd } = env.config.signIn
  const session: Session = {
    id: hashSecret(secret),
    subject: who.user.subject,
    authenticatedAt: who.authenticatedAt ?? now,
    lastActiveAt: now,
    idleEndsAt: now + Math.min(sessionIdle, sessionEnd),
    endsAt: now + sessionEnd,
    methods: who.methods,
  }
  await env.store.sessions.create(session)
  if (who.before !== undefined && who.before.user.subject !== who.user.subject)
    await env.store.sessions.end(who.before.session.id, now)
  return { session, cookie: cookieOf(env, 'session', { value: secret }) }
}
