import { importJWK, type JWK, SignJWT } from 'jose'
import type { Authorization } from './authorization.ts'
import { boundedMap } from './bounded-map.ts'
import type { LocationConfig } from './config.ts'
import type { Env } from './env.ts'

/** Tells the upstream who the user is, where it enforces itself: a short-lived JWT in the configured header. */
export type Assertions = { readonly for: (authorization: Authorization) => Promise<string | undefined> }

const lifeSeconds = 60

/** One statement per token, kept for half its life. Only for tokens whose reach the upstream decides. */
export const createAssertions = ({ base, upstream }: LocationConfig, env: Env): Assertions => {
  const { assertion } = upstream
  const kept = boundedMap<{ readonly text: string; readonly until: number }>(10_000)
  const sign = async (authorization: Authorization): Promise<string> => {
    const now = Math.floor(env.now())
    const key = await importJWK(assertion?.key as JWK, 'ES256')
    const { subject, clientId, fhirUser, tokenId } = authorization
    return new SignJWT({ client_id: clientId, jti: `${tokenId}-${now}`, ...(fhirUser !== undefined && { fhirUser }) })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: assertion?.keyId ?? '' })
      .setIssuer(base)
      .setAudience(upstream.url)
      .setSubject(subject)
      .setIssuedAt(now)
      .setExpirationTime(now + lifeSeconds)
      .sign(key)
  }
  return {
    for: async (authorization) => {
      const isNeeded = authorization.alternatives.some(({ reach }) => reach.kind === 'upstream')
      if (assertion === undefined || !isNeeded) return undefined
      const known = kept.get(authorization.tokenId)
      if (known !== undefined && known.until > env.now()) return known.text
      const text = await sign(authorization)
      kept.set(authorization.tokenId, { text, until: env.now() + lifeSeconds / 2 })
      return text
    },
  }
}
