/**
 * Stores in memory: the safest place in a browser (a worker's memory is out of reach of the page's scripts), and the
 * default for servers that keep sessions elsewhere. Nothing survives a reload.
 */
import type { Channel, LaunchStore, Platform, Vault } from './platform.ts'

/** A vault that forgets with the process. Records are copied in and out, as a real store would. Spec: SDK-20 */
export function memoryVault(): Vault {
  const records = new Map<string, unknown>()
  return {
    read: async (key) => structuredClone(records.get(key)),
    write: async (key, record) => void records.set(key, structuredClone(record)),
    remove: async (key) => void records.delete(key),
    list: async (prefix) => [...records.keys()].filter((key) => key.startsWith(prefix)),
  }
}

/** Launches of this process. `now` in seconds; expired ones go when a new one comes. Spec: SDK-01 */
export function memoryLaunches(now: () => number): LaunchStore {
  const launches = new Map<string, { readonly record: unknown; readonly expiresAt: number }>()
  return {
    put: async (state, record, expiresAt) => {
      for (const [known, launch] of launches) if (launch.expiresAt < now()) launches.delete(known)
      launches.set(state, { record: structuredClone(record), expiresAt })
    },
    take: async (state) => {
      const launch = launches.get(state)
      launches.delete(state)
      return launch?.record
    },
  }
}

/** Key pairs of this process: ECDSA P-256, the private half never exportable. Spec: SDK-22 */
export function memoryKeyPairs(): Pick<Platform, 'keyPair' | 'forgetKeyPair'> {
  const pairs = new Map<string, Promise<CryptoKeyPair>>()
  return {
    keyPair: (name) => {
      const pair = pairs.get(name) ?? newKeyPair()
      pairs.set(name, pair)
      return pair
    },
    forgetKeyPair: async (name) => void pairs.delete(name),
  }
}

/** A fresh signing key pair whose private half stays in the platform's key store. Spec: SDK-22, TOK-20 */
export const newKeyPair = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])

/** One holder at a time within this process. */
export function memoryTurns(): <T>(name: string, run: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return (name, run) => {
    const before = last.get(name) ?? Promise.resolve()
    const mine = before.then(run, run)
    last.set(name, mine)
    return mine
  }
}

/** A channel that reaches other sessions of the same process. */
export function memoryChannels(): (name: string, hear: (message: string) => void) => Channel {
  const members = new Map<string, Set<(message: string) => void>>()
  return (name, hear) => {
    const group = members.get(name) ?? new Set()
    members.set(name, group.add(hear))
    return {
      post: (message) => {
        for (const member of group) if (member !== hear) member(message)
      },
      close: () => void group.delete(hear),
    }
  }
}
