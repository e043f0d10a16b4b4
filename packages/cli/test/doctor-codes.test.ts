import { type ConfigInput, parseConfig } from '@gatehouse/server'
import { openSqlite, openStore } from '@gatehouse/server/store'
import { describe, expect, test } from 'vitest'
import { checkCertificate } from '../src/doctor/certificate.ts'
import { type Code, codes, type Finding } from '../src/doctor/codes.ts'
import { checkConfig } from '../src/doctor/config.ts'
import { type Ask, type Probe, probeOwnIssuer, probeServer } from '../src/doctor/discovery.ts'
import { checkRecords } from '../src/doctor/records.ts'
import { checkStore } from '../src/doctor/store.ts'

const base = 'https://fhir.example.org/r4'
const issuer = 'https://auth.example.org'

const configInput: ConfigInput = {
  issuer,
  organization: { name: 'H', phone: '+1 555 0100' },
  masterKey: 'A'.repeat(43),
  resourceServers: [{ base, name: 'F' }],
  directory: { sources: [{ base, url: 'http://10.0.0.5/fhir' }] },
  listen: { trustedProxies: ['10.0.0.1'] },
  operator: { tokens: [{ name: 'joe', role: 'admin', hash: 'a'.repeat(64) }] },
}

const smart = {
  issuer,
  jwks_uri: `${issuer}/jwks`,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  management_endpoint: `${issuer}/grants`,
  introspection_endpoint: `${issuer}/introspect`,
  revocation_endpoint: `${issuer}/revoke`,
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: ['ES384'],
  grant_types_supported: ['authorization_code'],
  response_types_supported: ['code'],
  scopes_supported: ['openid', 'patient/*.rs'],
  capabilities: ['launch-ehr', 'sso-openid-connect', 'client-confidential-asymmetric', 'https://x.example/own'],
  code_challenge_methods_supported: ['S256'],
}

const openid = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
}

const rsa = { kty: 'RSA', n: 'x', e: 'AQAB', kid: 'r' }

const answer = (body: unknown, headers: Record<string, string> = {}, status = 200): Probe => ({
  kind: 'answer',
  status,
  headers: new Headers({ 'content-type': 'application/json', 'access-control-allow-origin': '*', ...headers }),
  text: typeof body === 'string' ? body : JSON.stringify(body),
})

const good: Readonly<Record<string, Probe>> = {
  [`${base}/.well-known/smart-configuration`]: answer(smart),
  [`${issuer}/.well-known/openid-configuration`]: answer(openid),
  [`${issuer}/jwks`]: answer({ keys: [rsa, { kty: 'EC', kid: 'e' }] }),
  [`${base}/metadata`]: answer({ resourceType: 'CapabilityStatement' }),
}

const web =
  (changes: Readonly<Record<string, Probe>> = {}): Ask =>
  async (url) =>
    ({ ...good, ...changes })[url] ?? { kind: 'failure', reason: 'ECONNREFUSED' }

const smartUrl = `${base}/.well-known/smart-configuration`
const probed = (probe: Probe) => probeServer(base, web({ [smartUrl]: probe }))
const changed = (changes: Readonly<Record<string, unknown>>) => probed(answer({ ...smart, ...changes }))
const config = async (changes: Partial<ConfigInput>) => checkConfig(parseConfig({ ...configInput, ...changes }))
const storeFacts = { kind: 'open', version: 1, wanted: 1, settings: { fsync: 'on' }, clockDifference: 0 } as const

const records = async (fill: (store: ReturnType<typeof openStore>) => Promise<unknown>) => {
  const store = openStore(openSqlite(':memory:', setImmediate))
  await store.migrate()
  await fill(store)
  return checkRecords({ store, config: parseConfig(configInput), now: () => 1_800_000_000 })
}

const client = {
  id: 'app',
  display: { name: 'App', contacts: [] },
  auth: { method: 'none' },
  grantTypes: ['authorization_code'],
  redirectUris: ['https://app.example/cb'],
  launchUris: [],
  postLogoutRedirectUris: [],
  scope: 'patient/*.rs',
  staffConsent: 'ask',
  refreshRotation: 'all',
  dpopBoundAccessTokens: false,
  createdAt: 1,
  updatedAt: 1,
} as const

const inline = { kind: 'jwks', jwks: { keys: [] } } as const
const withKeys = {
  ...client,
  state: 'active',
  display: { name: 'App', contacts: ['dev@app.example'] },
  auth: { method: 'private_key_jwt', keys: inline },
} as const

const key = { alg: 'ES256', publicJwk: {}, sealedPrivateJwk: '', signsFrom: 1 } as const

/** What must be found, and the installation or server in which it must be. */
const sick: readonly (readonly [code: Code, find: () => Promise<readonly Finding[]>])[] = [
  ['config/operator-listener-open', () => config({ operator: { listen: { host: '0.0.0.0' } } })],
  ['config/no-operators', () => config({ operator: {} })],
  ['config/no-directory', () => config({ directory: {} })],
  ['config/no-trusted-proxy', () => config({ listen: {} })],
  ['config/no-phone', () => config({ organization: { name: 'H' } })],
  ['config/access-token-long', () => config({ token: { accessToken: '30m' } })],
  ['config/refresh-idle-short', () => config({ token: { refreshIdle: '30d' } })],
  ['store/memory', () => config({ store: 'sqlite::memory:' })],
  ['store/unreachable', async () => checkStore({ kind: 'failure', reason: 'ECONNREFUSED' })],
  ['store/behind', async () => checkStore({ ...storeFacts, version: 0 })],
  ['store/ahead', async () => checkStore({ ...storeFacts, version: 2 })],
  ['store/not-durable', async () => checkStore({ ...storeFacts, settings: { synchronous_commit: 'off' } })],
  ['store/clock', async () => checkStore({ ...storeFacts, clockDifference: -60 })],
  ['clients/pending', () => records((store) => store.clients.create({ ...client, state: 'pending' }))],
  [
    'clients/unbound-refresh',
    () => records((store) => store.clients.create({ ...client, state: 'active', refreshRotation: 'none' })),
  ],
  ['clients/keys-by-value', () => records((store) => store.clients.create(withKeys))],
  ['keys/overdue', () => records((store) => store.keys.add({ ...key, kid: 'k', createdAt: 1 }, 2))],
  ['tls/invalid', () => probed({ kind: 'failure', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' })],
  ['tls/expires-soon', async () => checkCertificate({ host: 'h', endsAt: 1_800_000_000 }, 1_799_990_000)],
  ['issuer/not-ours', () => probeOwnIssuer(issuer, ['mine'], web())],
  ['discovery/unreachable', () => probed({ kind: 'failure', reason: 'ENOTFOUND' })],
  ['discovery/missing', () => probed(answer('', {}, 404))],
  ['discovery/redirect', () => probed(answer('', { location: 'https://x.example' }, 302))],
  ['discovery/content-type', () => probed(answer(smart, { 'content-type': 'text/html' }))],
  ['discovery/not-json', () => probed(answer('<html>'))],
  [
    'discovery/no-cors',
    async () => probeServer(base, web({ [smartUrl]: { ...answer(smart), headers: new Headers() } as Probe })),
  ],
  ['discovery/member-missing', () => changed({ token_endpoint: undefined })],
  ['discovery/member-advised', () => changed({ revocation_endpoint: undefined })],
  ['discovery/url-relative', () => changed({ token_endpoint: '/token' })],
  ['discovery/url-insecure', () => changed({ token_endpoint: 'http://auth.example.org/token' })],
  ['discovery/issuer-superfluous', () => changed({ capabilities: ['launch-ehr'] })],
  ['discovery/pkce', () => changed({ code_challenge_methods_supported: ['S256', 'plain'] })],
  ['discovery/asymmetric', () => changed({ token_endpoint_auth_methods_supported: [] })],
  ['discovery/capability-unknown', () => changed({ capabilities: ['context-passthrough-banner'] })],
  ['discovery/scope-malformed', () => changed({ scopes_supported: ['patient/Nothing.rs'] })],
  ['openid/unreachable', () => changed({ issuer: 'https://elsewhere.example' })],
  [
    'openid/issuer',
    () =>
      probeServer(
        base,
        web({ [`${issuer}/.well-known/openid-configuration`]: answer({ ...openid, issuer: `${issuer}/` }) }),
      ),
  ],
  [
    'openid/member-missing',
    () =>
      probeServer(
        base,
        web({ [`${issuer}/.well-known/openid-configuration`]: answer({ ...openid, jwks_uri: undefined }) }),
      ),
  ],
  [
    'openid/no-rs256',
    () =>
      probeServer(
        base,
        web({
          [`${issuer}/.well-known/openid-configuration`]: answer({
            ...openid,
            id_token_signing_alg_values_supported: ['ES256'],
          }),
        }),
      ),
  ],
  ['jwks/unreachable', () => changed({ jwks_uri: 'https://elsewhere.example/jwks' })],
  ['jwks/no-key', () => probeServer(base, web({ [`${issuer}/jwks`]: answer({ keys: [] }) }))],
  ['jwks/private', () => probeServer(base, web({ [`${issuer}/jwks`]: answer({ keys: [{ ...rsa, d: 'secret' }] }) }))],
  ['jwks/kid', () => probeServer(base, web({ [`${issuer}/jwks`]: answer({ keys: [rsa, rsa] }) }))],
  ['fhir/metadata', () => probeServer(base, web({ [`${base}/metadata`]: answer('', {}, 401) }))],
]

describe('the doctor', () => {
  test.each(sick)('finds %s', async (code, find) => {
    expect((await find()).map((found) => found.code)).toContain(code)
  })

  test('finds nothing where nothing is wrong', async () => {
    expect(await config({})).toEqual([])
    expect(checkStore(storeFacts)).toEqual([])
    expect(await probeServer(`${base}/`, web())).toEqual([])
    expect(await probeOwnIssuer(issuer, ['r'], web())).toEqual([])
    expect(checkCertificate({ host: 'h', endsAt: 1_900_000_000 }, 1_800_000_000)).toEqual([])
    expect(await records((store) => store.clients.create({ ...client, state: 'active' }))).toEqual([])
  })

  test('CA-12 reminds of keys by value that have grown old, and says whom to ask', async () => {
    const found = await records((store) => store.clients.create(withKeys))
    expect(found).toEqual([expect.objectContaining({ code: 'clients/keys-by-value', detail: 'dev@app.example' })])
    expect(await records((store) => store.clients.create({ ...withKeys, updatedAt: 1_799_000_000 }))).toEqual([])
    const keys = { kind: 'jwks_uri', uri: 'https://app.example/jwks' } as const
    const byUri = { ...withKeys, auth: { method: 'private_key_jwt', keys } } as const
    expect(await records((store) => store.clients.create(byUri))).toEqual([])
  })

  test('has no code that nothing finds', () => {
    const byCommand: readonly Code[] = ['config/invalid', 'config/file-exposed', 'keys/unreadable']
    const found = new Set<string>([...sick.map(([code]) => code), ...byCommand])
    expect(Object.keys(codes).filter((code) => !found.has(code))).toEqual([])
  })

  test('never shows a private key it found', async () => {
    const findings = await probeServer(base, web({ [`${issuer}/jwks`]: answer({ keys: [{ ...rsa, d: 'secret' }] }) }))
    expect(JSON.stringify(findings)).not.toContain('secret')
  })
})
