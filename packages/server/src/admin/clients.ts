import type { Client } from '../clients/client.ts'
import { findClient } from '../clients/find-client.ts'
import { type ClientMetadata, newClient } from '../clients/metadata.ts'
import { checkKeys, needsSecret } from '../clients/registration.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { hashSecret, newSecret } from '../secret.ts'
import { type ClientDocument, checkClientDocument, decisionsOf } from './client-document.ts'
import { changedRecord, unknownRecord } from './operation.ts'
import type { Operator } from './operator.ts'

/** A client and, when one was just made, its secret: told once and kept nowhere. */
export type ClientAndSecret = { readonly client: Client; readonly secret?: string }

/** How long after a cut no access token of before can be alive, in seconds: the longest life there is. */
const longestTokenLife = 3600

/** One client. Throws `admin:unknown`. */
export const getClient = async (id: string, env: Env): Promise<Client> => {
  const client = await findClient(id, env)
  if (client === undefined) throw unknownRecord('client')
  return client
}

/**
 * Registers a client, active at once: an operator decided it. `id` may be chosen; it must be no one's `sub`, because a
 * grant whose subject is its client is a backend service's. Throws `admin:exists`. Spec: THR-20
 */
export const createClient = async (
  {
    id,
    document,
    operator,
  }: { readonly id?: string | undefined; readonly document: ClientDocument; readonly operator: Operator },
  env: Env,
): Promise<ClientAndSecret> => {
  const clientId = id ?? newClientId(env)
  const made = recordOf(document, { id: clientId, state: 'active', createdAt: env.now() }, env)
  const taken = (await env.store.users.find(clientId)) !== undefined
  if (taken || (await env.store.clients.create(made.client)) === 'exists')
    throw new OAuthError('admin:exists', { description: 'This id is taken.' })
  env.audit({ event: 'client-registered', outcome: 'success', clientId, actor: operator.name })
  return made
}

const newClientId = (env: Env): string => `c_${Buffer.from(env.random(15)).toString('base64url')}`

/** Replaces all metadata of a client that was read with the tag `seen`. A secret stays while its method stays. */
export const changeClient = async (
  { id, seen, document, operator }: { id: string; seen: string; document: ClientDocument; operator: Operator },
  env: Env,
): Promise<ClientAndSecret> => {
  const before = await getClient(id, env)
  const { client: next, secret } = recordOf(document, before, env)
  const kept = 'secretHash' in before.auth && 'secretHash' in next.auth
  const auth = kept ? { ...next.auth, secretHash: before.auth.secretHash } : next.auth
  const { registrationTokenHash, selfRegistered, device } = before
  const carried = {
    ...(registrationTokenHash === undefined ? {} : { registrationTokenHash }),
    ...(selfRegistered === undefined ? {} : { selfRegistered }),
    ...(device === undefined ? {} : { device }),
  }
  const client = await save({ ...next, ...carried, auth }, { before, seen }, env)
  env.audit({ event: 'client-changed', outcome: 'success', clientId: id, actor: operator.name })
  return secret === undefined || kept ? { client } : { client, secret }
}

/** Approves, pauses or blocks a client. One that is not active gets nothing new, and what it holds is cut. Spec: TOK-40 */
export const setClientState = async (
  { id, state, operator }: { readonly id: string; readonly state: Client['state']; readonly operator: Operator },
  env: Env,
): Promise<Client> => {
  const before = await getClient(id, env)
  const client = await save({ ...before, state }, { before, seen: clientTag(before) }, env)
  const at = env.now()
  if (state !== 'active') await env.store.tokens.cut({ kind: 'client', id, at }, at + longestTokenLife)
  env.audit({ event: 'client-changed', outcome: 'success', clientId: id, reason: state, actor: operator.name })
  return client
}

/** Replaces the secret of a client that has one; the old one stops at once. Throws `admin:state` for other clients. */
export const renewSecret = async (
  { id, operator }: { readonly id: string; readonly operator: Operator },
  env: Env,
): Promise<ClientAndSecret> => {
  const before = await getClient(id, env)
  if (!('secretHash' in before.auth))
    throw new OAuthError('admin:state', { description: `A client with ${before.auth.method} has no secret.` })
  const secret = newSecret(env)
  const auth = { ...before.auth, secretHash: hashSecret(secret) }
  const client = await save({ ...before, auth }, { before, seen: clientTag(before) }, env)
  env.audit({ event: 'client-changed', outcome: 'success', clientId: id, reason: 'new-secret', actor: operator.name })
  return { client, secret }
}

/** The entity tag of a client: its version. */
export const clientTag = ({ updatedAt }: Client): string => String(updatedAt)

const save = async (
  next: Client,
  { before, seen }: { readonly before: Client; readonly seen: string },
  env: Env,
): Promise<Client> => {
  if (clientTag(before) !== seen) throw changedRecord('client')
  if (!(await env.store.clients.save({ ...next, updatedAt: env.now() }, before.updatedAt)))
    throw changedRecord('client')
  return getClient(next.id, env)
}

const recordOf = (
  document: ClientDocument,
  { id, state, createdAt }: Pick<Client, 'id' | 'state' | 'createdAt'>,
  env: Env,
): ClientAndSecret => {
  checkClientDocument(document)
  const metadata: ClientMetadata = { ...document, refresh_rotation: 'all' }
  checkKeys(metadata, env)
  const secret = needsSecret(metadata) ? newSecret(env) : undefined
  const facts = { id, state, createdAt, updatedAt: env.now(), mostScope: document.scope, selfRegistered: false }
  const hashed = secret === undefined ? {} : { secretHash: hashSecret(secret) }
  const client = { ...newClient(metadata, { ...facts, ...hashed }), ...decisionsOf(document) }
  return secret === undefined ? { client } : { client, secret }
}
