/** An app on a platform whose clock, timers and network a test controls. */
import type { App, Platform } from '@gatehouse/client'
import { node } from '@gatehouse/client/node'
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
