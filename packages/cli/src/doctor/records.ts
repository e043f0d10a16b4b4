import type { Effects } from '@gatehouse/server'
import { type Finding, finding } from './codes.ts'

type RecordEffects = Pick<Effects, 'store' | 'config' | 'now'>

/** What is wrong with what the store holds: registered apps and signing keys. */
export const checkRecords = async (effects: RecordEffects): Promise<readonly Finding[]> => [
  ...(await checkClients(effects)),
  ...(await checkKeyAge(effects)),
]

/** Half a year: whoever rotates keys has done so by then. */
const keysGrowOld = 182 * 86_400

/** Spec: CA-12 */
const checkClients = async ({ store, now }: RecordEffects): Promise<readonly Finding[]> => {
  const clients = await store.clients.list({ limit: 100_000 })
  const pending = clients.filter(({ state }) => state === 'pending').length
  const unbound = clients.filter(
    ({ auth, refreshRotation, dpopBoundAccessTokens }) =>
      auth.method === 'none' && refreshRotation === 'none' && !dpopBoundAccessTokens,
  )
  const withOldKeys = clients.filter(
    ({ auth, updatedAt }) =>
      auth.method === 'private_key_jwt' && auth.keys.kind === 'jwks' && now() - updatedAt > keysGrowOld,
  )
  return [
    ...(pending > 0 ? [finding('clients/pending', 'clients', `${pending} waiting`)] : []),
    ...unbound.map(({ id }) => finding('clients/unbound-refresh', id)),
    ...withOldKeys.map(({ id, display }) => finding('clients/keys-by-value', id, display.contacts.join(', '))),
  ]
}

/** A day of grace: the job runs hourly, and a node may just have been down. */
const grace = 86_400

const checkKeyAge = async ({ store, config, now }: RecordEffects): Promise<readonly Finding[]> => {
  const signing = (await store.keys.list()).filter(({ retiredAt }) => retiredAt === undefined)
  return signing
    .filter(({ createdAt }) => now() - createdAt > config.token.keyLife + grace)
    .map(({ kid, alg }) => finding('keys/overdue', kid, alg))
}
