import { randomBytes } from 'node:crypto'
import { allowInsecureHttp, type Effects, type Env, openEnv, parseConfig, publicApp } from '@gatehouse/server'
import type { Client } from '../packages/server/src/clients/client.ts'
import { resourceServerScope } from '../packages/server/src/clients/client-scopes.ts'
import type { Grant } from '../packages/server/src/grants/grant.ts'
import { hashSecret, newSecret } from '../packages/server/src/secret.ts'
import { openStore } from '../packages/server/src/store/open.ts'
import { openSqlite } from '../packages/server/src/store/sqlite.ts'
import { startFamily } from '../packages/server/src/token/refresh-token.ts'
import {
  assertionKey,
  backendClient,
  backendScope,
  databasePath,
  fhirUrl,
  issuer,
  publicClient,
  publicScope,
  resourceClient,
  seedCount,
} from './scene.ts'
import type { Serve } from './work.ts'

/** The product: the public application over a durable SQLite file, with the real clock, randomness and signing keys. */
export const serve: Serve = async (work) => {
  const { publicJwk, privateJwk } = assertionKey(work)
  const env = await openEnv(await effects())
  for (const client of clients(publicJwk)) await env.store.clients.create(client)
  const seeds = work.startsWith('token') ? [JSON.stringify(privateJwk)] : await seed(work, env)
  const app = await publicApp(env)
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), seeds }
}

const effects = async (): Promise<Effects> => {
  const store = openStore(openSqlite(databasePath(), setImmediate))
  await store.migrate()
  const config = {
    issuer,
    organization: { name: 'Bench Hospital' },
    masterKey: randomBytes(32).toString('base64url'),
    resourceServers: [{ base: fhirUrl, name: 'Bench Hospital FHIR' }],
  }
  return {
    config: parseConfig(config, { [allowInsecureHttp]: true }),
    now: () => Math.floor(Date.now() / 1000),
    after: (seconds, run) => {
      const timer = setTimeout(run, seconds * 1000)
      return () => clearTimeout(timer)
    },
    random: randomBytes,
    fetch: () => Promise.reject(new Error('a measurement contacts nobody')),
    store,
    directory: {
      patients: async () => [],
      relation: async () => undefined,
      encounters: async () => [],
      resources: async () => [],
    },
    audit: () => undefined,
    log: (level, event, ...details) => level === 'error' && console.error(event, ...details),
    count: () => undefined,
  }
}

const since = 1_793_610_000

const client = (facts: Pick<Client, 'id' | 'auth' | 'grantTypes' | 'scope'>): Client => ({
  ...facts,
  state: 'active',
  display: { name: facts.id, contacts: [] },
  redirectUris: ['https://app.example/callback'],
  launchUris: [],
  postLogoutRedirectUris: [],
  staffConsent: 'ask',
  refreshRotation: 'all',
  dpopBoundAccessTokens: false,
  createdAt: since,
  updatedAt: since,
})

const clients = (publicJwk: object): readonly Client[] => [
  client({
    id: backendClient,
    auth: { method: 'private_key_jwt', keys: { kind: 'jwks', jwks: { keys: [{ ...publicJwk }] } } },
    grantTypes: ['client_credentials'],
    scope: backendScope,
  }),
  client({
    id: publicClient,
    auth: { method: 'none' },
    grantTypes: ['authorization_code', 'refresh_token'],
    scope: publicScope,
  }),
  client({
    id: resourceClient.id,
    auth: { method: 'client_secret_basic', secretHash: hashSecret(resourceClient.secret) },
    grantTypes: [],
    scope: resourceServerScope,
  }),
]

/** What people's consent would have left behind: grants with a refresh token, or with an opaque access token. */
const seed = async (work: string, env: Env): Promise<readonly string[]> => {
  const app = await env.store.clients.find(publicClient)
  if (!app) throw new Error('the client is missing')
  const texts: string[] = []
  for (let index = 0; index < (work === 'discovery' ? 0 : seedCount); index++) {
    const grant = grantOf(`user-${index}`, newSecret(env), env.now())
    await env.store.grants.create(grant)
    await env.store.users.create(userOf(grant.subject))
    texts.push(work === 'introspect' ? await opaqueToken(grant, env) : await startFamily(grant, { client: app }, env))
  }
  return texts
}

const grantOf = (subject: string, id: string, now: number): Grant => ({
  id,
  clientId: publicClient,
  subject,
  scope: publicScope,
  context: { patient: 'p1', needPatientBanner: true },
  audience: [fhirUrl],
  fhirUser: 'Patient/p1',
  access: 'offline',
  authenticatedAt: now,
  createdAt: now,
  lastUsedAt: now,
  state: 'active',
})

const userOf = (subject: string) => ({
  subject,
  username: subject,
  name: subject,
  role: 'patient' as const,
  fhirUser: 'Patient/p1',
  patients: ['p1'],
  state: 'active' as const,
})

const opaqueToken = async (grant: Grant, env: Env): Promise<string> => {
  const text = newSecret(env)
  const { id: grantId, subject, scope } = grant
  const times = { iat: env.now(), exp: env.now() + 3600 }
  const id = newSecret(env)
  const claims = {
    iss: issuer,
    aud: fhirUrl,
    sub: subject,
    client_id: publicClient,
    scope,
    jti: id,
    grant_id: grantId,
  }
  const hash = hashSecret(text)
  await env.store.tokens.createOpaqueToken({ hash, id, grantId, claims: { ...claims, ...times }, expiresAt: times.exp })
  return text
}
