import { type Claims, isSame, parseClaims } from './claims.ts'
import type { IssuerConfig } from './config.ts'
import { DeniedError, deny } from './denial-reasons.ts'
import { isSignedBy, type ParsedJws, parseJws } from './jws.ts'
import type { Keyring } from './keys.ts'

/** What a token is verified against. */
export type Verifying = {
  readonly issuer: IssuerConfig
  readonly keyring: Keyring
  /** The public base of the location. */
  readonly base: string
  readonly now: number
}

const leewaySeconds = 60

/** Whether a token is a JWT at all; anything else is opaque and is introspected. */
export const looksLikeJwt = (token: string): boolean => parseJws(token) !== undefined

/**
 * Verifies an `at+jwt` offline: signature by the issuer's key, audience, time. Throws `DeniedError` (401).
 *
 * The algorithm comes from configuration and the key from the issuer's own set: nothing in the token chooses how it is
 * checked. No leeway on `exp`. Spec: AL-63, AL-78, AL-80, THR-11, THR-18, THR-44, GW-32
 */
export const verifyAccessToken = async (token: string, verifying: Verifying): Promise<Claims> => {
  const jws = parseJws(token)
  if (jws === undefined || !(await isGenuine(jws, verifying))) throw new DeniedError(deny('invalid-token'))
  const claims = parseClaims(jws.claims)
  if (claims === undefined || claims.iss !== verifying.issuer.issuer) throw new DeniedError(deny('invalid-token'))
  checkUse(claims, verifying)
  return claims
}

const isGenuine = async (jws: ParsedJws, { issuer, keyring }: Verifying): Promise<boolean> => {
  const { typ, alg, kid } = jws.header
  const algorithm = issuer.algorithms.find((each) => each === alg)
  if (algorithm === undefined || typeof kid !== 'string' || 'crit' in jws.header) return false
  if (typeof typ !== 'string' || !/^(application\/)?at\+jwt$/i.test(typ)) return false
  const key = await keyring.find(kid)
  return key !== undefined && isSignedBy(jws, algorithm, key)
}

/** Audience and time, for a JWT and for what introspection says alike. */
export const checkUse = (claims: Claims, { base, now }: Pick<Verifying, 'base' | 'now'>): void => {
  const audiences = typeof claims.aud === 'string' ? [claims.aud] : claims.aud
  if (!audiences.some((audience) => isSame(audience, base)))
    throw new DeniedError(deny('invalid-token', { about: 'aud' }))
  if (claims.exp <= now) throw new DeniedError(deny('expired-token'))
  const future = Math.max(claims.nbf ?? 0, claims.iat ?? 0)
  if (future > now + leewaySeconds) throw new DeniedError(deny('invalid-token'))
}
