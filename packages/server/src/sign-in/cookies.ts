import { createHash } from 'node:crypto'
import type { Input, Pair } from '../answer.ts'
import type { Env } from '../env.ts'

/** A `set-cookie` header, ready for an answer. */
export type Cookie = Pair

/**
 * The name as the browser knows it. `__Host-` keeps subdomains and other paths from planting it; the tag keeps two issuers
 * on one host apart, because cookies ignore ports. Plain http (loopback sandboxes only) has no `__Host-`. Spec: THR-07
 */
const fullName = (env: Pick<Env, 'config'>, name: string): string => {
  const tag = createHash('sha256').update(env.config.issuer).digest('hex').slice(0, 8)
  return `${isSecure(env) ? '__Host-' : ''}gatehouse-${tag}-${name}`
}

const isSecure = (env: Pick<Env, 'config'>): boolean => env.config.issuer.startsWith('https:')

/** Sets or takes back one of our cookies: never readable by scripts. */
export const cookieOf = (
  env: Pick<Env, 'config'>,
  name: string,
  content: { readonly value: string; readonly seconds?: number } | 'gone',
): Cookie => {
  const value = content === 'gone' ? '' : content.value
  const seconds = content === 'gone' ? 0 : content.seconds
  const age = seconds === undefined ? '' : `; Max-Age=${seconds}`
  return ['set-cookie', `${fullName(env, name)}=${value}; Path=/; HttpOnly; ${sameSite(env)}${age}`]
}

/**
 * Not sent with another site's forms or frames, unless operators let EHRs show our pages in theirs: then cookies are kept
 * apart for each of them. Forms carry their own tokens either way. Spec: THR-12
 */
const sameSite = (env: Pick<Env, 'config'>): string => {
  if (!isSecure(env)) return 'SameSite=Lax'
  return env.config.signIn.embedders.length === 0 ? 'SameSite=Lax; Secure' : 'SameSite=None; Secure; Partitioned'
}

/** What the browser holds under one of our names, if anything. */
export const readCookie = (input: Input, env: Pick<Env, 'config'>, name: string): string | undefined =>
  input.cookies[fullName(env, name)] || undefined
