import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { IssuerConfig } from './config.ts'
import { DeniedError, deny } from './denial-reasons.ts'
import type { Env } from './env.ts'

/** The signing keys of one issuer, kept ready for use. */
export type Keyring = {
  /** The key of that id, fetched if it is new. Throws `DeniedError` (503) when the keys cannot be had. */
  readonly find: (keyId: string) => Promise<KeyObject | undefined>
}

const jwkSet = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), kty: z.string(), use: z.string().optional() })),
})

/** Keys are looked at again after this long, used no longer than that without being confirmed, and asked for no oftener. */
const refreshSeconds = 300
const staleSeconds = 3600
const retrySeconds = 10

/**
 * Reads `jwks_uri` and nothing else: `jku`, `x5u` and embedded keys in a token are never followed. An unknown key id causes
 * one new look, not more than every 10 s, so made-up ids cannot make us hammer the issuer. Spec: THR-18, THR-43, GW-32
 */
export const createKeyring = ({ issuer, jwksUri }: IssuerConfig, env: Env): Keyring => {
  let keys: ReadonlyMap<string, KeyObject> = new Map()
  let confirmedAt = Number.NEGATIVE_INFINITY
  let askedAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined

  const load = async (): Promise<void> => {
    askedAt = env.now()
    try {
      keys = await fetchKeys(jwksUri ?? `${issuer}/jwks`, env)
      confirmedAt = env.now()
    } catch (error) {
      env.log('warn', 'keys.unavailable', { issuer }, error)
    }
  }
  const refresh = (): Promise<void> => {
    running ??= load().finally(() => {
      running = undefined
    })
    return running
  }

  return {
    find: async (keyId) => {
      const now = env.now()
      const wanted = !keys.has(keyId) || now - confirmedAt > refreshSeconds
      if (wanted && (running !== undefined || now - askedAt > retrySeconds)) await refresh()
      if (env.now() - confirmedAt > staleSeconds) throw new DeniedError(deny('unavailable', { retryAfter: 10 }))
      return keys.get(keyId)
    },
  }
}

const fetchKeys = async (url: string, env: Env): Promise<ReadonlyMap<string, KeyObject>> => {
  const { status, body } = await env.fetch(url, {
    headers: { accept: 'application/json' },
    timeoutSeconds: 5,
    maxBytes: 256 * 1024,
  })
  if (status !== 200) throw new Error(`jwks: status ${status}`)
  const { keys } = jwkSet.parse(JSON.parse(new TextDecoder().decode(body)))
  const signing = keys.filter(({ use, kty }) => (use === undefined || use === 'sig') && kty !== 'oct')
  return new Map(signing.map((key) => [key.kid, createPublicKey({ key, format: 'jwk' })]))
}
