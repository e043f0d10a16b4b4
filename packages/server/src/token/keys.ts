import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { Effects } from '../effects.ts'
import { derToJose } from './ecdsa.ts'
import { newKeyRecord, openPrivateKey, type SigningAlgorithm } from './key-records.ts'
import type { SigningKeyRecord } from './token-records.ts'

/** A published signing key and, on this node, the power to use it. */
export type SigningKey = {
  readonly kid: string
  readonly alg: SigningAlgorithm
  readonly publicKey: KeyObject
}

/** The ring of signing keys: the only place that signs. */
export type SigningKeys = {
  /** Compact JWS over the claims. ES256 signs inline (30 µs); RS256 in the thread pool. */
  readonly sign: (alg: SigningAlgorithm, typ: string, claims: Readonly<Record<string, unknown>>) => Promise<string>
  /** Keys whose signatures still count, by `kid`. */
  readonly find: (kid: string) => SigningKey | undefined
  /** The JWK Set as published: bare JWKs. Spec: ID-12 */
  readonly jwks: () => { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  /** Reads the store again if that was not done a moment ago: another node may have added a key. */
  readonly refresh: () => Promise<void>
  /** Adds a key for each algorithm whose newest one is older than `keyLife` (or all, when `now`); returns the new `kid`s. */
  readonly rotate: (when: 'due' | 'now') => Promise<readonly string[]>
}

type RingKey = SigningKey & {
  readonly privateKey: KeyObject
  readonly record: SigningKeyRecord
  /** JOSE header by `typ`, encoded: the same for every token of the key. */
  readonly headers: Map<string, string>
}

type Ring = {
  readonly keys: ReadonlyMap<string, RingKey>
  readonly jwks: ReturnType<SigningKeys['jwks']>
  readonly loadedAt: number
}

type KeyEffects = Pick<Effects, 'config' | 'store' | 'now' | 'after' | 'random' | 'log'>

const algorithms: readonly SigningAlgorithm[] = ['ES256', 'RS256']

/** Seconds after which another node's new key is looked for. Far less than any `keyLead`, so it is known before it signs. */
const freshFor = 30

/**
 * Opens the ring, making the first keys when the store has none. A new key is published for `keyLead` before it signs and
 * an old one stays for `keyOverlap` after its last signature, so that no verifier meets a signature it cannot check.
 *
 * Spec: THR-43
 */
export const openSigningKeys = async (effects: KeyEffects): Promise<SigningKeys> => {
  const { store, now, log } = effects
  let ring = await loadRing(effects, new Map())
  const reload = async (): Promise<void> => {
    ring = await loadRing(effects, ring.keys)
  }
  let loading: Promise<void> | undefined
  const refresh = async (): Promise<void> => {
    if (now() - ring.loadedAt < freshFor) return
    loading ??= reload().finally(() => {
      loading = undefined
    })
    await loading
  }
  const newest = (alg: SigningAlgorithm): RingKey | undefined => ofAlgorithm(ring, alg).at(-1)
  const rotate: SigningKeys['rotate'] = async (when) => {
    await reload()
    const due = algorithms.filter((alg) => {
      const createdAt = newest(alg)?.record.createdAt
      return createdAt === undefined || when === 'now' || createdAt + effects.config.token.keyLife <= now()
    })
    const added = await Promise.all(due.map((alg) => addKey(alg, newest(alg) === undefined, effects)))
    await reload()
    return added
  }
  for (let attempt = 0; algorithms.some((alg) => newest(alg) === undefined); attempt += 1) {
    if (attempt === 20) throw new Error('signing keys: another node holds the lease but made no keys')
    if (await store.leases.take('signing-keys', { holder: leaseHolder(effects), until: now() + 10 }, now()))
      await rotate('due')
    else await pause(effects).then(reload)
  }
  return {
    sign: async (alg, typ, claims) => {
      if (now() - ring.loadedAt >= freshFor)
        refresh().catch((error: unknown) => log('error', 'signing-keys-unreadable', {}, error))
      const signer = ofAlgorithm(ring, alg).findLast(({ record }) => record.signsFrom <= now())
      if (signer === undefined) throw new Error(`no ${alg} key may sign yet`)
      return signWith(signer, typ, claims)
    },
    find: (kid) => ring.keys.get(kid),
    jwks: () => ring.jwks,
    refresh,
    rotate,
  }
}

const loadRing = async (effects: KeyEffects, known: Ring['keys']): Promise<Ring> => {
  const loadedAt = effects.now()
  const records = await effects.store.keys.list()
  const current = records.filter(({ retiredAt }) => retiredAt === undefined || retiredAt > loadedAt)
  const sealing = { masterKey: effects.config.masterKey, random: effects.random }
  const keys = current.map((record): readonly [string, RingKey] => {
    const { kid, alg } = record
    const opened = known.get(kid)
    if (opened !== undefined) return [kid, { ...opened, record }]
    const privateKey = openPrivateKey(record, sealing)
    return [kid, { kid, alg, privateKey, publicKey: createPublicKey(privateKey), record, headers: new Map() }]
  })
  return { keys: new Map(keys), jwks: { keys: current.map(({ publicJwk }) => publicJwk) }, loadedAt }
}

/** Keys of an algorithm, oldest first. */
const ofAlgorithm = (ring: Ring, alg: SigningAlgorithm): readonly RingKey[] =>
  [...ring.keys.values()]
    .filter((key) => key.alg === alg)
    .sort((one, other) => one.record.signsFrom - other.record.signsFrom || (one.kid < other.kid ? -1 : 1))

/** The first key of all signs at once: there is no verifier yet that could not know it. */
const addKey = async (alg: SigningAlgorithm, first: boolean, effects: KeyEffects): Promise<string> => {
  const { token, masterKey } = effects.config
  const createdAt = effects.now()
  const signsFrom = first ? createdAt : createdAt + token.keyLead
  const record = await newKeyRecord(alg, { createdAt, signsFrom }, { masterKey, random: effects.random })
  await effects.store.keys.add(record, signsFrom + token.keyOverlap)
  return record.kid
}

const leaseHolder = ({ random }: KeyEffects): string => Buffer.from(random(9)).toString('base64url')

const pause = ({ after }: KeyEffects): Promise<void> =>
  new Promise((resolve) => {
    after(1, resolve)
  })

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const headerOf = (key: RingKey, typ: string): string => {
  const encoded = key.headers.get(typ) ?? base64url({ alg: key.alg, typ, kid: key.kid })
  key.headers.set(typ, encoded)
  return encoded
}

const signWith = async (key: RingKey, typ: string, claims: Readonly<Record<string, unknown>>): Promise<string> => {
  const input = `${headerOf(key, typ)}.${base64url(claims)}`
  const signature = key.alg === 'ES256' ? signInline(key, input) : await signInPool(key, input)
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

const signInline = (key: RingKey, input: string): Uint8Array =>
  derToJose(sign('sha256', Buffer.from(input), key.privateKey), 32)

const signInPool = (key: RingKey, input: string): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    sign('sha256', Buffer.from(input), key.privateKey, (error, signature) =>
      error === null ? resolve(signature) : reject(error),
    )
  })
