import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { SigningKeys } from '../src/token/keys.ts'

type Pair = {
  readonly kid: string
  readonly alg: 'ES256' | 'RS256'
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const pairs = (): readonly Pair[] => [
  { kid: 'test-es256', alg: 'ES256', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  { kid: 'test-rs256', alg: 'RS256', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) },
]

let made: readonly Pair[] | undefined

/** A ring of one ES256 and one RS256 key, made once per test process: rotation is the business of `token/keys.ts`. */
export const testKeys = (): SigningKeys => {
  made ??= pairs()
  const ring = made
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    sign: async (alg, typ, claims) => {
      const pair = ring.find((candidate) => candidate.alg === alg)
      if (pair === undefined) throw new Error(`no test key for ${alg}`)
      const signed = `${encode({ alg, typ, kid: pair.kid })}.${encode(claims)}`
      const key = { key: pair.privateKey, dsaEncoding: 'ieee-p1363' as const }
      return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
    },
    find: (kid) => ring.find((pair) => pair.kid === kid),
    jwks: () => ({
      keys: ring.map(({ kid, alg, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' })),
    }),
  }
}
