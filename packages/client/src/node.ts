/**
 * Node 24, for back ends, command lines and tests: the only file of this package, with `browser.ts`, that touches the real
 * world. Without a folder everything is in memory; with one, tokens and keys survive the process and processes take turns.
 */
import { link, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { memoryChannels, memoryKeyPairs, memoryLaunches, memoryTurns, memoryVault } from './memory.ts'
import type { LaunchStore, Platform, Vault } from './platform.ts'

/** Where records are kept. A server with many users gives its own stores instead. */
export type NodeOptions = {
  /** A folder only this user can read; made with mode 0700. */
  readonly folder?: string
  readonly vault?: Vault
  readonly launches?: LaunchStore
}

const now = (): number => Math.floor(Date.now() / 1000)

const after = (seconds: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, seconds * 1000)
  timer.unref()
  return () => clearTimeout(timer)
}

const random = (bytes: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(bytes))

/** The platform of Node. Spec: SDK-41 */
export function node({ folder, vault, launches }: NodeOptions = {}): Platform {
  const lasting = folder === undefined ? undefined : fileStore(folder)
  return {
    fetch: (url, init) => fetch(url, init),
    now,
    after,
    jitter: Math.random,
    random,
    launches: launches ?? memoryLaunches(now),
    vault: vault ?? lasting?.vault ?? memoryVault(),
    exclusive: folder === undefined ? memoryTurns() : fileTurns(folder),
    channel: memoryChannels(),
    ...(lasting?.keyPairs ?? memoryKeyPairs()),
  }
}

/** Cookie of a browser with launches under way: host-bound, unreadable for scripts. */
const cookieName = '__Host-smart-launch'

/** A launch store for one browser's request, and the cookie to answer with (once, with the redirect). */
export type BoundLaunches = { readonly launches: LaunchStore; readonly setCookie: string }

/**
 * Binds the launches of a server app to the browser that began them: the answer is taken only from a browser that brings the
 * cookie. `cookies` is the request's `Cookie` header.
 *
 * Spec: SDK-01, AL-04, THR-07
 */
export function boundToBrowser(store: LaunchStore, cookies: string | undefined): BoundLaunches {
  const brought = cookies?.match(new RegExp(`(?:^|;\\s*)${cookieName}=([A-Za-z0-9_-]{43})(?:;|$)`))?.[1]
  const binding = brought ?? Buffer.from(random(32)).toString('base64url')
  return {
    launches: {
      put: (state, record, expiresAt) => store.put(`${binding}.${state}`, record, expiresAt),
      take: (state) => store.take(`${binding}.${state}`),
    },
    setCookie: `${cookieName}=${binding}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600`,
  }
}

type FileStore = { readonly vault: Vault; readonly keyPairs: Pick<Platform, 'keyPair' | 'forgetKeyPair'> }

/** One file per record, replaced in one step: a crash leaves the old or the new one, never half. */
function fileStore(folder: string): FileStore {
  const place = (key: string): string => join(folder, `${encodeURIComponent(key)}.json`)
  const read = async (key: string): Promise<unknown> => {
    const text = await readFile(place(key), 'utf8').catch((error) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    return text === undefined ? undefined : JSON.parse(text)
  }
  const write = async (key: string, record: unknown): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const draft = `${place(key)}.${crypto.randomUUID()}`
    const file = await open(draft, 'wx', 0o600)
    await file.writeFile(JSON.stringify(record))
    await file.sync()
    await file.close()
    await rename(draft, place(key))
  }
  const remove = (key: string): Promise<void> => rm(place(key), { force: true })
  const list = async (prefix: string): Promise<readonly string[]> => {
    const names = await readdir(folder).catch((): string[] => [])
    const keys = names.filter((name) => name.endsWith('.json')).map((name) => decodeURIComponent(name.slice(0, -5)))
    return keys.filter((key) => key.startsWith(prefix))
  }
  const keyPair = async (name: string): Promise<CryptoKeyPair> => {
    const kept = await read(`key ${name}`)
    return kept === undefined ? makeKeyPair((jwk) => write(`key ${name}`, jwk)) : importKeyPair(kept as JsonWebKey)
  }
  return {
    vault: { read, write, remove, list },
    keyPairs: { keyPair, forgetKeyPair: (name) => remove(`key ${name}`) },
  }
}

const p256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

async function makeKeyPair(keep: (jwk: JsonWebKey) => Promise<void>): Promise<CryptoKeyPair> {
  const pair = await crypto.subtle.generateKey(p256, true, ['sign', 'verify'])
  const jwk = await crypto.subtle.exportKey('jwk', pair.privateKey)
  await keep(jwk)
  return importKeyPair(jwk)
}

async function importKeyPair(jwk: JsonWebKey): Promise<CryptoKeyPair> {
  const { d: _private, key_ops: _uses, ...open } = jwk
  return {
    privateKey: await crypto.subtle.importKey('jwk', { ...open, d: jwk.d ?? '' }, p256, false, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', open, p256, true, ['verify']),
  }
}

/** Longer than any token request may take. */
const lockSeconds = 30

/**
 * Turns between processes: a file that only one can create, with the holder's process id in it. A holder that has died, or
 * has held it longer than any request takes, loses it to the first that renames its file away.
 *
 * Spec: SDK-10, SDK-11
 */
function fileTurns(folder: string): Platform['exclusive'] {
  const own = memoryTurns()
  return (name, run) =>
    own(name, async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const place = join(folder, `${encodeURIComponent(name)}.lock`)
      while (!(await takeLock(place))) await new Promise<void>((resolve) => setTimeout(resolve, 25))
      try {
        return await run()
      } finally {
        await rm(place, { force: true })
      }
    })
}

async function takeLock(place: string): Promise<boolean> {
  try {
    await writeFile(place, JSON.stringify({ pid: process.pid, until: now() + lockSeconds }), { flag: 'wx' })
    return true
  } catch {
    const holder = await readFile(place, 'utf8').catch(() => undefined)
    if (holder !== undefined && isAbandoned(holder)) await breakLock(place, holder)
    return false
  }
}

/** Moves an abandoned lock away; if another process was quicker and the moved lock is its new one, puts it back. */
async function breakLock(place: string, holder: string): Promise<void> {
  const aside = `${place}.${crypto.randomUUID()}`
  try {
    await rename(place, aside)
    if ((await readFile(aside, 'utf8')) !== holder) await link(aside, place)
  } catch {
    // Another process moved it first: its turn, we look again.
  }
  await rm(aside, { force: true })
}

function isAbandoned(holder: string): boolean {
  try {
    const { pid, until } = JSON.parse(holder)
    if (until < now()) return true
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}
