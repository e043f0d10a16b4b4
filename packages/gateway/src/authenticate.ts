import { hash } from 'node:crypto'
import { checkUse, looksLikeJwt, verifyAccessToken } from './access-token.ts'
import { type Input, singleHeader } from './answer.ts'
import { type Authorization, authorizationOf, type Reaches } from './authorization.ts'
import { type BoundedMap, boundedMap } from './bounded-map.ts'
import { type Claims, claimsAt } from './claims.ts'
import { type Denial, DeniedError, deny } from './denial-reasons.ts'
import type { ProofCheck } from './dpop.ts'
import type { Env } from './env.ts'
import type { OpenLocation } from './open-location.ts'

/** A verified token and what it proves, kept until it expires or its reach has to be asked again. */
type Verified = {
  readonly claims: Claims
  readonly authorization: Authorization
  readonly isOpaque: boolean
  readonly until: number
}

/** What authenticating at one location takes. */
export type Authenticating = {
  readonly open: OpenLocation
  readonly reaches: (claims: Claims, levels: ReadonlySet<string>) => Promise<Reaches>
  readonly verified: BoundedMap<Verified>
  readonly proofs: ProofCheck
  readonly env: Env
}

/** An empty memory of verified tokens. */
export const verifiedTokens = (): BoundedMap<Verified> => boundedMap(20_000)

/**
 * Request → what its token proves here. Throws `DeniedError` (401, 400, 503). Order: exactly one token in the right place, genuine
 * and for this base, bound to a key only with a proof, not cut since. A token that was
 * presented and refused is told to `onRefused`; that nobody showed any is not worth a record. Spec: AL-77, AL-78, RFC-07, TOK-24, TOK-41, GW-32
 */
export const authenticate = async (
  input: Input,
  authenticating: Authenticating,
  onRefused: (denial: Denial) => Promise<unknown>,
): Promise<Authorization> => {
  const presented = presentedToken(input)
  try {
    return await proven(input, presented, authenticating)
  } catch (error) {
    if (error instanceof DeniedError) await onRefused(error.denial)
    throw error
  }
}

const proven = async (
  input: Input,
  { scheme, token }: Presented,
  authenticating: Authenticating,
): Promise<Authorization> => {
  const verified = await verify(token, authenticating)
  const { claims, authorization } = verified
  await checkBinding(input, { scheme, token, claims }, authenticating)
  if (!verified.isOpaque) await checkCut(token, claims, authenticating)
  return authorization
}

type Presented = { readonly scheme: 'bearer' | 'dpop'; readonly token: string }

/** Spec: RFC-07, THR-34 */
const presentedToken = (input: Input): Presented => {
  const header = singleHeader(input, 'authorization')
  const elsewhere = /[?&]access_token=/i.test(input.target) || hasFormToken(input)
  if (header === 'repeated' || elsewhere) throw new DeniedError(deny('malformed-authorization'))
  if (header === undefined || header === '') throw new DeniedError(deny('missing-token'))
  const [, scheme = '', token] = /^(\S+) +([A-Za-z0-9._~+/-]+=*)$/.exec(header) ?? []
  const lower = scheme.toLowerCase()
  if (/^basic /i.test(header)) throw new DeniedError(deny('missing-token'))
  if (token === undefined || (lower !== 'bearer' && lower !== 'dpop'))
    throw new DeniedError(deny('malformed-authorization'))
  return { scheme: lower, token }
}

const hasFormToken = ({ headers, body }: Input): boolean =>
  String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded') &&
  /(^|&)access_token=/.test(Buffer.from(body).toString('latin1'))

const verify = async (token: string, authenticating: Authenticating): Promise<Verified> => {
  const { open, verified, env } = authenticating
  const key = `${open.config.base} ${hash('sha256', token, 'base64url')}`
  const now = env.now()
  const known = verified.get(key)
  if (known !== undefined && known.until > now) return known
  if (known !== undefined && known.claims.exp <= now) throw new DeniedError(deny('expired-token'))
  const claims = await readToken(token, authenticating)
  const levels = new Set(
    ['patient', 'user', 'system'].filter((level) => claimsAt(claims, open.config.base).scope.includes(`${level}/`)),
  )
  const reaches = await authenticating.reaches(claims, levels)
  const authorization = authorizationOf(claims, reaches, open.fhir)
  if (authorization === undefined) throw new DeniedError(deny('restriction-not-understood'))
  const isOpaque = !looksLikeJwt(token)
  const until = Math.min(claims.exp, reaches.changes ? now + 60 : claims.exp, isOpaque ? now + 10 : claims.exp)
  const entry = { claims, authorization, isOpaque, until }
  verified.set(key, entry)
  return entry
}

const readToken = async (token: string, { open, env }: Authenticating): Promise<Claims> => {
  const { config, keyring, introspection } = open.issuer
  const { base } = open.config
  if (looksLikeJwt(token)) return verifyAccessToken(token, { issuer: config, keyring, base, now: env.now() })
  const claims = await introspection.ask(token)
  if (claims === undefined) throw new DeniedError(deny('invalid-token'))
  checkUse(claims, { base, now: env.now() })
  return claims
}

type Used = { readonly scheme: Presented['scheme']; readonly token: string; readonly claims: Claims }

/** A bound token without its proof is a stolen token; an unbound one with a proof is confused. Both are refused. */
const checkBinding = async (
  input: Input,
  { scheme, token, claims }: Used,
  { open, proofs }: Authenticating,
): Promise<void> => {
  const thumbprint = claims.cnf?.jkt
  if (claims.cnf !== undefined && thumbprint === undefined) throw new DeniedError(deny('missing-proof'))
  if (thumbprint === undefined && scheme === 'dpop') throw new DeniedError(deny('invalid-token'))
  if (thumbprint === undefined) return
  const proof = singleHeader(input, 'dpop')
  if (scheme !== 'dpop' || proof === undefined || proof === 'repeated') throw new DeniedError(deny('missing-proof'))
  const path = input.target.split('?')[0] ?? ''
  const url = new URL(path, open.config.base).href
  await proofs.check(proof, { method: input.method, url, token, thumbprint })
}

/** Offline verification cannot see a withdrawal: the feed can, and when it is too old the issuer is asked. */
const checkCut = async (token: string, claims: Claims, { open }: Authenticating): Promise<void> => {
  const { config, revocations, introspection } = open.issuer
  const state = config.check === 'introspection' ? 'stale' : await revocations.check(claims)
  if (state === 'cut') throw new DeniedError(deny('revoked-token'))
  if (state === 'stale' && (await introspection.ask(token)) === undefined) throw new DeniedError(deny('revoked-token'))
}
