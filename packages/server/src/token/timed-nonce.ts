import { createHmac } from 'node:crypto'
import type { Env } from '../env.ts'
import { deriveKey, sameSecret } from '../secret.ts'

/** Seconds for which one nonce is handed out; it is taken for as long again. */
const period = 300

/** The longest time a nonce is good for, in seconds: so long a proof made with it must be remembered. */
export const nonceLife = 2 * period

/** What a nonce is for; one purpose's nonce is no other's. */
export type NoncePurpose = 'dpop nonce' | 'attestation challenge'

type NonceEnv = Pick<Env, 'config' | 'now'>

const nonceOf = (purpose: NoncePurpose, index: number, { config }: NonceEnv): string =>
  createHmac('sha256', deriveKey(config, purpose)).update(String(index)).digest('base64url').slice(0, 27)

const current = ({ now }: NonceEnv): number => Math.floor(now() / period)

/** The nonce to demand now. Nobody without the master key can foresee it, and every node knows it without asking. Spec: TOK-22 */
export const timedNonce = (purpose: NoncePurpose, env: NonceEnv): string => nonceOf(purpose, current(env), env)

/** Whether a nonce is one we demanded for this purpose a short while ago. */
export const isTimedNonce = (nonce: string, purpose: NoncePurpose, env: NonceEnv): boolean =>
  [current(env), current(env) - 1].some((index) => sameSecret(nonce, nonceOf(purpose, index, env)))
