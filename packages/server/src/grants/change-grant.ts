import { formatScopes, parseScopes } from '@gatehouse/scopes'
import { removeClient } from '../clients/remove-client.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import type { Grant } from './grant.ts'

/**
 * What a person does to their own grants: only less is possible. Widening needs a new consent. Callers have made sure that
 * the grant is theirs.
 */

/** Ends a grant: refresh and introspection fail at once, gateways follow the cut. Spec: TOK-40, MNG-03, MNG-07, ONC-04 */
export const stopSharing = async (grant: Grant, env: Env): Promise<void> => {
  const ended = await env.store.grants.end(grant.id, { state: 'revoked', reason: 'withdrawn_by_user' }, env.now())
  if (ended) audit('grant-ended', grant, env)
}

/**
 * Takes scopes, by their text, out of a grant. What does not stand in the grant is ignored: a form can only take away. When
 * no kind of data is left, the grant ends. Throws `request:form-expired` when another change came in between. Spec: MNG-04
 */
export const stopKind = async (grant: Grant, taken: readonly string[], env: Env): Promise<void> => {
  const left = parseScopes(grant.scope).filter(({ text }) => !taken.includes(text))
  if (!left.some(({ kind }) => kind === 'resource')) return stopSharing(grant, env)
  const scope = { from: grant.scope, to: formatScopes(left) }
  if (!(await env.store.grants.narrow(grant.id, { scope }, env.now())))
    throw new OAuthError('request:form-expired', {
      description: 'What you share was changed somewhere else. Open the page again.',
    })
  audit('grant-narrowed', grant, env)
}

/** Removes one device of a grant; the grant and the other devices stay. Spec: TOK-36, MNG-03 */
export const removeDevice = async (grant: Grant, deviceId: string, env: Env): Promise<void> => {
  const devices = await env.store.clients.listDevices(grant.id)
  const device = devices.find(({ id }) => id === deviceId)
  if (device !== undefined) await removeClient(device, { actor: grant.subject }, env)
}

const audit = (event: 'grant-ended' | 'grant-narrowed', grant: Grant, env: Env): void =>
  env.audit({
    event,
    outcome: 'success',
    clientId: grant.clientId,
    subject: grant.subject,
    grantId: grant.id,
    reason: 'withdrawn_by_user',
  })
