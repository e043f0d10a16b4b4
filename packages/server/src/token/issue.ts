import type { Env } from '../env.ts'
import { findResourceServer } from '../resource-servers.ts'
import { hashSecret, newSecret } from '../secret.ts'
import { withoutUndefined } from '../without-undefined.ts'
import { accessTokenClaims, type Claims, idTokenClaims, smartParameters } from './claims.ts'
import { issueDeviceToken } from './device-token.ts'
import type { Caller, Redeemed } from './redeemed.ts'

/** What the token endpoint hands out. `expiresIn` in seconds; `parameters` are the launch context with wire names. */
export type IssuedTokens = {
  readonly accessToken: string
  readonly tokenType: 'Bearer' | 'DPoP'
  readonly expiresIn: number
  readonly scope: string
  readonly idToken?: string
  readonly refreshToken?: string
  readonly activeTtl?: number
  /** Registers this one device, once. */
  readonly deviceToken?: string
  readonly parameters: Claims
}

/**
 * Redeemed → tokens. `askedAt` (seconds) dates the access token. Decides nothing: what may be issued was settled by the grant
 * handler and the guard.
 */
export const issue = async (
  redeemed: Redeemed & { readonly askedAt: number },
  caller: Caller,
  env: Env,
): Promise<IssuedTokens> => {
  const { grant, scope, refreshToken, activeTtl } = redeemed
  const issuedAt = redeemed.askedAt
  const expiresAt = Math.min(issuedAt + redeemed.lifetime, grant.endsAt ?? Number.POSITIVE_INFINITY)
  const confirmation = confirmationOf(caller)
  const facts = { scope, clientId: caller.client.id, jti: newSecret(env), issuedAt, expiresAt, confirmation }
  const [accessToken, idToken, deviceToken] = await Promise.all([
    issueAccessToken(accessTokenClaims(grant, facts, env.config), redeemed, env),
    issueIdToken(redeemed, env),
    issueDeviceToken(redeemed, caller, env),
  ])
  return {
    accessToken,
    tokenType: confirmation !== undefined && 'jkt' in confirmation ? 'DPoP' : 'Bearer',
    expiresIn: expiresAt - issuedAt,
    scope,
    parameters: smartParameters(grant, env.config),
    ...withoutUndefined({ idToken, refreshToken, activeTtl, deviceToken }),
  }
}

/** What the client is registered to have its access tokens bound to. Spec: TOK-24, RFC 8705 §3.1 */
const confirmationOf = ({ client, dpopKey, certificate }: Caller) => {
  if (client.dpopBoundAccessTokens && dpopKey !== undefined) return { jkt: dpopKey }
  return client.certificateBoundAccessTokens && certificate !== undefined ? { 'x5t#S256': certificate } : undefined
}

/** A signed JWT, or a reference when a resource server of the grant wants to ask instead of verify. Spec: AL-72, SC-17, IN-15 */
const issueAccessToken = async (claims: Claims, { grant }: Redeemed, env: Env): Promise<string> => {
  const forms = grant.audience.map((base) => findResourceServer(env.config.resourceServers, base)?.tokenForm)
  if (!forms.includes('opaque')) return env.keys.sign('ES256', 'at+jwt', claims)
  const reference = newSecret(env)
  await env.store.tokens.createOpaqueToken({
    hash: hashSecret(reference),
    id: String(claims.jti),
    grantId: grant.id,
    claims,
    expiresAt: Number(claims.exp),
  })
  return reference
}

/** Spec: ID-03, ID-14, IN-06 */
const issueIdToken = async ({ grant, scope, idToken }: Redeemed, env: Env): Promise<string | undefined> => {
  if (idToken === undefined) return undefined
  const issuedAt = env.now()
  const facts = { scope, issuedAt, expiresAt: issuedAt + env.config.token.idToken, ...idToken }
  return env.keys.sign('RS256', 'JWT', idTokenClaims(grant, facts, env.config))
}

/**
 * Tokens → the JSON of RFC 6749 §5.1 with the launch context beside it. `expires_in` is a number and always there.
 *
 * Spec: AL-59, AL-60, AL-61, AL-62, AL-64, AL-65, AL-66, AL-69, RF-12, RF-13, RF-14, RF-15, BS-15, IN-01, IX-02, IX-03
 */
export const formatTokens = (tokens: IssuedTokens): Claims =>
  withoutUndefined({
    ...tokens.parameters,
    access_token: tokens.accessToken,
    token_type: tokens.tokenType,
    expires_in: tokens.expiresIn,
    scope: tokens.scope,
    id_token: tokens.idToken,
    refresh_token: tokens.refreshToken,
    active_ttl: tokens.activeTtl,
    device_registration_token: tokens.deviceToken,
  })
