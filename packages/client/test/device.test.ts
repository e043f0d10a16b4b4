import { openDevice, registerDevice, removeDevice } from '@gatehouse/client/device'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { json, smartServer } from './smart-server.ts'
import { refusal, signIn, testApp, testPlatform } from './test-app.ts'

const request = { softwareId: 'soft-1', name: 'Ana’s phone', initialAccessToken: 'once-only' }
const registered = {
  client_id: 'device-1',
  registration_client_uri: 'https://ehr.example/register/device-1',
  registration_access_token: 'manage-me',
}

function stage() {
  const server = smartServer()
  server.script.configuration = { registration_endpoint: `${server.issuer}/register` }
  server.script.intercept = ({ url, method, form }) => {
    if (url.pathname === '/register') return json(registered, 201)
    if (url.pathname === '/register/device-1') return new Response(null, { status: method === 'DELETE' ? 204 : 405 })
    if (form.get('grant_type')?.endsWith('jwt-bearer')) {
      return json({ access_token: 'device-token', token_type: 'Bearer', expires_in: 300, scope: 'patient/Patient.r' })
    }
    return undefined
  }
  const app = testApp(server, testPlatform([server]))
  const registrations = () => server.sent.filter(({ url }) => url.pathname === '/register')
  return { server, app, registrations }
}

test('CA-02 CA-03 CA-16 TOK-30 TOK-31 SDK-22 a device registers its public key and name with the one-time token', async () => {
  const { server, app, registrations } = stage()
  expect(await registerDevice(app, request)).toEqual({ clientId: 'device-1', fhirBase: server.fhirBase })
  const [sent] = registrations()
  expect(sent?.headers.get('authorization')).toBe('Bearer once-only')
  const body = JSON.parse(sent?.body ?? '')
  expect(body).toMatchObject({ software_id: 'soft-1', client_name: 'Ana’s phone' })
  expect(body.jwks.keys).toHaveLength(1)
  expect(body.jwks.keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', kid: expect.any(String) })
  expect(body.jwks.keys[0]).not.toHaveProperty('d')
  const { privateKey } = await app.platform.keyPair(`device app-1 ${server.fhirBase}`)
  expect(privateKey.extractable).toBe(false)
})

test('TOK-34 CA-16 a registered device gets its tokens with a signed assertion and no secret or refresh token', async () => {
  const { server, app, registrations } = stage()
  await registerDevice(app, request)
  const access = await openDevice({ ...app })
  expect(await access?.request('Patient/p1')).toMatchObject({ id: 'p1' })
  expect(server.sent.at(-1)?.headers.get('authorization')).toBe('Bearer device-token')
  const form = server.tokenRequests()[0]?.form
  expect(form?.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
  expect(form?.has('client_assertion')).toBe(false)
  const assertion = form?.get('assertion') ?? ''
  const [jwk] = JSON.parse(registrations()[0]?.body ?? '').jwks.keys
  await jwtVerify(assertion, jwk, { issuer: 'device-1', subject: 'device-1', audience: `${server.issuer}/token` })
  expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'ES256', kid: jwk.kid })
  const { exp = 0, iat = 0, jti } = decodeJwt(assertion)
  expect(exp - iat).toBeLessThanOrEqual(300)
  expect(jti).toBeDefined()
})

test('TOK-30 the token that came with the session registers the device, once', async () => {
  const { server, app, registrations } = stage()
  server.script.tokenAnswer = { device_registration_token: 'came-along' }
  await signIn(app, server)
  const { initialAccessToken: _none, ...without } = request
  await registerDevice(app, without)
  expect(registrations()[0]?.headers.get('authorization')).toBe('Bearer came-along')
  expect(await refusal(registerDevice(app, without))).toMatchObject({ reason: 'launch-unsupported' })
})

test('TOK-32 TOK-36 removing the device tells the server and forgets the key', async () => {
  const { server, app } = stage()
  await registerDevice(app, request)
  const before = await app.platform.keyPair(`device app-1 ${server.fhirBase}`)
  expect(await removeDevice(app)).toBe(true)
  expect(server.sent.at(-1)).toMatchObject({ method: 'DELETE' })
  expect(server.sent.at(-1)?.headers.get('authorization')).toBe('Bearer manage-me')
  expect(await openDevice(app)).toBeUndefined()
  expect(await app.platform.keyPair(`device app-1 ${server.fhirBase}`)).not.toBe(before)
  expect(await removeDevice(app)).toBe(false)
})

test('TOK-30 a used token, a server without registration and a nameless answer are refused', async () => {
  const { server, app } = stage()
  server.script.intercept = ({ url }) =>
    url.pathname === '/register' ? json({ error: 'invalid_token' }, 401) : undefined
  expect(await refusal(registerDevice(app, request))).toMatchObject({
    reason: 'registration-refused',
    status: 401,
    error: 'invalid_token',
  })
  server.script.intercept = ({ url }) => (url.pathname === '/register' ? json({}, 201) : undefined)
  expect(await refusal(registerDevice(app, request))).toMatchObject({ reason: 'registration-refused' })
  server.script.intercept = ({ url }) => (url.pathname === '/register' ? Promise.reject(new TypeError('x')) : undefined)
  expect(await refusal(registerDevice(app, request))).toMatchObject({ reason: 'try-later' })
  server.script.configuration = {}
  expect(await refusal(registerDevice(app, request))).toMatchObject({ reason: 'launch-unsupported' })
  expect(await openDevice(app)).toBeUndefined()
})
