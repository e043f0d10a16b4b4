import { hash, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Env } from './env.ts'
import type { TokenHash } from './token/token-records.ts'

/**
 * Secrets as values: made, hashed, compared, derived in this one file, so that a reader sees all there is to know about
 * how a handle, a token or a cookie is kept. What they mean is the business of their folders.
 */

/** A new handle: 32 random bytes, base64url (43 characters of `[A-Za-z0-9_-]`). Spec: TOK-10, IN-15 */
export const newSecret = (env: Pick<Env, 'random'>): string => Buffer.from(env.random(32)).toString('base64url')

/** The only form in which a secret is stored: SHA-256, hex. The input has 256 random bits, so no salt is needed. */
export const hashSecret = (secret: string): TokenHash => hash('sha256', secret) as string as TokenHash

/** Whether two texts are equal, in time that depends on neither: hashing first makes the lengths equal. Spec: THR-39 */
export const sameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))

/** A 32-byte key for one purpose, from the operator's master key; no purpose can learn the key of another. */
export const deriveKey = (config: { readonly masterKey: string }, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', Buffer.from(config.masterKey, 'base64url'), '', `gatehouse ${purpose}`, 32))
