import { generateKeyPairSync } from 'node:crypto'
import { type BackendApp, backend } from '@gatehouse/client/backend'
import { expect, test } from 'vitest'
import { json, type SmartServer, smartServer } from './smart-server.ts'
import { refusal, type TestPlatform, testPlatform } from './test-app.ts'

const der = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'der', type: 'pkcs8' })
const key = await crypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign'])

function service(): { readonly server: SmartServer; readonly platform: TestPlatform; readonly app: BackendApp } {
  const server = smartServer()
  server.script.intercept = ({ url, form }) =>
    url.pathname === '/token' && form.get('grant_type') === 'client_credentials'
      ? json({
          access_token: `t${server.tokenRequests().length}`,
          token_type: 'bearer',
          expires_in: 300,
          scope: form.get('scope'),
        })
      : undefined
  const platform = testPlatform([server])
  const auth = { kind: 'key', key, kid: 'k' } as const
  const app = { clientId: 'svc', scope: 'system/Observation.rs', servers: [server.fhirBase], platform, auth }
  return { server, platform, app }
}

test('BS-01 BS-02 BS-06 BS-07 BS-08 BS-22 a back end reads with a token it asked for with its key', async () => {
  const { server, app } = service()
  const access = await backend(app)
  expect(await access.request('Observation/1')).toMatchObject({ id: '1' })
  const [asked] = server.tokenRequests()
  expect(Object.fromEntries(asked?.form ?? [])).toMatchObject({
    grant_type: 'client_credentials',
    scope: 'system/Observation.rs',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  })
  expect(asked?.headers.has('authorization')).toBe(false)
  expect(server.sent.at(-1)?.headers.get('authorization')).toBe('Bearer t1')
  expect(access.scope()).toBe('system/Observation.rs')
})

test('BS-20 SDK-10 one token for many requests at once, a new one before it ends, each with a fresh assertion', async () => {
  const { server, platform, app } = service()
  const access = await backend(app)
  await Promise.all(Array.from({ length: 20 }, () => access.fetch('Observation/1')))
  expect(server.tokenRequests()).toHaveLength(1)
  await platform.pass(290)
  await access.fetch('Observation/1')
  const assertions = server.tokenRequests().map(({ form }) => form.get('client_assertion'))
  expect(new Set(assertions).size).toBe(2)
})

test('SDK-16 SDK-17 a refused token is replaced once; other servers get none', async () => {
  const { server, app } = service()
  const access = await backend(app)
  const grant = server.script.intercept
  server.script.intercept = (sent) =>
    sent.headers.get('authorization') === 'Bearer t1' ? new Response('', { status: 401 }) : grant(sent)
  expect((await access.fetch('Observation/1')).status).toBe(200)
  expect(await refusal(access.fetch('https://elsewhere.example/fhir/Observation/1'))).toMatchObject({
    reason: 'foreign-url',
  })
})

test('BS-13 refusals and bad weather are told apart, and the next request asks again', async () => {
  const { server, app } = service()
  const grant = server.script.intercept
  const access = await backend(app)
  server.script.intercept = ({ url }) => (url.pathname === '/token' ? json({ error: 'invalid_scope' }, 400) : undefined)
  expect(await refusal(access.fetch('Observation/1'))).toMatchObject({
    reason: 'token-refused',
    error: 'invalid_scope',
  })
  server.script.intercept = () => new Response('', { status: 503, headers: { 'retry-after': '7' } })
  expect(await refusal(access.fetch('Observation/1'))).toMatchObject({ reason: 'try-later', retryAfter: 7 })
  server.script.intercept = grant
  expect((await access.fetch('Observation/1')).status).toBe(200)
})

test('BS-05 CA-18 AL-01 a back end speaks to https only', async () => {
  const server = smartServer({ issuer: 'http://ehr.example' })
  const { app } = service()
  const plain = { ...app, servers: [server.fhirBase], platform: testPlatform([server]) }
  expect(await refusal(backend(plain))).toMatchObject({ reason: 'insecure-url' })
  expect(server.sent).toEqual([])
})

test('BS-03 a server that offers no client_credentials is refused', async () => {
  const { server, app } = service()
  server.script.configuration = { grant_types_supported: ['authorization_code'] }
  expect(await refusal(backend(app))).toMatchObject({ reason: 'launch-unsupported' })
})
