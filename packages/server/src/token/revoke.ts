import { type Answer, empty, type Input, noStore } from '../answer.ts'
import type { Client } from '../clients/client.ts'
import { authenticateClient } from '../clients/client-auth.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { parseForm, required } from '../parameters.ts'
import { hashSecret } from '../secret.ts'
import { findAccessToken } from './presented-token.ts'
import { looksLikeRefreshToken } from './refresh-token-text.ts'

/**
 * POST /revoke (RFC 7009). A refresh token ends its grant and with it every access token; an access token ends alone. 200
 * also for what we do not know: the client's wish, that it be dead, is fulfilled. The hint is not needed: the form tells.
 *
 * Spec: RFC-10, TOK-40, TOK-42, CF-23
 */
export const revoke = async (input: Input, env: Env): Promise<Answer> => {
  const client = await authenticateClient(input, env)
  const text = required(parseForm(input), 'token')
  await (looksLikeRefreshToken(text) ? endFamily(text, client, env) : cutAccessToken(text, client, env))
  return noStore(empty(200))
}

const endFamily = async (text: string, client: Client, env: Env): Promise<void> => {
  const presented = await env.store.tokens.presentRefreshToken(hashSecret(text))
  if (presented === undefined) return
  requireOwner(presented.token.clientId, client)
  const { id, subject } = presented.grant
  const ended = await env.store.grants.end(id, { state: 'revoked', reason: 'revoked_by_client' }, env.now())
  if (ended) env.audit({ event: 'token-revoked', outcome: 'success', clientId: client.id, grantId: id, subject })
}

const cutAccessToken = async (text: string, client: Client, env: Env): Promise<void> => {
  const token = await findAccessToken(text, env)
  if (token === undefined) return
  requireOwner(token.clientId, client)
  await env.store.tokens.cut({ kind: 'token', id: token.jti, at: env.now() }, token.expiresAt)
  env.audit({ event: 'token-revoked', outcome: 'success', clientId: client.id, grantId: token.grantId })
}

const requireOwner = (owner: string, client: Client): void => {
  if (owner !== client.id)
    throw new OAuthError('token:other-client', { description: 'This token was issued to another client.' })
}
