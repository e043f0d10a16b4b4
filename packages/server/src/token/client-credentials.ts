import { formatScopes, narrow, parseScopes, type Scope } from '@gatehouse/scopes'
import type { Client } from '../clients/client.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { checkGrant } from '../grants/check-grant.ts'
import type { Grant } from '../grants/grant.ts'
import { optional, type Parameters } from '../parameters.ts'
import { findResourceServer } from '../resource-servers.ts'
import type { GrantHandler } from './redeemed.ts'

/**
 * `grant_type=client_credentials`: backend services. The registration is the agreement, so the grant is made up from it and
 * lives as long as the client; no refresh token, since the client can always ask again.
 *
 * Spec: BS-08, BS-10, BS-11, BS-16, BS-17, BS-18, BS-19, SY-03, ONC-36, IX-11
 */
export const clientCredentials: GrantHandler = {
  grantType: 'client_credentials',
  redeem: async (form, { client }, env) => {
    if (client.auth.method !== 'private_key_jwt' && client.auth.method !== 'tls_client_auth')
      throw new OAuthError('client:grant-type-not-allowed', {
        description: 'Backend services authenticate with a key (private_key_jwt), not with a secret.',
      })
    const scope = preauthorizedScope(client, optional(form, 'scope'))
    const grant = backendGrant(client, { scope, audience: audienceOf(form, client, env), now: env.now() })
    await checkGrant(grant, client, env)
    env.audit({ event: 'token-issued', outcome: 'success', clientId: client.id, grantId: grant.id })
    return { grant, scope, lifetime: env.config.token.backendToken }
  },
}

/** `patient/` and `user/` would need someone to be meant; identity and launch scopes need a person. Spec: BS-08, BS-09 */
const fitsBackend = (scope: Scope): boolean =>
  scope.kind === 'other' || (scope.kind === 'resource' && scope.level === 'system')

const preauthorizedScope = (client: Client, asked: string | undefined): string => {
  if (asked === undefined)
    throw new OAuthError('token:scope-none', { description: 'Say in scope what access this token is for.' })
  const { granted } = narrow(parseScopes(asked), parseScopes(client.scope))
  const usable = granted.filter(fitsBackend)
  if (usable.length === 0)
    throw new OAuthError('token:scope-none', {
      description: 'None of the asked scopes is a system/ scope this client is registered for.',
    })
  return formatScopes(usable)
}

/** `resource` (or `aud`) narrows the bases; without it, all this client may reach. Spec: RFC-13 */
const audienceOf = (form: Parameters, client: Client, env: Env): readonly string[] => {
  const { resourceServers } = env.config
  const reachable = client.audience ?? resourceServers.map(({ base }) => base)
  const asked = form.get('resource') ?? form.get('aud')
  if (asked === undefined) return reachable
  return asked.map((one) => {
    const base = findResourceServer(resourceServers, one)?.base
    if (base === undefined || !reachable.includes(base))
      throw new OAuthError('token:audience-unknown', {
        description: 'resource names no FHIR base this client may reach.',
      })
    return base
  })
}

type BackendFacts = { readonly scope: string; readonly audience: readonly string[]; readonly now: number }

/** The standing grant of a backend service; it has no row, its client's state is its state. */
export const backendGrant = (client: Client, { scope, audience, now }: BackendFacts): Grant => ({
  id: `backend-${client.id}`,
  clientId: client.id,
  subject: client.id,
  scope,
  context: {},
  audience,
  access: 'once',
  authenticatedAt: now,
  createdAt: client.createdAt,
  lastUsedAt: now,
  state: 'active',
})
