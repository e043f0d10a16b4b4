import { hash } from 'node:crypto'
import { boundedMap } from './bounded-map.ts'
import { type Claims, parseClaims } from './claims.ts'
import type { IssuerConfig } from './config.ts'
import { Denied, deny } from './denial-reasons.ts'
import type { Env } from './env.ts'
import { isObject } from './fhir/json.ts'

/** Asks the authorization server what a token means (RFC 7662). */
export type Introspection = {
  /** Claims of an active token; `undefined` when it is not active. Throws `Denied` (503) when nobody answers. */
  readonly ask: (token: string) => Promise<Claims | undefined>
}

const cacheSeconds = 10

/** A positive answer is believed for 10 s and never past `exp`; a negative one is not kept. Spec: TI-02, TI-13, RFC-11, TOK-41 */
export const createIntrospection = (issuer: IssuerConfig, env: Env): Introspection => {
  const answers = boundedMap<{ readonly claims: Claims; readonly until: number }>(10_000)
  return {
    ask: async (token) => {
      const key = hash('sha256', token, 'base64url')
      const cached = answers.get(key)
      if (cached !== undefined && cached.until > env.now()) return cached.claims
      answers.delete(key)
      const claims = await introspect(token, issuer, env)
      if (claims === undefined || claims.exp <= env.now()) return undefined
      answers.set(key, { claims, until: Math.min(env.now() + cacheSeconds, claims.exp) })
      return claims
    },
  }
}

const introspect = async (token: string, issuer: IssuerConfig, env: Env): Promise<Claims | undefined> => {
  const answer = await post(token, issuer, env)
  if (!isObject(answer) || typeof answer.active !== 'boolean') throw new Denied(deny('unavailable', { retryAfter: 5 }))
  if (!answer.active) return undefined
  const named = { iss: issuer.issuer, sub: answer.client_id, jti: hash('sha256', token, 'base64url'), ...answer }
  const claims = parseClaims(named)
  return claims?.iss === issuer.issuer ? claims : undefined
}

const post = async (token: string, issuer: IssuerConfig, env: Env): Promise<unknown> => {
  try {
    const { status, body } = await env.fetch(issuer.introspectionUri ?? `${issuer.issuer}/introspect`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...(issuer.credential !== undefined && { authorization: `Bearer ${issuer.credential}` }),
      },
      body: `token=${encodeURIComponent(token)}`,
      timeoutSeconds: 3,
      maxBytes: 64 * 1024,
    })
    if (status !== 200) throw new Error(`introspection: status ${status}`)
    return JSON.parse(new TextDecoder().decode(body))
  } catch (error) {
    throw new Denied(deny('unavailable', { retryAfter: 5 }), error)
  }
}
