import { hash } from 'node:crypto'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import type { Reason } from '../errors/reasons.ts'
import { checkGrant } from '../grants/check-grant.ts'
import type { Grant } from '../grants/grant.ts'
import { type Parameters, required } from '../parameters.ts'
import { hashSecret, sameSecret } from '../secret.ts'
import { hasScope } from './claims.ts'
import { activeTtl } from './presence.ts'
import type { Caller, GrantHandler, Redeemed } from './redeemed.ts'
import { startFamily } from './refresh-token.ts'
import type { Code } from './token-records.ts'

/**
 * `grant_type=authorization_code`: one statement uses the code up, then its bindings are checked. A failed attempt costs the
 * code too, so nobody gets a second guess at the verifier.
 *
 * Spec: AL-15, AL-52, AL-58, RFC-01, RFC-08, THR-05, THR-06
 */
export const authorizationCode: GrantHandler = {
  grantType: 'authorization_code',
  redeem: async (form, caller, env) => {
    const request = parseRequest(form)
    const code = await useUp(request.code, caller, env)
    checkBindings(code, request, caller)
    const grant = await env.store.grants.find(code.grantId)
    if (grant === undefined) throw refuse('token:code-unknown', 'This code is not known.')
    await checkGrant(grant, caller.client, env)
    const family = mayRefresh(grant, caller) ? { refreshToken: await startFamily(grant, caller, env) } : {}
    const presence = 'refreshToken' in family ? await activeTtl(grant, env) : {}
    env.audit({ ...factsOf(grant), event: 'code-redeemed', outcome: 'success' })
    const lifetime = env.config.token.accessToken
    return { grant, scope: grant.scope, lifetime, ...family, ...presence, ...idTokenDue(grant, code) }
  },
}

type CodeRequest = { readonly code: string; readonly redirectUri: string; readonly verifier: string }

const parseRequest = (form: Parameters): CodeRequest => {
  const code = required(form, 'code')
  const redirectUri = required(form, 'redirect_uri')
  const verifier = form.get('code_verifier')?.[0]
  if (verifier === undefined)
    throw refuse('token:verifier-missing', 'code_verifier is missing: every client uses PKCE here.')
  return { code, redirectUri, verifier }
}

const useUp = async (text: string, { client }: Caller, env: Env): Promise<Code> => {
  const now = env.now()
  const found = await env.store.tokens.redeemCode(hashSecret(text), now)
  if (found === 'unknown') throw refuse('token:code-unknown', 'This code is not known.')
  if (!('kind' in found)) return found
  if (found.kind === 'expired') throw refuse('token:code-expired', 'This code has expired. Start again.')
  await env.store.grants.end(found.code.grantId, { state: 'revoked', reason: 'code_reuse' }, now)
  env.audit({ event: 'code-reused', outcome: 'refused', clientId: client.id, grantId: found.code.grantId })
  throw refuse('token:code-used', 'This code was used before. What was issued from it has been revoked.')
}

const checkBindings = (code: Code, request: CodeRequest, { client, dpopKey }: Caller): void => {
  if (code.clientId !== client.id) throw refuse('token:code-other-client', 'This code was issued to another client.')
  if (code.redirectUri !== request.redirectUri)
    throw refuse('token:redirect-uri-mismatch', 'redirect_uri is not the one of the authorization request.')
  if (!verifies(request.verifier, code.codeChallenge))
    throw refuse('token:verifier-wrong', 'code_verifier does not belong to the code_challenge.')
  if (code.dpopKey !== undefined && code.dpopKey !== dpopKey)
    throw refuse('token:key-mismatch', 'This code is bound to another DPoP key.')
}

const verifies = (verifier: string, challenge: string): boolean =>
  /^[A-Za-z0-9\-._~]{43,128}$/.test(verifier) && sameSecret(hash('sha256', verifier, 'base64url'), challenge)

/** Spec: AL-66, AL-73, RF-01, RF-04, RF-05 */
const mayRefresh = (grant: Grant, { client }: Caller): boolean =>
  grant.access !== 'once' && client.grantTypes.includes('refresh_token')

/** Spec: AL-65, ID-03, RFC-14 */
const idTokenDue = (grant: Grant, { nonce }: Code): Pick<Redeemed, 'idToken'> =>
  hasScope(grant.scope, 'openid') ? { idToken: nonce === undefined ? {} : { nonce } } : {}

const factsOf = ({ id, clientId, subject, context }: Grant) => ({
  grantId: id,
  clientId,
  subject,
  ...(context.patient === undefined ? {} : { patient: context.patient }),
})

const refuse = (reason: Reason, description: string): OAuthError => new OAuthError(reason, { description })
