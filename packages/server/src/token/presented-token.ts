import { type Input, singleHeader } from '../answer.ts'
import { certificateThumbprint } from '../clients/certificate.ts'
import type { Client } from '../clients/client.ts'
import { findClient } from '../clients/find-client.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { askGuard } from '../grants/check-grant.ts'
import type { Grant } from '../grants/grant.ts'
import { hashSecret } from '../secret.ts'
import { type Claims, hasScope } from './claims.ts'
import { backendGrant } from './client-credentials.ts'
import { dpopAlgorithms, provenKey } from './dpop.ts'
import { parseJws, verifyJws } from './jws.ts'

/** An access token somebody showed us, as we once issued it; whether it still counts is another question. */
export type PresentedToken = {
  readonly claims: Claims
  readonly jti: string
  readonly grantId: string
  readonly clientId: string
  readonly scope: string
  /** Seconds. */
  readonly issuedAt: number
  readonly expiresAt: number
}

/** An access token that counts now, with the agreement behind it. */
export type LiveToken = { readonly token: PresentedToken; readonly grant: Grant; readonly client: Client }

/**
 * Text → the access token of ours it is, not expired; `undefined` for anything else. An ID token, a refresh token or a token
 * of another issuer is anything else: only `typ: at+jwt` under our own key and ES256 counts.
 *
 * Spec: THR-18
 */
export const findAccessToken = async (text: string, env: Env): Promise<PresentedToken | undefined> => {
  const claims = text.includes('.') ? await verifiedClaims(text, env) : await referencedClaims(text, env)
  const token = claims && parseToken(claims)
  return token !== undefined && token.expiresAt > env.now() ? token : undefined
}

/** The token if it is not cut, its grant may still issue and its client is active. One guard for all. Spec: AID-27, TOK-40 */
export const findLiveToken = async (text: string, env: Env): Promise<LiveToken | undefined> => {
  const token = await findAccessToken(text, env)
  if (token === undefined || (await env.store.tokens.isCut(token))) return undefined
  const client = await findClient(token.clientId, env)
  const grant = client && (await grantOf(token, client, env))
  if (grant === undefined || client === undefined) return undefined
  const answer = await askGuard(grant, client, env)
  return answer.kind === 'may-issue' ? { token, grant, client } : undefined
}

/**
 * The live token in the `Authorization` header: `Bearer`, or `DPoP` with a proof by the key the token is bound to. Neither
 * passes for the other. Throws 401 `token:bearer-missing` and `token:bearer-invalid`, and what `provenKey` throws.
 *
 * Spec: RFC-07, THR-34, TOK-24
 */
export const authenticateBearer = async (input: Input, env: Env): Promise<LiveToken> => {
  const header = singleHeader(input, 'authorization')
  if (header === undefined)
    throw new OAuthError('token:bearer-missing', {
      description: 'Send an access token in the Authorization header.',
      headers: { 'www-authenticate': 'Bearer' },
    })
  const [, scheme, text] = /^(bearer|dpop) +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header) ?? []
  const live = text === undefined ? undefined : await findLiveToken(text, env)
  if (live === undefined || text === undefined) throw invalidToken('Bearer')
  const confirmation = confirmationOf(live.token)
  const isDpop = scheme?.toLowerCase() === 'dpop'
  if (confirmation === undefined && !isDpop) return live
  if (confirmation?.jkt !== undefined && isDpop && (await provenKey(input, env, text)) === confirmation.jkt) return live
  if (confirmation?.certificate !== undefined && !isDpop && isShown(confirmation.certificate, input)) return live
  throw invalidToken(confirmation?.jkt === undefined ? 'Bearer' : 'DPoP')
}

type Confirmation = { readonly jkt: string | undefined; readonly certificate: string | undefined }

/** What a token is bound to. One bound in a way we do not know can be shown by nobody. */
const confirmationOf = ({ claims }: PresentedToken): Confirmation | undefined => {
  const { cnf } = claims
  if (typeof cnf !== 'object' || cnf === null) return cnf === undefined ? undefined : noWay
  const jkt = 'jkt' in cnf ? String(cnf.jkt) : undefined
  return { jkt, certificate: 'x5t#S256' in cnf ? String(cnf['x5t#S256']) : undefined }
}

const noWay: Confirmation = { jkt: undefined, certificate: undefined }

const isShown = (thumbprint: string, { clientCertificate }: Input): boolean =>
  clientCertificate !== undefined && certificateThumbprint(clientCertificate) === thumbprint

const invalidToken = (scheme: 'Bearer' | 'DPoP'): OAuthError => {
  const algorithms = scheme === 'DPoP' ? `, algs="${dpopAlgorithms.join(' ')}"` : ''
  return new OAuthError('token:bearer-invalid', {
    description: 'The access token is not valid here, or no longer, or not sent in the way it is bound.',
    headers: { 'www-authenticate': `${scheme} error="invalid_token"${algorithms}` },
  })
}

/** Throws 403 `token:bearer-scope` unless the token has this scope. Spec: RFC-07 */
export const requireScope = ({ token }: LiveToken, scope: string): void => {
  if (hasScope(token.scope, scope)) return
  throw new OAuthError('token:bearer-scope', {
    description: `The access token needs the scope ${scope}.`,
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  })
}

const verifiedClaims = async (text: string, env: Env): Promise<Claims | undefined> => {
  const jws = parseJws(text)
  if (jws === undefined || jws.header.typ !== 'at+jwt' || jws.header.alg !== 'ES256') return undefined
  const key = typeof jws.header.kid === 'string' ? env.keys.find(jws.header.kid) : undefined
  if (key?.alg !== 'ES256' || jws.claims.iss !== env.config.issuer) return undefined
  return (await verifyJws(jws, 'ES256', key.publicKey)) ? jws.claims : undefined
}

const referencedClaims = async (text: string, env: Env): Promise<Claims | undefined> =>
  /^[A-Za-z0-9_-]{43}$/.test(text) ? (await env.store.tokens.findOpaqueToken(hashSecret(text)))?.claims : undefined

const parseToken = (claims: Claims): PresentedToken | undefined => {
  const { jti, grant_id: grantId, client_id: clientId, scope, iat: issuedAt, exp: expiresAt } = claims
  if (typeof jti !== 'string' || typeof grantId !== 'string' || typeof clientId !== 'string') return undefined
  if (typeof scope !== 'string' || typeof issuedAt !== 'number' || typeof expiresAt !== 'number') return undefined
  return { claims, jti, grantId, clientId, scope, issuedAt, expiresAt }
}

const grantOf = async (token: PresentedToken, client: Client, env: Env): Promise<Grant | undefined> => {
  if (token.claims.gty !== 'client_credentials') return env.store.grants.find(token.grantId)
  const { aud } = token.claims
  const audience = (Array.isArray(aud) ? aud : [aud]).filter((one) => typeof one === 'string')
  return backendGrant(client, { scope: token.scope, audience, now: env.now() })
}
