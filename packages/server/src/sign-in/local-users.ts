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

/** One try to sign in, and where it came from. */
export type PasswordTry = { readonly username: string; readonly password: string; readonly remoteAddress: string }

/** A username may be guessed at from this many addresses, each to its limit, before it waits for everyone. */
const addressesPerUsername = 10

/** One address may guess at this many usernames to their limit before it waits with every name: a hospital may share one. */
const usernamesPerAddress = 25

type Counter = { readonly key: string; readonly most: number }

/**
 * What a try counts against, narrow first: who guesses from one address locks out that address only, and many addresses
 * together are stopped too, at a number that one of them never reaches.
 */
const countersOf = ({ username, remoteAddress }: PasswordTry, attempts: number): readonly [Counter, Counter] => {
  const name = username.toLowerCase()
  return [
    { key: `sign-in from ${remoteAddress} ${name}`, most: attempts },
    { key: `sign-in:${name}`, most: attempts * addressesPerUsername },
  ]
}

/** Wrong tries of an address, whatever the name, so that nobody tries one password on everybody. Right ones never count. */
const sprayCounter = ({ remoteAddress }: PasswordTry, attempts: number): Counter => ({
  key: `sign-in from ${remoteAddress}`,
  most: attempts * usernamesPerAddress,
})

/** Takes one of the tries that are left. A full counter is only read, so that waiting is not prolonged by trying. */
const takeTry = async ({ key, most }: Counter, env: Env): Promise<boolean> =>
  (await env.store.attempts.count(key, env.now())) < most &&
  (await env.store.attempts.fail(key, env.now(), env.config.signIn.attemptWindow)) <= most

/**
 * Checks a username and password, counting tries across all nodes. A try is counted as wrong before the password is looked
 * at and taken back if it was right: so guesses sent at the same moment are as many as guesses sent one by one. Spec: THR-39
 */
export const checkPassword = async (tried: PasswordTry, env: Env): Promise<PasswordAnswer> => {
  const { attempts, attemptWindow } = env.config.signIn
  const [fromHere, fromAnywhere] = countersOf(tried, attempts)
  const spray = sprayCounter(tried, attempts)
  if ((await env.store.attempts.count(spray.key, env.now())) >= spray.most) return 'locked'
  if (!((await takeTry(fromHere, env)) && (await takeTry(fromAnywhere, env)))) return 'locked'
  const user = await env.store.users.findByUsername(tried.username)
  const right = await isPassword(tried.password, user?.passwordHash ?? nobody)
  if (!right || user?.passwordHash === undefined || user.state !== 'active') {
    await env.store.attempts.fail(spray.key, env.now(), attemptWindow)
    return 'wrong'
  }
  await env.store.attempts.clear(fromHere.key)
  await env.store.attempts.clear(fromAnywhere.key)
  return user
}
