import type { Input } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { hashSecret } from '../secret.ts'
import { isVerifyAlgorithm, type ParsedJws, parseJws, type VerifyAlgorithm, verifyJws } from '../token/jws.ts'
import type { Client } from './client.ts'
import { findClient } from './find-client.ts'

/** The value of `client_assertion_type`. Spec: CA-26 */
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** What a client assertion may be signed with. ES256 is there for keys in phones and TPMs. Spec: CA-14, CA-15, TOK-26 */
export const assertionAlgorithms: readonly VerifyAlgorithm[] = ['RS384', 'ES384', 'ES256']

/** What an assertion says once its form and times hold. The signature is not part of this. */
export type AssertionClaims = { readonly clientId: string; readonly jti: string; readonly exp: number }

/** What the claims are held against: our names, the clock and the limits (seconds). */
export type AssertionRules = {
  readonly audiences: readonly string[]
  readonly now: number
  readonly longest: number
  readonly skew: number
}

/**
 * Claims of an assertion → what they say, or the sentence for the log that tells what is wrong. `exp` exactly at the limit
 * is fine, `iat` and `nbf` are never demanded, an `aud` list may name nobody but us.
 *
 * Spec: CA-22, CA-23, CA-24, CA-25, CA-27, IN-08, THR-44
 */
const checkAssertionClaims = (claims: ParsedJws['claims'], rules: AssertionRules): AssertionClaims | string => {
  const { iss, sub, aud, exp, nbf, iat, jti } = claims
  const latest = rules.now + rules.skew
  if (typeof iss !== 'string' || iss === '' || iss !== sub) return 'iss and sub must both be the client id'
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (named.length === 0 || !named.every((one) => typeof one === 'string' && rules.audiences.includes(one)))
    return 'aud is not this server'
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return 'exp is missing'
  if (exp <= rules.now - rules.skew) return 'expired'
  if (exp > latest + rules.longest) return 'exp is too far ahead'
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > latest)) return 'not valid yet (nbf)'
  if (iat !== undefined && (typeof iat !== 'number' || iat > latest)) return 'issued in the future (iat)'
  if (typeof jti !== 'string' || jti === '' || jti.length > 512) return 'jti is missing or too long'
  return { clientId: iss, jti, exp }
}

/**
 * The client that signed the assertion. Signature first, then `jti` in one atomic statement: a forger cannot use up the
 * identifiers of others, and of two equal assertions one wins, on any number of nodes.
 *
 * Spec: BS-12, CA-27, CA-28, CA-29, CA-32, CA-36, ONC-25, THR-19, IN-12, IX-20
 */
export const clientOfAssertion = async (assertion: string, input: Input, env: Env): Promise<Client> => {
  const { jws, alg, kid, jku } = parseAssertion(assertion)
  const rules = rulesFor(input, env)
  const claims = checkAssertionClaims(jws.claims, rules)
  if (typeof claims === 'string') throw refuse(claims)
  const client = await findClient(claims.clientId, env)
  if (client?.auth.method !== 'private_key_jwt') throw refuse('no such client, or it has no keys registered')
  const key = await env.clientKeys.find(client.auth.keys, { kid, alg, ...(jku === undefined ? {} : { jku }) })
  if (key === undefined) throw refuse('no single registered key fits kid, kty and jku')
  if (!(await verifyJws(jws, alg, key))) throw refuse('the signature does not verify')
  const usedUntil = Math.ceil(claims.exp) + rules.skew + 1
  if (!(await env.store.tokens.useOnce('assertion', hashSecret(`${client.id} ${claims.jti}`), usedUntil)))
    throw refuse('this jti was used before')
  return client
}

const parseAssertion = (assertion: string) => {
  const jws = parseJws(assertion)
  if (jws === undefined) throw refuse('not a JWS over JSON')
  const { alg, kid, jku, typ } = jws.header
  if (!isVerifyAlgorithm(alg) || !assertionAlgorithms.includes(alg)) throw refuse('alg is not RS384, ES384 or ES256')
  if (typeof kid !== 'string' || kid === '') throw refuse('kid is missing')
  if (jku !== undefined && typeof jku !== 'string') throw refuse('jku is not a string')
  if (typ !== undefined && !isAssertionType(typ)) throw refuse('typ is of another kind of token')
  return { jws, alg, kid, jku }
}

/** A token made for another purpose (an access or ID token of a peer, a DPoP proof) must not pass for an assertion. Spec: CA-20, THR-18 */
const isAssertionType = (typ: unknown): boolean =>
  typeof typ === 'string' && ['jwt', 'client-authentication+jwt'].includes(typ.toLowerCase())

/** We are known by our issuer, the token endpoint, and the URL that was called; one derived constant each. */
const rulesFor = (input: Input, env: Env): AssertionRules => {
  const { issuer, clients } = env.config
  const audiences = [`${issuer}/token`, issuer, `${input.url.origin}${input.url.pathname}`]
  return { audiences, now: env.now(), longest: clients.assertion, skew: clients.skew }
}

const refuse = (detail: string): OAuthError =>
  new OAuthError('client:authentication-failed', {
    description: `The client assertion was not accepted: ${detail}.`,
    detail,
  })
