/** An app on a platform whose clock, timers and network a test controls. */
import {
  type App,
  completeLaunch,
  type Page,
  type Platform,
  type Session,
  SmartError,
  startLaunch,
} from '@gatehouse/client'
import { node } from '@gatehouse/client/node'
import { vi } from 'vitest'
import type { SmartServer } from './smart-server.ts'

export type TestPlatform = Platform & {
  /** Moves the clock and runs what came due. */
  readonly pass: (seconds: number) => Promise<void>
}

/** A Node platform with the scripted server as its network. Several servers may share it. */
export function testPlatform(servers: readonly SmartServer[], over: Partial<Platform> = {}): TestPlatform {
  const start = Date.now() / 1000
  let passed = 0
  const due: { readonly at: number; readonly run: () => void }[] = []
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    const server = servers.find(({ issuer }) => new URL(issuer).origin === new URL(url).origin)
    return server === undefined ? Promise.reject(new TypeError('no such host')) : server.fetch(url, init)
  }
  return {
    ...node(),
    fetch,
    now: () => Math.floor(start + passed),
    jitter: () => 0.5,
    after: (seconds, run) => {
      const entry = { at: passed + seconds, run }
      due.push(entry)
      return () => {
        if (due.includes(entry)) due.splice(due.indexOf(entry), 1)
      }
    },
    ...over,
    pass: async (seconds) => {
      passed += seconds
      for (const entry of due.filter(({ at }) => at <= passed)) {
        due.splice(due.indexOf(entry), 1)
        entry.run()
      }
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** A page that records what is done to it. */
export const testPage = () => {
  const kept = new Map<string, string>()
  return {
    url: () => 'https://app.example/',
    userGesture: () => true,
    go: vi.fn<Page['go']>(),
    open: vi.fn<Page['open']>(),
    showUrl: vi.fn<Page['showUrl']>(),
    remember: (name: string, value: string) => void kept.set(name, value),
    recall: (name: string) => kept.get(name),
    onActivity: vi.fn<Page['onActivity']>(() => () => {}),
  }
}

/** The error a promise ends with; fails when it is fulfilled or ends with anything but a SmartError. */
export async function refusal(promise: Promise<unknown>): Promise<SmartError> {
  const outcome = await promise.then(
    () => 'fulfilled',
    (error: unknown) => error,
  )
  if (outcome instanceof SmartError) return outcome
  throw new Error(`expected a SmartError, got ${String(outcome)}`)
}

/** Launches and comes back: a session with fresh tokens. */
export async function signIn(app: App, server: SmartServer): Promise<Session> {
  return completeLaunch(app, server.authorize((await startLaunch(app)).url))
}

export const testScope = 'openid fhirUser launch/patient offline_access patient/Observation.rs'

export function testApp(server: SmartServer, platform: Platform, over: Partial<App> = {}): App {
  return {
    clientId: 'app-1',
    redirectUri: 'https://app.example/callback',
    scope: testScope,
    servers: [server.fhirBase],
    platform,
    ...over,
  }
}
