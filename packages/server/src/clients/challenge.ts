import { type Answer, type Input, json, noStore } from '../answer.ts'
import type { Env } from '../env.ts'
import { timedNonce } from '../token/timed-nonce.ts'

/** POST /challenge: what the next proof of an attested installation must contain. Spec: tokens-and-devices §7 */
export const attestationChallenge = async (_input: Input, env: Env): Promise<Answer> =>
  noStore(json(200, { attestation_challenge: timedNonce('attestation challenge', env) }))
