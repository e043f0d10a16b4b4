/**
 * The browser's lasting store: one IndexedDB database with keys that cannot be exported, records sealed under one of them,
 * and leases for browsers without Web Locks. Shared by all tabs of the origin.
 *
 * Sealing does not stop a script that runs in the page; it stops copies of the profile's files and casual reading.
 */
import { newKeyPair } from './memory.ts'
import type { Platform, Vault } from './platform.ts'

const stores = ['keys', 'records', 'leases'] as const
type StoreName = (typeof stores)[number]

/** A promise of one request's result. */
const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** The database, opened on first use. Its name is fixed: everything in it is keyed by client and server. */
export type Database = <T>(store: StoreName, mode: IDBTransactionMode, run: Access<T>) => Promise<T>
type Access<T> = (objects: IDBObjectStore) => IDBRequest<T> | Promise<T>

/** Opens the SDK's database lazily. Each use is one transaction; what `run` asks in sequence is atomic. */
export function openDatabase(factory: IDBFactory): Database {
  let opened: Promise<IDBDatabase> | undefined
  return async (store, mode, run) => {
    opened ??= open(factory)
    const objects = (await opened).transaction(store, mode, { durability: 'strict' }).objectStore(store)
    const { transaction } = objects
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
    })
    const asked = run(objects)
    const result = asked instanceof Promise ? await asked : await settled(asked)
    await done
    return result
  }
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open('gatehouse', 1)
  request.onupgradeneeded = () => {
    for (const store of stores) request.result.createObjectStore(store)
  }
  return settled(request)
}

/** What is in the database, or what `make` makes, whichever tab was first. Making is outside the transaction. */
async function findOrAdd<T>(database: Database, name: string, make: () => Promise<T>): Promise<T> {
  const found: T | undefined = await database('keys', 'readonly', (keys) => keys.get(name))
  if (found !== undefined) return found
  const made = await make()
  return database('keys', 'readwrite', async (keys) => {
    const first: T | undefined = await settled(keys.get(name))
    if (first === undefined) await settled(keys.put(made, name))
    return first ?? made
  })
}

/** Non-extractable key pairs that survive a reload. Spec: SDK-22, SDK-30 */
export const databaseKeyPairs = (database: Database): Pick<Platform, 'keyPair' | 'forgetKeyPair'> => ({
  keyPair: (name) => findOrAdd(database, name, newKeyPair),
  forgetKeyPair: async (name) => void (await database('keys', 'readwrite', (keys) => keys.delete(name))),
})

const wrappingKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])

/**
 * Records sealed with AES-GCM under a key that cannot leave the browser; the record's name is bound in, so that sealed
 * records cannot be swapped. `random` gives bytes for the nonce.
 *
 * Spec: SDK-20, SDK-22
 */
export function sealedVault(database: Database, random: (bytes: number) => Uint8Array<ArrayBuffer>): Vault {
  const key = (): Promise<CryptoKey> => findOrAdd(database, 'wrap', wrappingKey)
  const seal = (name: string, iv: BufferSource): AesGcmParams => ({
    name: 'AES-GCM',
    iv,
    additionalData: new TextEncoder().encode(name),
  })
  return {
    read: async (name) => {
      const kept = await database('records', 'readonly', (records) => records.get(name))
      if (kept === undefined) return undefined
      const open = await crypto.subtle.decrypt(seal(name, kept.iv), await key(), kept.sealed).catch(() => undefined)
      return open === undefined ? undefined : JSON.parse(new TextDecoder().decode(open))
    },
    write: async (name, record) => {
      const iv = random(12)
      const text = new TextEncoder().encode(JSON.stringify(record))
      const sealed = await crypto.subtle.encrypt(seal(name, iv), await key(), text)
      await database('records', 'readwrite', (records) => records.put({ iv, sealed }, name))
    },
    remove: async (name) => void (await database('records', 'readwrite', (records) => records.delete(name))),
    list: async (prefix) => {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
      const names = await database('records', 'readonly', (records) => records.getAllKeys(range))
      return names.filter((name) => typeof name === 'string')
    },
  }
}

/** Longer than any token request may take, so that a lease that has run out belongs to a tab that is gone. */
const leaseSeconds = 30

/** What waiting for a lease needs of the world. */
type Waiting = Pick<Platform, 'now' | 'after'> & { readonly owner: string }

/**
 * Turns without Web Locks: a lease in the database, taken in one transaction, looked at again until it is free.
 *
 * Spec: SDK-10
 */
export function leasedTurns(database: Database, { now, after, owner }: Waiting): Platform['exclusive'] {
  const take = (name: string): Promise<boolean> =>
    database('leases', 'readwrite', async (leases) => {
      const lease = await settled<{ readonly until: number } | undefined>(leases.get(name))
      const free = lease === undefined || lease.until <= now()
      if (free) await settled(leases.put({ owner, until: now() + leaseSeconds }, name))
      return free
    })
  const release = (name: string): Promise<unknown> =>
    database('leases', 'readwrite', async (leases) => {
      const lease = await settled<{ readonly owner: string } | undefined>(leases.get(name))
      if (lease?.owner === owner) await settled(leases.delete(name))
    })
  return async (name, run) => {
    while (!(await take(name))) await new Promise<void>((resolve) => void after(0.1, resolve))
    try {
      return await run()
    } finally {
      await release(name)
    }
  }
}
