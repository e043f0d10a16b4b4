import type { KeyObject } from 'node:crypto'
import { boundedMap } from '../bounded-map.ts'
import type { Effects } from '../effects.ts'
import { importPublicJwk, type VerifyAlgorithm } from '../token/jws.ts'
import type { ClientKeys } from './client.ts'

/** Which key a signature names. `alg` is one the caller accepts; `jku` is only ever compared, never followed. */
export type KeyQuestion = { readonly kid: string; readonly alg: VerifyAlgorithm; readonly jku?: string }

/** Public keys of clients, by value or fetched from where they registered them. */
export type ClientKeyring = {
  /** The one key that fits, or `undefined`: none, several, another `jku`, or the client's URL did not answer well. */
  readonly find: (keys: ClientKeys, question: KeyQuestion) => Promise<KeyObject | undefined>
}

type Jwk = Readonly<Record<string, unknown>>
type Fetching = { readonly keys: Promise<readonly Jwk[]>; readonly fetchedAt: number; freshUntil: number }
type KeyringEffects = Pick<Effects, 'fetch' | 'now' | 'log'>

/** A client that sends no `Cache-Control` gets its new key noticed within so many seconds. */
const defaultFreshness = 60
/** The longest we keep keys, whatever the client allows: a withdrawn key must die. */
const mostFreshness = 3600
/** Least seconds between two fetches provoked by an unknown `kid`. Spec: THR-43 */
const refetchPause = 10
const mostUrls = 1000
const mostImportedKeys = 4000

/**
 * Opens an empty ring. A set is kept no longer than its `Cache-Control` allows, fetched once for all who wait, and fetched
 * again (rarely) when a `kid` is unknown, so that a client can rotate its keys without telling anyone.
 *
 * Spec: CA-04, CA-05, CA-30, CA-31, CA-32, CA-33, CA-34, CA-35
 */
export const openClientKeyring = (effects: KeyringEffects): ClientKeyring => {
  const sets = boundedMap<Fetching>(mostUrls)
  const imported = boundedMap<KeyObject | 'unfit'>(mostImportedKeys)

  const fetchSet = (uri: string): Fetching => {
    const now = effects.now()
    const fetching: Fetching = {
      fetchedAt: now,
      freshUntil: now,
      keys: fetchKeys(uri, effects).then(({ keys, freshFor }) => {
        fetching.freshUntil = now + freshFor
        return keys
      }),
    }
    sets.set(uri, fetching)
    return fetching
  }

  /** Whoever asks in the second of the fetch shares it: even a set that must not be kept is fetched once for all who wait. */
  const candidatesAt = async (uri: string, kid: string): Promise<readonly Jwk[]> => {
    const known = sets.get(uri)
    const now = effects.now()
    const current =
      known !== undefined && now <= Math.max(known.freshUntil - 1, known.fetchedAt) ? known : fetchSet(uri)
    const keys = await current.keys
    const settled = keys.some((key) => key.kid === kid) || current.fetchedAt + refetchPause > now
    return settled ? keys : fetchSet(uri).keys
  }

  const candidates = async (keys: ClientKeys, { kid }: KeyQuestion): Promise<readonly Jwk[]> => {
    if (keys.kind === 'jwks') return keys.jwks.keys
    try {
      return await candidatesAt(keys.uri, kid)
    } catch (error) {
      sets.delete(keys.uri)
      effects.log('warn', 'client-keys-unreadable', { host: new URL(keys.uri).host }, error)
      return []
    }
  }

  const importOnce = (jwk: Jwk, alg: VerifyAlgorithm): KeyObject | undefined => {
    const name = `${alg} ${jwk.crv ?? ''} ${jwk.x ?? jwk.n} ${jwk.y ?? jwk.e}`
    const key = imported.get(name) ?? importPublicJwk(jwk, alg) ?? 'unfit'
    imported.set(name, key)
    return key === 'unfit' ? undefined : key
  }

  return {
    find: async (keys, question) => {
      if (question.jku !== undefined && (keys.kind !== 'jwks_uri' || keys.uri !== question.jku)) return undefined
      const named = (await candidates(keys, question)).filter((jwk) => fits(jwk, question))
      const [only, ...others] = named
      return only === undefined || others.length > 0 ? undefined : importOnce(only, question.alg)
    },
  }
}

const keyTypes: Readonly<Record<VerifyAlgorithm, string>> = {
  RS256: 'RSA',
  RS384: 'RSA',
  ES256: 'EC',
  ES384: 'EC',
  EdDSA: 'OKP',
}

/** `kid` and `kty` must fit; a key that says `use` or `alg` is held to it. */
const fits = (jwk: Jwk, { kid, alg }: KeyQuestion): boolean =>
  jwk.kid === kid &&
  jwk.kty === keyTypes[alg] &&
  (jwk.use === undefined || jwk.use === 'sig') &&
  (jwk.alg === undefined || jwk.alg === alg)

type FetchedKeys = { readonly keys: readonly Jwk[]; readonly freshFor: number }

const fetchKeys = async (uri: string, { fetch }: KeyringEffects): Promise<FetchedKeys> => {
  const { status, headers, body } = await fetch(new URL(uri), {
    headers: { accept: 'application/json' },
    timeoutSeconds: 3,
    maxBytes: 64 * 1024,
  })
  if (status !== 200) throw new Error(`JWK Set answered ${status}`)
  const keys = parseJwks(JSON.parse(Buffer.from(body).toString('utf8')))
  if (keys === undefined) throw new Error('not a JWK Set')
  return { keys, freshFor: freshness(headers) }
}

/** Unknown JSON → the keys of a JWK Set, or `undefined` when it is none. */
const parseJwks = (value: unknown): readonly Jwk[] | undefined => {
  if (typeof value !== 'object' || value === null || !('keys' in value) || !Array.isArray(value.keys)) return undefined
  const keys: readonly unknown[] = value.keys
  return keys.every((key): key is Jwk => typeof key === 'object' && key !== null && !Array.isArray(key))
    ? keys
    : undefined
}

/** Seconds a set may be kept by its own `Cache-Control` and `Age` (RFC 9111). Exported for its test. */
export const freshness = (headers: Headers): number => {
  const directives = (headers.get('cache-control') ?? '').toLowerCase().split(/\s*,\s*/)
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0
  const [, seconds] = directives.map((one) => /^max-age="?(\d{1,9})"?$/.exec(one)).find((found) => found !== null) ?? []
  if (seconds === undefined) return defaultFreshness
  const age = Number(headers.get('age') ?? 0)
  return Math.max(0, Math.min(Number(seconds) - (Number.isFinite(age) ? age : 0), mostFreshness))
}
