import { argon2, timingSafeEqual } from 'node:crypto'
import type { Env } from '../env.ts'
import type { User } from './user.ts'

/**
 * Passwords of people we know ourselves: sandboxes and small sites. Hospitals sign in at their own provider
 * (`identity-provider.ts`).
 */

/** argon2id as OWASP advises: 19 MiB, two passes, one lane; about 20 ms, in the thread pool. */
const cost = { parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 } as const

const derive = (password: string, salt: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const message = Buffer.from(password.normalize('NFC'))
    argon2('argon2id', { message, nonce: salt, ...cost }, (error, key) => (error ? reject(error) : resolve(key)))
  })

/** A password → `argon2id$<salt>$<key>`, base64url. */
export const hashPassword = async (password: string, env: Pick<Env, 'random'>): Promise<string> => {
  const salt = env.random(16)
  const key = await derive(password, salt)
  return ['argon2id', Buffer.from(salt).toString('base64url'), key.toString('base64url')].join('$')
}

/** Whether the password is the one that was hashed. */
const isPassword = async (password: string, hash: string): Promise<boolean> => {
  const [algorithm, salt = '', key = ''] = hash.split('$')
  const expected = Buffer.from(key, 'base64url')
  const found = await derive(password, Buffer.from(salt, 'base64url'))
  return algorithm === 'argon2id' && found.length === expected.length && timingSafeEqual(found, expected)
}

/** Derived from nothing anyone knows: an unknown username costs the same time as a known one. Spec: THR-39 */
const nobody = `argon2id$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** What came of a username and password. `locked`: too many wrong ones lately; even the right one waits. */
export type PasswordAnswer = User | 'wrong' | 'locked'

/** Checks a username and password, counting wrong ones per username across all nodes. Spec: THR-39 */
export const checkPassword = async (username: string, password: string, env: Env): Promise<PasswordAnswer> => {
  const { attempts, attemptWindow } = env.config.signIn
  const key = `sign-in:${username.toLowerCase()}`
  if ((await env.store.attempts.count(key, env.now())) >= attempts) return 'locked'
  const user = await env.store.users.findByUsername(username)
  const right = await isPassword(password, user?.passwordHash ?? nobody)
  if (right && user?.passwordHash !== undefined && user.state === 'active') {
    await env.store.attempts.clear(key)
    return user
  }
  await env.store.attempts.fail(key, env.now(), attemptWindow)
  return 'wrong'
}
