import { hash } from 'node:crypto'
import { type Input, singleHeader } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { hashSecret } from '../secret.ts'
import { thumbprint } from './jwk.ts'
import { importPublicJwk, isVerifyAlgorithm, type ParsedJws, parseJws, type VerifyAlgorithm, verifyJws } from './jws.ts'
import { isTimedNonce, nonceLife, timedNonce } from './timed-nonce.ts'

/** What a proof may be signed with: all of them live in some hardware key store. Spec: TOK-20 */
export const dpopAlgorithms: readonly VerifyAlgorithm[] = ['ES256', 'EdDSA', 'ES384']

/** Seconds a proof's `iat` may differ from our clock; beyond that a nonce stands in for the clock. Spec: TOK-21 */
const skew = 60

/**
 * Thumbprint of the key that a request proves to hold by its `DPoP` header (RFC 9449 §4.3); `undefined` when there is no
 * such header. With `accessToken` the proof must be for that token too. Throws `token:dpop-invalid` and `token:dpop-nonce`.
 *
 * Spec: TOK-20, TOK-21, TOK-22, BP-03
 */
export const provenKey = async (input: Input, env: Env, accessToken?: string): Promise<string | undefined> => {
  const header = singleHeader(input, 'dpop')
  if (header === undefined) return undefined
  const { jws, alg, jwk } = parseProof(header)
  const key = importPublicJwk(jwk, alg)
  if (key === undefined) throw invalid('jwk is not a public key for its alg')
  if (!(await verifyJws(jws, alg, key))) throw invalid('the signature does not verify')
  const flaw = proofFlaw(jws.claims, input, accessToken)
  if (flaw !== undefined) throw invalid(flaw)
  checkFresh(jws.claims, env)
  const jkt = thumbprint(key)
  await useUp(`${jkt} ${jws.claims.jti}`, env)
  return jkt
}

const parseProof = (text: string) => {
  const jws = text === 'repeated' ? undefined : parseJws(text)
  if (jws === undefined) throw invalid('send one DPoP header with one JWS')
  const { typ, alg, jwk } = jws.header
  if (typ !== 'dpop+jwt') throw invalid('typ is not dpop+jwt')
  if (!isVerifyAlgorithm(alg) || !dpopAlgorithms.includes(alg)) throw invalid('alg is not ES256, EdDSA or ES384')
  if (typeof jwk !== 'object' || jwk === null) throw invalid('jwk is missing')
  return { jws, alg, jwk: jwk as Readonly<Record<string, unknown>> }
}

const proofFlaw = ({ htm, htu, jti, ath }: ParsedJws['claims'], input: Input, accessToken?: string) => {
  if (htm !== input.method) return 'htm is not the method of this request'
  if (typeof htu !== 'string' || withoutQuery(htu) !== withoutQuery(input.url.href))
    return 'htu is not the URL of this request'
  if (typeof jti !== 'string' || jti === '' || jti.length > 512) return 'jti is missing or too long'
  if (accessToken !== undefined && ath !== hash('sha256', accessToken, 'base64url'))
    return 'ath is not the hash of the access token'
  return undefined
}

/** Scheme, host and path in normal form; query and fragment do not count (RFC 9449 §4.3, check 9). */
const withoutQuery = (text: string): string | undefined => {
  if (!URL.canParse(text)) return undefined
  const { origin, pathname } = new URL(text)
  return `${origin}${pathname}`
}

/** Fresh by our clock, or by a nonce: a client whose clock is wrong is told one instead of being turned away for good. */
const checkFresh = ({ iat, nonce }: ParsedJws['claims'], env: Env): void => {
  if (typeof iat !== 'number') throw invalid('iat is missing')
  const demanded = env.config.token.dpopNonce === 'always' || Math.abs(env.now() - iat) > skew
  const known = typeof nonce === 'string' && isTimedNonce(nonce, 'dpop nonce', env)
  if (known || (nonce === undefined && !demanded)) return
  throw new OAuthError('token:dpop-nonce', {
    description: 'Make the proof again with the nonce of the DPoP-Nonce header.',
    headers: { 'dpop-nonce': timedNonce('dpop nonce', env) },
  })
}

const useUp = async (id: string, env: Env): Promise<void> => {
  const until = env.now() + nonceLife + skew
  if (!(await env.store.tokens.useOnce('dpop', hashSecret(id), until))) throw invalid('this jti was used before')
}

const invalid = (detail: string): OAuthError =>
  new OAuthError('token:dpop-invalid', { description: `The DPoP proof was not accepted: ${detail}.`, detail })
