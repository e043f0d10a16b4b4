import { createHmac, createPublicKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { Config } from './config.ts'
import { DeniedError, deny } from './denial-reasons.ts'
import type { Env } from './env.ts'
import { isObject } from './fhir/json.ts'
import { isSignedBy, type ParsedJws, parseJws } from './jws.ts'

/** The resource server's half of DPoP (RFC 9449): a proof for this request, by the key the token is bound to, once. */
export type ProofCheck = {
  /** Throws `DeniedError` when the proof does not hold. */
  readonly check: (proof: string, bound: BoundRequest) => Promise<void>
}

/** The request a proof must be for. `url` is the public URL without query. */
export type BoundRequest = {
  readonly method: string
  readonly url: string
  readonly token: string
  readonly thumbprint: string
}

const algorithms = ['ES256', 'EdDSA', 'ES384'] as const
const skewSeconds = 60
const nonceSeconds = 300
const maxRemembered = 200_000

/**
 * The memory of used proofs is this process's own: with several replicas the configuration demands nonces, which are the same
 * on all of them. A full memory refuses instead of forgetting. Spec: TOK-21, TOK-22, TOK-24
 */
export const createProofCheck = ({ dpop, linkKeys }: Config, env: Env): ProofCheck => {
  const used = new Map<string, number>()
  const nonceAt = (step: number): string =>
    createHmac('sha256', Buffer.from(linkKeys[0]?.key ?? '', 'base64url'))
      .update(`dpop nonce ${step}`)
      .digest('base64url')

  const checkNonce = (nonce: unknown): void => {
    if (dpop.nonce === 'never') return
    const step = Math.floor(env.now() / nonceSeconds)
    const isFresh = typeof nonce === 'string' && [nonceAt(step), nonceAt(step - 1)].some((each) => equals(each, nonce))
    if (!isFresh) throw new DeniedError(deny('nonce-required', { nonce: nonceAt(step) }))
  }

  const remember = (id: string): void => {
    const now = env.now()
    if (used.size >= maxRemembered) for (const [key, until] of used) if (until < now) used.delete(key)
    if (used.size >= maxRemembered) throw new DeniedError(deny('unavailable', { retryAfter: 30 }))
    const seen = used.get(id)
    if (seen !== undefined && seen >= now) throw new DeniedError(deny('invalid-proof', { about: 'jti' }))
    used.set(id, now + 2 * skewSeconds)
  }

  return {
    check: async (proof, bound) => {
      const jws = parseJws(proof)
      if (jws === undefined) throw new DeniedError(deny('invalid-proof'))
      const thumbprint = await verifyProof(jws, bound)
      if (Math.abs(env.now() - Number(jws.claims.iat)) > skewSeconds)
        throw new DeniedError(deny('invalid-proof', { about: 'iat' }))
      checkNonce(jws.claims.nonce)
      remember(`${thumbprint} ${jws.claims.jti}`)
    },
  }
}

const equals = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right))

/** Signature and claims; gives the thumbprint of the key, which must be the one the token is bound to. */
const verifyProof = async ({ header, claims, ...jws }: ParsedJws, bound: BoundRequest): Promise<string> => {
  const fault = (about: string): DeniedError => new DeniedError(deny('invalid-proof', { about }))
  const algorithm = algorithms.find((each) => each === header.alg)
  if (header.typ !== 'dpop+jwt' || algorithm === undefined) throw fault('alg')
  const jwk = header.jwk
  if (!isObject(jwk) || ['d', 'k', 'p', 'q'].some((secret) => secret in jwk)) throw fault('jwk')
  const key = publicKey(jwk)
  if (key === undefined || !isSignedBy({ header, claims, ...jws }, algorithm, key)) throw fault('signature')
  const thumbprint = await calculateJwkThumbprint(jwk as JWK)
  if (!equals(thumbprint, bound.thumbprint)) throw fault('jwk')
  if (claims.htm !== bound.method) throw fault('htm')
  if (typeof claims.htu !== 'string' || normalUrl(claims.htu) !== normalUrl(bound.url)) throw fault('htu')
  if (claims.ath !== hash('sha256', bound.token, 'base64url')) throw fault('ath')
  if (typeof claims.jti !== 'string' || claims.jti === '' || typeof claims.iat !== 'number') throw fault('jti')
  return thumbprint
}

const publicKey = (jwk: object): KeyObject | undefined => {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    return undefined
  }
}

/** Scheme, host and path of a URL in one spelling; with query or fragment it is none. */
const normalUrl = (text: string): string | undefined => {
  const url = URL.parse(text)
  return url === null || url.search !== '' || url.hash !== '' ? undefined : url.href
}
