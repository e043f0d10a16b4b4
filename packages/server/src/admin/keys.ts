import { z } from 'zod'
import type { Env } from '../env.ts'
import type { SigningKeyRecord } from '../token/token-records.ts'
import { type MountedOperation, operation } from './operation.ts'
import type { Operator } from './operator.ts'

/** A signing key as operators see it: when it signs and until when it is published. */
const keyView = z.object({
  kid: z.string(),
  alg: z.enum(['ES256', 'RS256']),
  state: z.enum(['announced', 'signing', 'retiring', 'retired']),
  created_at: z.int(),
  signs_from: z.int(),
  retired_at: z.int().optional(),
})

/** A key with wire names; `state` is what it is now. */
export type KeyView = z.infer<typeof keyView>

const stateOf = ({ signsFrom, retiredAt }: SigningKeyRecord, now: number): KeyView['state'] => {
  if (retiredAt !== undefined) return retiredAt <= now ? 'retired' : 'retiring'
  return signsFrom > now ? 'announced' : 'signing'
}

/** All signing keys, oldest first. */
export const listKeys = async (env: Env): Promise<readonly KeyView[]> =>
  (await env.store.keys.list()).map((record) => ({
    kid: record.kid,
    alg: record.alg,
    state: stateOf(record, env.now()),
    created_at: record.createdAt,
    signs_from: record.signsFrom,
    ...(record.retiredAt === undefined ? {} : { retired_at: record.retiredAt }),
  }))

/** Makes a new key of each algorithm now; it is published for a while before it signs. Returns all keys. Spec: THR-43 */
export const rotateKeys = async (operator: Operator, env: Env): Promise<readonly KeyView[]> => {
  for (const kid of await env.keys.rotate('now'))
    env.audit({ event: 'key-rotated', outcome: 'success', actor: operator.name, reason: kid })
  return listKeys(env)
}

const answer = z.object({ records: z.array(keyView) })

/** Signing keys in the operators' map. */
export const keyOperations: readonly MountedOperation[] = [
  operation(
    { method: 'GET', path: '/keys', role: 'viewer', summary: 'Signing keys and how they stand.', success: 200, answer },
    async (_call, env) => ({ body: { records: await listKeys(env) } }),
  ),
  operation(
    {
      method: 'POST',
      path: '/keys/rotate',
      role: 'admin',
      summary: 'Replace the signing keys now; old signatures stay valid.',
      success: 200,
      answer,
    },
    async ({ operator }, env) => ({ body: { records: await rotateKeys(operator, env) } }),
  ),
]
