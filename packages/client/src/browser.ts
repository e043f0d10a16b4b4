/**
 * The browser, window or worker: the only file of this package, with `node.ts`, that touches the real world.
 */
import { databaseKeyPairs, leasedTurns, openDatabase, sealedVault } from './indexed-db.ts'
import { memoryKeyPairs, memoryLaunches, memoryVault } from './memory.ts'
import type { Departure, LaunchStore, Page, Platform } from './platform.ts'

/** Where tokens live: `indexeddb` survives the tab, `memory` is safer and forgets with the page or worker. */
export type BrowserOptions = { readonly storage?: 'indexeddb' | 'memory' }

const now = (): number => Math.floor(Date.now() / 1000)

const after = (seconds: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, seconds * 1000)
  return () => clearTimeout(timer)
}

const random = (bytes: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(bytes))

/**
 * The platform of current browsers. Tokens go to IndexedDB, sealed under a key that cannot be exported, or stay in memory;
 * never to localStorage or cookies.
 *
 * Spec: SDK-01, SDK-10, SDK-20, SDK-41
 */
export function browser({ storage = 'indexeddb' }: BrowserOptions = {}): Platform {
  const database = openDatabase(indexedDB)
  const lasting = storage === 'indexeddb'
  const leased = leasedTurns(database, { now, after, owner: crypto.randomUUID() })
  return {
    fetch: (url, init) => fetch(url, init),
    now,
    after,
    jitter: Math.random,
    random,
    launches: typeof sessionStorage === 'undefined' ? memoryLaunches(now) : sessionLaunches(sessionStorage),
    vault: lasting ? sealedVault(database, random) : memoryVault(),
    ...(lasting ? databaseKeyPairs(database) : memoryKeyPairs()),
    exclusive: 'locks' in navigator ? (name, run) => navigator.locks.request(name, run) : leased,
    channel: (name, hear) => {
      const line = new BroadcastChannel(name)
      line.onmessage = ({ data }) => hear(String(data))
      return { post: (message) => line.postMessage(message), close: () => line.close() }
    },
    ...(typeof document === 'undefined' ? {} : { page: windowPage() }),
  }
}

/** Launches in the tab's session storage: gone with the tab, invisible to other tabs, used once. Spec: SDK-01 */
function sessionLaunches(session: Storage): LaunchStore {
  const place = (state: string): string => `gatehouse.launch.${state}`
  const dropExpired = (): void => {
    for (const name of Object.keys(session).filter((one) => one.startsWith(place('')))) {
      const { expiresAt } = JSON.parse(session.getItem(name) ?? '{}')
      if (!(expiresAt > now())) session.removeItem(name)
    }
  }
  return {
    put: async (state, record, expiresAt) => {
      dropExpired()
      session.setItem(place(state), JSON.stringify({ record, expiresAt }))
    },
    take: async (state) => {
      const text = session.getItem(place(state))
      session.removeItem(place(state))
      return text === null ? undefined : JSON.parse(text).record
    },
  }
}

function windowPage(): Page {
  return {
    url: () => location.href,
    userGesture: () => navigator.userActivation?.isActive ?? false,
    go,
    open: (url) => void window.open(url, '_blank', 'noopener'),
    showUrl: (url) => history.replaceState(history.state, '', url),
    remember: (name, value) => sessionStorage.setItem(`gatehouse.${name}`, value),
    recall: (name) => sessionStorage.getItem(`gatehouse.${name}`) ?? undefined,
    onActivity: (listener) => {
      const signs = ['pointerdown', 'keydown', 'touchstart'] as const
      for (const sign of signs) addEventListener(sign, listener, { passive: true })
      return () => {
        for (const sign of signs) removeEventListener(sign, listener)
      }
    },
  }
}

/** Leaves by address, or by a form when the address would be too long. Spec: AL-45 */
function go({ method, url, form }: Departure): void {
  if (method === 'GET') {
    location.assign(url)
    return
  }
  const element = document.createElement('form')
  Object.assign(element, { method: 'post', action: url, hidden: true })
  for (const [name, value] of form ?? []) {
    element.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
  }
  document.body.append(element)
  element.submit()
}
