import type { Env } from '../env.ts'
import type { Client } from './client.ts'

/** Who removes a client, for the audit. */
export type Remover = { readonly actor: string }

/**
 * Removes a client and ends all it was granted; a device alone, its grant and the other devices stay. The client goes first: from then on the guard refuses it everywhere, so an
 * interruption in between leaves nothing open. Its access tokens are cut for the gateways.
 *
 * Spec: TOK-36, TOK-40, TOK-41
 */
export const removeClient = async (client: Client, { actor }: Remover, env: Env): Promise<void> => {
  const now = env.now()
  await env.store.clients.remove(client.id)
  const kind = client.device === undefined ? 'client' : 'device'
  await env.store.tokens.cut({ kind, id: client.id, at: now }, now + env.config.token.accessToken)
  for (const { id } of await env.store.grants.listByClient(client.id))
    await env.store.grants.end(id, { state: 'revoked', reason: 'client_removed' }, now)
  env.audit({ event: 'client-removed', outcome: 'success', clientId: client.id, actor })
}
