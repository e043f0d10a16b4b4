import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { allowInsecureHttp, createGateway, type GatewayEnv, openUpstreams, parseConfig } from '@gatehouse/gateway'
import { startUpstream } from './peers/undici-proxy.ts'
import { issuer } from './scene.ts'
import type { Serve } from './work.ts'

const fhirUrl = 'https://bench.example/fhir'
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const seconds = (): number => Date.now() / 1000

/** The product's gateway before the prepared FHIR server; the token is one patient's. */
export const serve: Serve = async () => {
  const upstream = {
    url: `${await startUpstream('http://upstream.example/fhir')}/fhir`,
    base: 'http://upstream.example/fhir',
  }
  const searchParam = ['patient', '_id'].map((name) => ({ name, type: 'token' }))
  const rest = [{ mode: 'server', resource: [{ type: 'Observation', searchParam }] }]
  const capabilities = { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', rest }
  const config = parseConfig(
    {
      issuers: [{ issuer }],
      locations: [{ base: fhirUrl, issuer, upstream: { ...upstream, capabilities }, userReach: 'none' }],
      linkKeys: [{ id: 'k1', key: randomBytes(32).toString('base64url') }],
      limits: { perClientPerMinute: 1e9, perPatientPerMinute: 1e9 },
    },
    { [allowInsecureHttp]: true },
  )
  const { app } = createGateway(config, environment(openUpstreams(config).send))
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), seeds: [token()] }
}

const token = (): string => {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const now = Math.floor(seconds())
  const who = { sub: 'user-a', client_id: 'app', jti: 'token-1', grant_id: 'grant-1', patient: 'p1' }
  const claims = { iss: issuer, aud: fhirUrl, ...who, scope: 'patient/Observation.rs', iat: now, exp: now + 3600 }
  const input = `${encode({ typ: 'at+jwt', alg: 'ES256', kid: 'k' })}.${encode(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

/** What the authorization server would answer. */
const services: Readonly<Record<string, () => unknown>> = {
  [`${issuer}/jwks`]: () => ({ keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig' }] }),
  [`${issuer}/revocations`]: () => ({ cursor: '1', cuts: [] }),
  [`${issuer}/.well-known/smart-configuration`]: () => ({ issuer, token_endpoint: `${issuer}/token` }),
}

const environment = (upstream: GatewayEnv['upstream']): GatewayEnv => ({
  upstream,
  now: seconds,
  after: (delay, run) => {
    const timer = setTimeout(run, delay * 1000)
    return () => clearTimeout(timer)
  },
  random: randomBytes,
  fetch: async (url) => {
    const body = Buffer.from(JSON.stringify(services[url.split('?')[0] ?? '']?.() ?? {}))
    return { status: 200, headers: new Headers(), body }
  },
  audit: async () => undefined,
  log: (level, event, ...details) => level === 'error' && console.error(event, ...details),
  count: () => undefined,
})
