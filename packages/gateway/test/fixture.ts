import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Fetched } from '../src/env.ts'
import type { Json, Resource } from '../src/fhir/json.ts'
import {
  allowInsecureHttp,
  type GatewayConfig as Config,
  type GatewayConfigInput as ConfigInput,
  createGateway,
  type GatewayEnv as Env,
  parseConfig,
} from '../src/index.ts'
import { honestUpstream, type Upstream, upstreamUrl } from './upstream/honest.ts'

/** The public FHIR base and issuer of the test location. */
export const fhirUrl = 'http://gateway.test/fhir'
export const issuer = 'http://issuer.test'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** Claims every test token starts from: patient A, everything of theirs. */
export const claimsOfA = {
  iss: issuer,
  aud: fhirUrl,
  sub: 'user-a',
  client_id: 'app',
  jti: 'token-1',
  grant_id: 'grant-1',
  patient: 'A',
  scope: 'patient/*.cruds',
}

/** A signed JWT. */
export const signJwt = (header: Json, claims: Json, key: KeyObject = pair.privateKey): string => {
  const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

/** A running gateway with everything around it under the test's control. */
export type Fixture = {
  readonly app: FastifyInstance
  readonly upstream: Upstream
  readonly clock: { now: number }
  /** Lets time pass, running what was to run meanwhile. */
  readonly advance: (seconds: number) => Promise<void>
  readonly audited: Json[]
  readonly logged: { readonly event: string; readonly cause: unknown }[]
  /** What the authorization server answers, by URL without query. */
  readonly services: Map<string, (url: string, body: string | undefined) => unknown>
  readonly token: (claims?: Json) => string
  /** A request with a token of these claims; `null` for no token. */
  readonly request: (options: InjectOptions & { readonly claims?: Json | null }) => Promise<Reply>
  /** GET of a path below the base with `patient/*.cruds` for A, or other claims. */
  readonly get: (path: string, claims?: Json | null, headers?: Record<string, string>) => Promise<Reply>
}

/** An answer, its body parsed. */
export type Reply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  readonly text: string
  readonly body: Json
}

export type FixtureOptions = {
  readonly resources?: readonly Resource[]
  readonly upstream?: Upstream
  readonly config?: (input: ConfigInput) => ConfigInput
  readonly env?: Partial<Env>
}

/** The configuration the tests start from. */
export const testConfig = (change: (input: ConfigInput) => ConfigInput = (input) => input): Config =>
  parseConfig(
    change({
      issuers: [{ issuer, credential: { bearer: 'gateway-secret' } }],
      locations: [{ base: fhirUrl, issuer, upstream: { url: upstreamUrl }, userReach: 'all' }],
      linkKeys: [{ id: 'k1', key: Buffer.alloc(32, 7).toString('base64url') }],
    }),
    { [allowInsecureHttp]: true },
  )

/** Opens a gateway in front of an in-memory upstream. */
export const openFixture = (options: FixtureOptions = {}): Fixture => {
  const upstream = options.upstream ?? honestUpstream(options.resources ?? [])
  const clock = { now: Date.UTC(2026, 5, 1) / 1000 }
  const audited: Json[] = []
  const logged: { event: string; cause: unknown }[] = []
  const services = standardServices(clock)
  const timers = fakeTimers(clock)
  let counter = 0
  const env: Env = {
    now: () => clock.now,
    after: timers.after,
    random: (bytes) => {
      counter += 1
      return Buffer.alloc(bytes, String(counter).padStart(8, '0'))
    },
    fetch: async (url, { body }) => answerFetch(services, url, body),
    upstream: upstream.send,
    audit: async (events) => void audited.push(...events),
    log: (_level, event, _fields, cause) => void logged.push({ event, cause }),
    count: () => {},
    ...options.env,
  }
  const { app } = createGateway(testConfig(options.config), env)
  const token = (claims: Json = {}): string =>
    signJwt(
      { typ: 'at+jwt', alg: 'ES256', kid: 'k' },
      { iat: clock.now, exp: clock.now + 300, ...claimsOfA, ...claims },
    )
  const request: Fixture['request'] = async ({ claims, ...rest }) => {
    const headers = { ...rest.headers, ...(claims !== null && { authorization: `Bearer ${token(claims)}` }) }
    const response = await app.inject({ ...rest, headers })
    const isJson = /json/.test(String(response.headers['content-type'] ?? '')) && response.body !== ''
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      body: isJson ? response.json() : {},
    }
  }
  const get: Fixture['get'] = (path, claims = {}, headers = {}) =>
    request({ method: 'GET', url: `/fhir${path}`, claims, headers })
  return { app, upstream, clock, advance: timers.advance, audited, logged, services, token, request, get }
}

const fakeTimers = (clock: { now: number }) => {
  let waiting: { readonly at: number; readonly run: () => void }[] = []
  return {
    after: (seconds: number, run: () => void) => {
      const timer = { at: clock.now + seconds, run }
      waiting.push(timer)
      return () => {
        waiting = waiting.filter((each) => each !== timer)
      }
    },
    advance: async (seconds: number): Promise<void> => {
      const end = clock.now + seconds
      for (;;) {
        const [next] = waiting.filter(({ at }) => at <= end).toSorted((left, right) => left.at - right.at)
        if (next === undefined) break
        waiting = waiting.filter((each) => each !== next)
        clock.now = next.at
        next.run()
        await new Promise(setImmediate)
      }
      clock.now = end
    },
  }
}

const standardServices = (clock: { readonly now: number }): Fixture['services'] =>
  new Map<string, (url: string, body: string | undefined) => unknown>([
    [`${issuer}/jwks`, () => ({ keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig' }] })],
    [`${issuer}/revocations`, () => ({ cursor: String(clock.now), cuts: [] })],
    [`${issuer}/.well-known/smart-configuration`, () => ({ issuer, token_endpoint: `${issuer}/token` })],
  ])

const answerFetch = (services: Fixture['services'], url: string, body: string | undefined): Fetched => {
  const service = services.get(url.split('?')[0] ?? '')
  if (service === undefined) throw new Error(`no service at ${url}`)
  return { status: 200, headers: new Headers(), body: Buffer.from(JSON.stringify(service(url, body))) }
}

/** The resources of a Bundle's entries as `Type/id`, sorted. */
export const idsOf = (bundle: Json): readonly string[] =>
  ((bundle.entry ?? []) as readonly { readonly resource: Resource }[])
    .map(({ resource }) => `${resource.resourceType}/${resource.id}`)
    .filter((key) => !key.startsWith('OperationOutcome'))
    .sort()
