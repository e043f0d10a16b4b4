import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type App, allowInsecureRequests, completeLaunch, openSession, startLaunch } from '@gatehouse/client'
import { node } from '@gatehouse/client/node'
import { exportJWK } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ForeignServer, foreignServer } from './foreign-server.ts'
import { refusal } from './test-app.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const jwks = async (key: KeyObject, kid: string, alg: string) => ({ keys: [{ ...(await exportJWK(key)), kid, alg }] })
const importKey = (key: KeyObject, how: RsaHashedImportParams | EcKeyImportParams): Promise<CryptoKey> =>
  crypto.subtle.importKey('pkcs8', key.export({ format: 'der', type: 'pkcs8' }), how, false, ['sign'])

let server: ForeignServer
beforeAll(async () => {
  const asymmetric = { token_endpoint_auth_method: 'private_key_jwt' } as const
  server = await foreignServer([
    { client_id: 'public', token_endpoint_auth_method: 'none' },
    { client_id: 'symmetric', token_endpoint_auth_method: 'client_secret_basic', client_secret: 's3cret/with:signs' },
    {
      client_id: 'rs384',
      ...asymmetric,
      token_endpoint_auth_signing_alg: 'RS384',
      jwks: await jwks(rsa.publicKey, 'r', 'RS384'),
    },
    {
      client_id: 'es384',
      ...asymmetric,
      token_endpoint_auth_signing_alg: 'ES384',
      jwks: await jwks(ec.publicKey, 'e', 'ES384'),
    },
  ])
})
afterAll(() => server.close())

const appOf = (clientId: string, auth?: App['auth']): App => ({
  clientId,
  redirectUri: 'https://app.example/callback',
  scope: 'openid offline_access patient/Observation.rs',
  servers: [server.fhirBase],
  platform: node(),
  [allowInsecureRequests]: true,
  ...(auth === undefined ? {} : { auth }),
})

const ways: readonly (readonly [string, () => Promise<App>])[] = [
  ['public', async () => appOf('public')],
  ['symmetric', async () => appOf('symmetric', { kind: 'secret', secret: 's3cret/with:signs' })],
  [
    'asymmetric RS384',
    async () => {
      const key = await importKey(rsa.privateKey, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' })
      return appOf('rs384', { kind: 'key', key, kid: 'r' })
    },
  ],
  [
    'asymmetric ES384',
    async () => {
      const key = await importKey(ec.privateKey, { name: 'ECDSA', namedCurve: 'P-384' })
      return appOf('es384', { kind: 'key', key, kid: 'e' })
    },
  ],
]

test.each(ways)(
  'SDK-01 SDK-05 SDK-07 SDK-15 SDK-30 SDK-31 at oidc-provider, %s: launch by PAR with DPoP, renew, sign out',
  async (_way, make) => {
    const app = await make()
    const { url } = await startLaunch(app)
    expect([...new URL(url).searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
    const session = await completeLaunch(app, await server.visit(url))
    expect(session.user?.subject).toBe('user-1')
    expect((await session.fetch('Patient/1')).status).toBe(200)
    await session.retry()
    await session.retry()
    expect((await session.fetch('Patient/1')).status).toBe(200)
    expect(await session.signOut()).toBe(true)
    expect(await openSession(app)).toBeUndefined()
  },
)

test('SDK-12 at oidc-provider: a refresh token that was used elsewhere gives a bare invalid_grant and is parked', async () => {
  const app = appOf('public')
  const session = await completeLaunch(app, await server.visit((await startLaunch(app)).url))
  const [key = ''] = await app.platform.vault.list('')
  const before = await app.platform.vault.read(key)
  await session.retry()
  await app.platform.vault.write(key, before)
  expect(await refusal((await openSession(app))?.retry() ?? Promise.resolve())).toMatchObject({ reason: 'parked' })
  expect(await app.platform.vault.list('')).toEqual([key])
})

test('SDK-05 at oidc-provider: a refused authorization arrives as the server’s own error', async () => {
  const app = { ...appOf('public'), scope: 'openid patient/Patient.r' }
  const answer = await server.visit((await startLaunch(app)).url)
  expect(await refusal(completeLaunch(app, answer))).toMatchObject({
    reason: 'authorization-refused',
    error: 'access_denied',
  })
})
