import { createHmac } from 'node:crypto'
import type { Env } from '../env.ts'
import { deriveKey, sameSecret } from '../secret.ts'

/** Seconds for which one nonce is handed out; it is taken for as long again. */
const period = 300

/** The longest time a nonce is good for, in seconds: so long a proof made with it must be remembered. */
export const nonceLife = 2 * period

type NonceEnv = Pick<Env, 'config' | 'now'>

const nonceOf = (index: number, { config }: NonceEnv): string =>
  createHmac('sha256', deriveKey(config, 'dpop nonce')).update(String(index)).digest('base64url').slice(0, 27)

const current = ({ now }: NonceEnv): number => Math.floor(now() / period)

/** The nonce to demand now. Nobody without the master key can foresee it, and every node knows it without asking. Spec: TOK-22 */
export const dpopNonce = (env: NonceEnv): string => nonceOf(current(env), env)

/** Whether a nonce is one we demanded a short while ago. */
export const isDpopNonce = (nonce: string, env: NonceEnv): boolean =>
  [current(env), current(env) - 1].some((index) => sameSecret(nonce, nonceOf(index, env)))
