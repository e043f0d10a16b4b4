import { createHash } from 'node:crypto'
import type { AuditRecord } from '../src/audit/audit.ts'
import { allowInsecureHttp, type ConfigInput, parseConfig } from '../src/config.ts'
import type { Effects, Env, Fetched, FetchOptions, LogFields } from '../src/env.ts'
import type { Metric } from '../src/metrics.ts'
import { openEnv } from '../src/open-env.ts'
import { openStore } from '../src/store/open.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { type FakeClock, fakeClock } from './clock.ts'
import { type DirectoryFacts, testDirectory } from './directory.ts'
import { seedSigningKeys } from './signing-keys.ts'

/** The time at which every test starts: 2026-11-02 09:00:00 UTC. */
export const testStart = 1_793_610_000

/** The issuer and the one resource server of the default test configuration. */
export const testIssuer = 'https://auth.example.org'
export const testAudience = 'https://fhir.example.org/r4'

/** A configuration that parses; spread and change what a test is about. */
export const testConfigInput: ConfigInput = {
  issuer: testIssuer,
  organization: { name: 'Example Hospital', phone: '+1 555 0100' },
  masterKey: Buffer.alloc(32, 7).toString('base64url'),
  resourceServers: [{ base: testAudience, name: 'Example Hospital FHIR' }],
}

/** What the world answers to one outgoing request; throw to be unreachable. */
export type FetchScript = (url: URL, options: FetchOptions) => Promise<Fetched> | Fetched

/** What a test may exchange. `config` replaces whole sections of the default. */
export type TestOverrides = Partial<Omit<Env, 'config' | 'now' | 'after'>> & {
  readonly config?: Partial<ConfigInput>
}

/** An `Env` of real parts with a fake clock and seeded randomness, and everything it did to the world. */
export type TestEnv = Env & {
  readonly clock: FakeClock
  readonly audited: AuditRecord[]
  readonly logged: {
    readonly level: string
    readonly event: string
    readonly fields: LogFields
    readonly cause: unknown
  }[]
  readonly counted: { readonly metric: Metric; readonly labels: Readonly<Record<string, string>> }[]
  readonly fetched: { readonly url: string; readonly options: FetchOptions }[]
  /** Answers of the outside world by full URL; a URL that is not here is unreachable. */
  readonly web: Map<string, FetchScript>
  /** What the default directory knows. */
  readonly facts: DirectoryFacts
}

/** A fresh environment over a `:memory:` store. Everything it captured can be read back from it. */
export const testEnv = async (overrides: TestOverrides = {}): Promise<TestEnv> => {
  const { config: changes, ...parts } = overrides
  const clock = fakeClock(testStart)
  const facts: DirectoryFacts = { patients: [], encounters: [], resources: [] }
  const captured = { audited: [], logged: [], counted: [], fetched: [], web: new Map(), facts } as Pick<
    TestEnv,
    'audited' | 'logged' | 'counted' | 'fetched' | 'web' | 'facts'
  >
  const store = parts.store ?? openStore(openSqlite(':memory:', setImmediate))
  await store.migrate()
  const config = parseConfig({ ...testConfigInput, ...changes }, { [allowInsecureHttp]: true })
  await seedSigningKeys(store, config, testStart)
  const effects: Effects = {
    config,
    store,
    now: clock.now,
    after: clock.after,
    random: seededRandom('gatehouse'),
    directory: testDirectory(facts),
    fetch: async (url, options) => {
      captured.fetched.push({ url: url.href, options })
      const script = captured.web.get(url.href)
      if (script === undefined) throw new Error(`unreachable in this test: ${url.href}`)
      return script(url, options)
    },
    audit: (record) => captured.audited.push(record),
    log: (level, event, fields = {}, cause) => captured.logged.push({ level, event, fields, cause }),
    count: (metric, labels = {}) => captured.counted.push({ metric, labels }),
    ...parts,
  }
  return { ...(await openEnv({ ...effects, store })), ...parts, store, clock, ...captured }
}

/** Bytes that look random and are the same in every run. */
export const seededRandom = (seed: string): Env['random'] => {
  let block = 0
  return (bytes) => {
    const chunks: Buffer[] = []
    for (let length = 0; length < bytes; length += 32)
      chunks.push(createHash('sha256').update(`${seed}:${block++}`).digest())
    return Buffer.concat(chunks).subarray(0, bytes)
  }
}
