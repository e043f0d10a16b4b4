import { hash } from 'node:crypto'
import { boundedMap } from './bounded-map.ts'
import { type Claims, parseClaims } from './claims.ts'
import type { IssuerConfig } from './config.ts'
import { DeniedError, deny } from './denial-reasons.ts'
import type { Env } from './env.ts'
import { isObject } from './fhir/json.ts'
import type { OwnCredential } from './own-credential.ts'

/** Asks the authorization server what a token means (RFC 7662). */
export type Introspection = {
  /** Claims of an active token; `undefined` when it is not active. Throws `DeniedError` (503) when nobody answers. */
  readonly ask: (token: string) => Promise<Claims | undefined>
}

const cacheSeconds = 10

/** A positive answer is believed for 10 s and never past `exp`; a negative one is not kept. Spec: TI-02, TI-13, RFC-11, TOK-41 */
export const createIntrospection = (issuer: IssuerConfig, own: OwnCredential, env: Env): Introspection => {
  const answers = boundedMap<{ readonly claims: Claims; readonly until: number }>(10_000)
  return {
    ask: async (token) => {
      const key = hash('sha256', token, 'base64url')
      const cached = answers.get(key)
      if (cached !== undefined && cached.until > env.now()) return cached.claims
      answers.delete(key)
      const claims = await introspect(token, { issuer, own, env })
      if (claims === undefined || claims.exp <= env.now()) return undefined
      answers.set(key, { claims, until: Math.min(env.now() + cacheSeconds, claims.exp) })
      return claims
    },
  }
}

type Asking = { readonly issuer: IssuerConfig; readonly own: OwnCredential; readonly env: Env }

const introspect = async (token: string, asking: Asking): Promise<Claims | undefined> => {
  const { issuer } = asking
  const answer = await post(token, asking)
  if (!isObject(answer) || typeof answer.active !== 'boolean')
    throw new DeniedError(deny('unavailable', { retryAfter: 5 }))
  if (!answer.active) return undefined
  const named = { iss: issuer.issuer, sub: answer.client_id, jti: hash('sha256', token, 'base64url'), ...answer }
  const claims = parseClaims(named)
  return claims?.iss === issuer.issuer ? claims : undefined
}

const post = async (token: string, { issuer, own, env }: Asking): Promise<unknown> => {
  try {
    const authorization = await own.header()
    const { status, body } = await env.fetch(issuer.introspectionUri ?? `${issuer.issuer}/introspect`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...(authorization !== undefined && { authorization }),
      },
      body: `token=${encodeURIComponent(token)}`,
      timeoutSeconds: 3,
      maxBytes: 64 * 1024,
    })
    if (status !== 200) throw new Error(`introspection: status ${status}`)
    return JSON.parse(new TextDecoder().decode(body))
  } catch (error) {
    throw new DeniedError(deny('unavailable', { retryAfter: 5 }), error)
  }
}
