import { expect, test } from 'vitest'
import { registrarScope } from '../src/clients/client-scopes.ts'
import { testIssuer, testStart } from './env.ts'
import { aKeyClient, anAssertion, asForm, publicJwk } from './key-client.ts'
import { newCode, tokenWorld, verifier } from './token-world.ts'

type Registration = 'closed' | 'token' | 'open'
type Json = Readonly<Record<string, unknown>>

const withRegistration = async (registration: Registration, clients: Record<string, unknown> = {}) => {
  const world = await tokenWorld({ config: { clients: { registration, ...clients } } })
  const { app, env, post } = world
  await env.store.clients.create(
    await aKeyClient(['ES384'], { id: 'registrar', scope: `system/*.rs openid patient/*.rs ${registrarScope}` }),
  )
  const send = (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    request: { body?: unknown; bearer?: string } = {},
  ) =>
    app.inject({
      method,
      url,
      headers: {
        ...(request.bearer === undefined ? {} : { authorization: `Bearer ${request.bearer}` }),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { payload: JSON.stringify(request.body) }),
    })
  const register = (body: unknown, bearer?: string) =>
    send('POST', '/register', bearer === undefined ? { body } : { body, bearer })
  const registrarToken = async (scope = registrarScope): Promise<string> => {
    const assertion = await anAssertion({ claims: { iss: 'registrar', sub: 'registrar', exp: env.now() + 60 } })
    return (await post({ grant_type: 'client_credentials', scope, ...asForm(assertion) })).json().access_token
  }
  const at = (registered: Json) => String(registered.registration_client_uri).replace(testIssuer, '')
  return { ...world, send, register, registrarToken, at }
}

const nativeApp = {
  client_name: 'Ana’s diary',
  redirect_uris: ['https://app.example/cb', 'org.example.app:/cb', 'http://127.0.0.1/cb'],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid fhirUser launch/patient offline_access patient/*.rs',
}
const serverApp = { client_name: 'Server', redirect_uris: ['https://app.example/cb'] }

test('AL-19 AL-24 CA-06 CF-14 ONC-06 an open server takes an app in, to wait for approval', async () => {
  const { env, register, app } = await withRegistration('open')
  const answer = await register({ ...nativeApp, client_id: 'ana', colour: 'blue' })
  expect([answer.statusCode, answer.headers['cache-control']]).toEqual([201, 'no-store'])
  const registered = answer.json()
  expect(registered).toMatchObject({ ...nativeApp, response_types: ['code'], client_id_issued_at: testStart })
  expect(registered.client_id).toMatch(/^app-[A-Za-z0-9_-]{22}$/)
  expect(registered).not.toHaveProperty('client_secret')
  expect(await env.store.clients.find(registered.client_id)).toMatchObject({ state: 'pending', selfRegistered: true })
  expect(env.audited).toEqual([expect.objectContaining({ event: 'client-registered', actor: 'self' })])
  const discovery = (await app.inject('/.well-known/smart-configuration')).json()
  expect(discovery.registration_endpoint).toBe(`${testIssuer}/register`)
})

test('AL-24 THR-20 while it waits it gets no tokens; approved it does', async () => {
  const { env, register, redeem } = await withRegistration('open')
  const { client_id } = (await register(nativeApp)).json()
  const redeemOwn = async () => redeem(await newCode(env, { grant: { clientId: client_id } }), { client_id })
  expect((await redeemOwn()).json().error).toBe('unauthorized_client')
  const client = await env.store.clients.find(client_id)
  if (client !== undefined) await env.store.clients.save({ ...client, state: 'active' }, client.updatedAt)
  expect((await redeemOwn()).statusCode).toBe(200)
})

test('AL-23 a client with a secret is told it once; only its hash is stored', async () => {
  const { env, register, post } = await withRegistration('open')
  const registered = (await register(serverApp)).json()
  expect(registered).toMatchObject({ token_endpoint_auth_method: 'client_secret_basic', client_secret_expires_at: 0 })
  expect(registered.client_secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
  const stored = await env.store.clients.find(registered.client_id)
  expect(JSON.stringify(stored)).not.toContain(registered.client_secret)
  expect(JSON.stringify(stored)).not.toContain(registered.registration_access_token)
  const basic = Buffer.from(`${registered.client_id}:${registered.client_secret}`).toString('base64')
  const answer = await post({ grant_type: 'authorization_code' }, { authorization: `Basic ${basic}` })
  expect(answer.json().error).toBe('unauthorized_client')
})

test('AL-22 CA-04 CA-05 CA-17 keys may be registered by value and by URL', async () => {
  const { register } = await withRegistration('open')
  const keyApp = { ...serverApp, token_endpoint_auth_method: 'private_key_jwt' }
  const byValue = { ...keyApp, jwks: { keys: [await publicJwk('ES384')] } }
  expect((await register(byValue)).json()).toMatchObject(byValue)
  const byUrl = { ...keyApp, jwks_uri: 'https://app.example/jwks.json' }
  expect((await register(byUrl)).json()).toMatchObject(byUrl)
})

test('THR-20 THR-35 who registers itself is held to what such apps may have', async () => {
  const { register } = await withRegistration('open')
  const wide = await register({ ...nativeApp, scope: 'openid system/*.cruds patient/*.cruds user/*.rs launch' })
  expect(wide.json().scope).toBe('openid patient/*.rs user/*.rs launch')
  expect((await register({ ...nativeApp, scope: `system/*.rs ${registrarScope}` })).json().error).toBe(
    'invalid_client_metadata',
  )
  expect((await register({ ...nativeApp, scope: undefined })).json().scope).toContain('patient/*.rs')
})

test('THR-21 THR-35 a registrar passes on what people can agree to: no access of its own, no registrar', async () => {
  const { register, registrarToken } = await withRegistration('token')
  const token = await registrarToken()
  const backend = {
    client_name: 'Backend',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [await publicJwk('ES384')] },
  }
  const refused = await register({ ...backend, scope: `system/*.rs ${registrarScope}` }, token)
  expect([refused.statusCode, refused.json().error]).toEqual([400, 'invalid_client_metadata'])
  const app = await register({ ...nativeApp, scope: `openid patient/*.rs system/*.rs ${registrarScope}` }, token)
  expect(app.json().scope).toBe('openid patient/*.rs')
})

const bad: Readonly<Record<string, readonly [Json, string]>> = {
  'no name': [{ client_name: undefined }, 'invalid_client_metadata'],
  'a name that turns the text round': [{ client_name: 'Bank\u202e' }, 'invalid_client_metadata'],
  'a name with markup': [{ client_name: '<b>x</b>' }, 'invalid_client_metadata'],
  'an endless name': [{ client_name: 'x'.repeat(81) }, 'invalid_client_metadata'],
  'no redirect URI': [{ redirect_uris: [] }, 'invalid_redirect_uri'],
  'an http redirect URI': [{ redirect_uris: ['http://app.example/cb'] }, 'invalid_redirect_uri'],
  'a wildcard': [{ redirect_uris: ['https://*.app.example/cb'] }, 'invalid_redirect_uri'],
  'a fragment': [{ redirect_uris: ['https://app.example/cb#x'] }, 'invalid_redirect_uri'],
  'a user name': [{ redirect_uris: ['https://hospital.example@app.example/cb'] }, 'invalid_redirect_uri'],
  'dot segments': [{ redirect_uris: ['https://app.example/a/../cb'] }, 'invalid_redirect_uri'],
  'encoded dot segments': [{ redirect_uris: ['https://app.example/%2e%2e/cb'] }, 'invalid_redirect_uri'],
  'a relative URI': [{ redirect_uris: ['/cb'] }, 'invalid_redirect_uri'],
  'upper case in the host': [{ redirect_uris: ['https://App.Example/cb'] }, 'invalid_redirect_uri'],
  'a backslash': [{ redirect_uris: ['https://app.example\\@evil.example/'] }, 'invalid_redirect_uri'],
  javascript: [{ redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
  'a scheme that is no domain': [{ redirect_uris: ['myapp:/cb'] }, 'invalid_redirect_uri'],
  'a private scheme of a confidential client': [
    { redirect_uris: ['org.example.app:/cb'], token_endpoint_auth_method: 'client_secret_basic' },
    'invalid_redirect_uri',
  ],
  'a logo that is script': [{ logo_uri: 'javascript:alert(1)' }, 'invalid_client_metadata'],
  'another response type': [{ response_types: ['token'] }, 'invalid_client_metadata'],
  'another grant type': [{ grant_types: ['password'] }, 'invalid_client_metadata'],
  'refresh without code': [{ grant_types: ['refresh_token'], redirect_uris: [] }, 'invalid_client_metadata'],
  'a backend with a secret': [
    { grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_basic' },
    'invalid_client_metadata',
  ],
  'keys without need': [{ jwks_uri: 'https://app.example/jwks' }, 'invalid_client_metadata'],
  'no keys': [{ token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata'],
  'keys twice': [
    { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://app.example/j', jwks: { keys: [] } },
    'invalid_client_metadata',
  ],
  'keys inside our network': [
    { ...serverApp, token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://169.254.169.254/jwks' },
    'invalid_client_metadata',
  ],
  'keys on localhost': [
    { ...serverApp, token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://localhost/jwks' },
    'invalid_client_metadata',
  ],
  'keys without TLS': [
    { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://app.example/jwks' },
    'invalid_client_metadata',
  ],
  'rotation switched off': [{ refresh_rotation: 'none' }, 'invalid_client_metadata'],
}

test.each(Object.entries(bad))(
  'AL-18 THR-01 THR-21 IN-21 CA-16 metadata with %s is refused',
  async (_name, [changes, error]) => {
    const { register } = await withRegistration('open')
    const answer = await register({ ...nativeApp, ...changes })
    expect([answer.statusCode, answer.json().error]).toEqual([400, error])
  },
)

test('CA-16 TOK-31 a private, weak, doubled or torn key is refused', async () => {
  const { register } = await withRegistration('open')
  const good = await publicJwk('ES384')
  const sets = [
    [{ ...good, d: 'AAAA' }],
    [good, good],
    [{ ...good, x: 'AA' }],
    [{ ...good, kid: undefined }],
    [{ kty: 'RSA', kid: 'weak', n: Buffer.alloc(128, 255).toString('base64url'), e: 'AQAB' }],
    [{ kty: 'oct', kid: 'k', k: 'AAAA' }],
    Array.from({ length: 11 }, (_, index) => ({ ...good, kid: `${index}` })),
  ]
  for (const keys of sets) {
    const answer = await register({ ...serverApp, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys } })
    expect([answer.statusCode, answer.json().error]).toEqual([400, 'invalid_client_metadata'])
  }
})

test('bodies that are no JSON, no object or far too large are refused, never by 500', async () => {
  const { app, register } = await withRegistration('open')
  const send = (payload: string, type: string) =>
    app.inject({ method: 'POST', url: '/register', payload, headers: { 'content-type': type } })
  expect((await send('client_name=x', 'application/x-www-form-urlencoded')).statusCode).toBe(415)
  expect((await send('{', 'application/json')).statusCode).toBe(400)
  expect((await send('', 'application/json')).statusCode).toBe(400)
  expect((await send('{"__proto__":{"x":1}}', 'application/json')).statusCode).toBe(400)
  for (const body of [null, [], 'x', 7, {}]) expect((await register(body)).statusCode).toBe(400)
  expect((await register({ ...nativeApp, x: 'x'.repeat(300_000) })).statusCode).toBe(413)
})

test('THR-21 one address registers so many apps an hour', async () => {
  const { env, register } = await withRegistration('open', { registrationsPerHour: 2 })
  const statuses = [await register(nativeApp), await register(nativeApp), await register(nativeApp)].map(
    (a) => a.statusCode,
  )
  expect(statuses).toEqual([201, 201, 429])
  env.clock.advance(3601)
  expect((await register(nativeApp)).statusCode).toBe(201)
})

test('with initial access tokens: without one 401, with a narrow one 403, with a good one the app works at once', async () => {
  const { env, register, registrarToken } = await withRegistration('token')
  const without = await register(nativeApp)
  expect([without.statusCode, without.json().error, without.headers['www-authenticate']]).toEqual([
    401,
    'invalid_token',
    'Bearer',
  ])
  expect((await register(nativeApp, await registrarToken('system/*.rs'))).statusCode).toBe(403)
  const answer = await register(nativeApp, await registrarToken())
  expect(answer.json().scope).toBe('openid patient/*.rs')
  expect((await env.store.clients.find(answer.json().client_id))?.state).toBe('active')
})

test('a closed server has no registration endpoint and does not advertise one', async () => {
  const { app, register } = await withRegistration('closed')
  expect((await register(nativeApp)).statusCode).toBe(404)
  expect((await app.inject('/.well-known/smart-configuration')).json()).not.toHaveProperty('registration_endpoint')
})

test('TOK-32 its own token reads, changes and removes a registration', async () => {
  const { env, register, send, at } = await withRegistration('open')
  const registered = (await register(nativeApp)).json()
  const bearer = registered.registration_access_token
  const { registration_access_token: _told, ...metadata } = registered
  expect((await send('GET', at(registered), { bearer })).json()).toEqual(metadata)
  const body = { ...nativeApp, client_id: registered.client_id, client_name: 'Diary' }
  expect((await send('PUT', at(registered), { bearer, body })).json()).toMatchObject({ client_name: 'Diary' })
  const removed = await send('DELETE', at(registered), { bearer })
  expect([removed.statusCode, removed.body]).toEqual([204, ''])
  expect(await env.store.clients.find(registered.client_id)).toBeUndefined()
  expect((await send('GET', at(registered), { bearer })).statusCode).toBe(401)
})

test('TOK-32 no other token does, and the answer does not tell whether the client exists', async () => {
  const { register, send, at, registrarToken } = await withRegistration('open')
  const registered = (await register(nativeApp)).json()
  const other = (await register(nativeApp)).json()
  const answers = [
    await send('GET', at(registered)),
    await send('GET', at(registered), { bearer: other.registration_access_token }),
    await send('GET', at(registered), { bearer: await registrarToken() }),
    await send('DELETE', at(registered), { bearer: 'x' }),
    await send('GET', '/register/growth-chart', { bearer: 'A'.repeat(43) }),
    await send('GET', '/register/nobody', { bearer: registered.registration_access_token }),
  ]
  const told = answers.map((answer) => [answer.statusCode, answer.json().error, answer.json().error_description])
  expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1)
  expect(told[0]?.[0]).toBe(401)
})

test('CA-11 keys that were registered by value change only at the word of who registered them', async () => {
  const { env, register, send, at } = await withRegistration('open')
  const jwks = { keys: [await publicJwk('ES384')] }
  const keyApp = { ...serverApp, token_endpoint_auth_method: 'private_key_jwt', jwks }
  const registered = (await register(keyApp)).json()
  const body = { ...keyApp, client_id: registered.client_id, jwks: { keys: [await publicJwk('RS384')] } }
  const keysNow = async () => (await env.store.clients.find(registered.client_id))?.auth
  for (const bearer of ['x', 'A'.repeat(43), (await register(keyApp)).json().registration_access_token])
    expect((await send('PUT', at(registered), { bearer, body })).statusCode).toBe(401)
  expect(await keysNow()).toMatchObject({ keys: { jwks } })
  const bearer = registered.registration_access_token
  expect((await send('PUT', at(registered), { bearer, body: { ...body, jwks: { keys: [{}] } } })).statusCode).toBe(400)
  expect(await keysNow()).toMatchObject({ keys: { jwks } })
  expect((await send('PUT', at(registered), { bearer, body })).statusCode).toBe(200)
  expect(await keysNow()).toMatchObject({ keys: { jwks: body.jwks } })
})

test('TOK-32 a change names its client, keeps the secret, and never widens what was given', async () => {
  const { register, send, at } = await withRegistration('open')
  const registered = (await register({ ...serverApp, scope: 'openid patient/*.rs' })).json()
  const bearer = registered.registration_access_token
  const put = (body: unknown) => send('PUT', at(registered), { bearer, body })
  expect((await put(serverApp)).json().error).toBe('invalid_client_metadata')
  expect((await put({ ...serverApp, client_id: 'growth-chart' })).json().error).toBe('invalid_client_metadata')
  const own = { ...serverApp, client_id: registered.client_id }
  expect((await put(own)).json()).not.toHaveProperty('client_secret')
  expect((await put({ ...own, scope: 'system/*.rs patient/*.cruds' })).json().scope).toBe('patient/*.rs')
  const toPublic = (await put({ ...own, token_endpoint_auth_method: 'none' })).json()
  expect(toPublic).not.toHaveProperty('client_secret')
  expect((await put(own)).json().client_secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
})

test('THR-13 an approved app that changes its looks waits for approval again', async () => {
  const { env, register, send, at } = await withRegistration('open')
  const registered = (await register(nativeApp)).json()
  const client = await env.store.clients.find(registered.client_id)
  if (client !== undefined) await env.store.clients.save({ ...client, state: 'active' }, client.updatedAt)
  const bearer = registered.registration_access_token
  const own = { ...nativeApp, client_id: registered.client_id }
  await send('PUT', at(registered), { bearer, body: { ...own, software_version: '2' } })
  expect((await env.store.clients.find(registered.client_id))?.state).toBe('active')
  await send('PUT', at(registered), { bearer, body: { ...own, client_name: 'Example Hospital' } })
  expect((await env.store.clients.find(registered.client_id))?.state).toBe('pending')
})

test('TOK-40 removing a client ends what it was granted', async () => {
  const { env, register, registrarToken, send, at, redeem, app } = await withRegistration('token')
  const registered = (await register(nativeApp, await registrarToken())).json()
  const code = await newCode(env, { grant: { id: 'g', clientId: registered.client_id } })
  const tokens = (await redeem(code, { client_id: registered.client_id, code_verifier: verifier })).json()
  await send('DELETE', at(registered), { bearer: registered.registration_access_token })
  expect(await env.store.grants.find('g')).toMatchObject({ state: 'revoked', stateReason: 'client_removed' })
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  expect((await app.inject({ url: '/userinfo', headers })).statusCode).toBe(401)
  const { cuts } = await env.store.tokens.listCuts(undefined, 10)
  expect(cuts).toContainEqual({ kind: 'client', id: registered.client_id, at: env.now() })
})
