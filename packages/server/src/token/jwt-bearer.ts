import { formatScopes, narrow, parseScopes } from '@gatehouse/scopes'
import { jwtBearer as grantType } from '../clients/device.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { checkGrant } from '../grants/check-grant.ts'
import type { Grant } from '../grants/grant.ts'
import { optional } from '../parameters.ts'
import type { Caller, GrantHandler } from './redeemed.ts'

/**
 * `grant_type=…jwt-bearer`: a registered device asks with a statement signed by its own key, which has already proven who
 * asks (`caller.ts`). It gets what its grant has, or less; no refresh token, because the key is better than one.
 *
 * Spec: TOK-33, TOK-34
 */
export const jwtBearer: GrantHandler = {
  grantType,
  redeem: async (form, caller, env) => {
    const grant = await grantOf(caller, env)
    await checkGrant(grant, caller.client, env)
    const scope = narrowed(grant, optional(form, 'scope'))
    const now = env.now()
    await env.store.clients.touchDevice(caller.client.id, now)
    await env.store.grants.touch(grant.id, now)
    const { subject } = grant
    env.audit({ event: 'token-issued', outcome: 'success', clientId: caller.client.id, grantId: grant.id, subject })
    return { grant, scope, lifetime: env.config.token.accessToken }
  },
}

const grantOf = async ({ client, assertionIsGrant }: Caller, env: Env): Promise<Grant> => {
  if (!assertionIsGrant || client.device === undefined)
    throw new OAuthError('token:assertion', {
      description: 'Send assertion, signed by the key of a registered device, and no other client authentication.',
    })
  const grant = await env.store.grants.find(client.device.grantId)
  if (grant === undefined)
    throw new OAuthError('token:assertion', { description: 'The agreement of this device is not known any more.' })
  return grant
}

/** A device asks with the app's usual scope; what the person left out of it is left out here too. */
const narrowed = (grant: Grant, asked: string | undefined): string => {
  if (asked === undefined) return grant.scope
  const { granted } = narrow(parseScopes(asked), parseScopes(grant.scope))
  if (granted.length === 0)
    throw new OAuthError('token:scope-none', { description: 'Nothing of the asked scope was granted.' })
  return formatScopes(granted)
}
