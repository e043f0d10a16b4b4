import { generateKeyPairSync } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { type ClientMetadata, type Configuration, Provider } from 'oidc-provider'
import { openSqlite } from '../../packages/server/src/store/sqlite.ts'
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
} from '../scene.ts'
import type { Serve } from '../work.ts'
import { sqliteAdapter } from './oidc-adapter.ts'

/**
 * oidc-provider doing the same work: durable SQLite, ES256 access tokens, refresh rotation. Its clients are static (kept in
 * memory), which favours it: ours are read from the store.
 */
export const serve: Serve = async (work) => {
  const key = assertionKey(work)
  const adapter = await sqliteAdapter(openSqlite(databasePath(), setImmediate))
  const provider = new Provider(issuer, configuration(work, key.publicJwk, adapter))
  const seeds = work.startsWith('token') ? [JSON.stringify(key.privateJwk)] : await seed(work, provider)
  const server = provider.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seeds }
}

const signingJwks = () => [
  { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid: 'es', use: 'sig' },
  {
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
    kid: 'rs',
    use: 'sig',
  },
]

const clients = (publicJwk: object): ClientMetadata[] => [
  {
    client_id: backendClient,
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [publicJwk] } as NonNullable<ClientMetadata['jwks']>,
    scope: backendScope,
  },
  {
    client_id: publicClient,
    redirect_uris: ['https://app.example/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  },
  {
    client_id: resourceClient.id,
    client_secret: resourceClient.secret,
    redirect_uris: [],
    response_types: [],
    grant_types: [],
  },
]

type Adapter = NonNullable<Configuration['adapter']>

const configuration = (work: string, publicJwk: object, adapter: Adapter): Configuration => ({
  adapter,
  clients: clients(publicJwk),
  jwks: { keys: signingJwks() } as NonNullable<Configuration['jwks']>,
  cookies: { keys: ['bench'] },
  scopes: [...new Set(`${backendScope} ${publicScope}`.split(' '))],
  enabledJWA: { clientAuthSigningAlgValues: ['RS384', 'ES384', 'HS256'] },
  routes: { introspection: '/introspect' },
  rotateRefreshToken: true,
  findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => fhirUrl,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: `${backendScope} ${publicScope}`,
        audience: fhirUrl,
        accessTokenTTL: 300,
        accessTokenFormat: work === 'introspect' ? 'opaque' : 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
})

/** Refresh tokens, or opaque access tokens, that people's consent would have left behind. */
const seed = async (work: string, provider: Provider): Promise<readonly string[]> => {
  const client = await provider.Client.find(publicClient)
  if (!client) throw new Error('the static client is missing')
  const Token = work === 'introspect' ? provider.AccessToken : provider.RefreshToken
  const texts: string[] = []
  for (let index = 0; index < (work === 'discovery' ? 0 : seedCount); index++) {
    const grant = new provider.Grant({ accountId: `user-${index}`, clientId: publicClient })
    grant.addResourceScope(fhirUrl, publicScope)
    const grantId = await grant.save()
    const facts = { accountId: `user-${index}`, client, grantId, scope: publicScope, gty: 'authorization_code' }
    const audience = work === 'introspect' ? { aud: fhirUrl } : { resource: fhirUrl }
    const token = new Token({ ...facts, ...audience, expiresWithSession: false } as never)
    texts.push(await token.save())
  }
  return texts
}
