import { randomUUID } from 'node:crypto'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { testIssuer } from './env.ts'
import { aClient, aGrant, newCode, tokenWorld } from './token-world.ts'

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const software = { ...aClient, softwareId: 'org.example.chart', registersDevices: true } as const

const told = (answer: { statusCode: number; json: () => { error: string } }) => [answer.statusCode, answer.json().error]

/** A phone: its key, and what it sends. */
const newPhone = async (alg: 'ES256' | 'ES384' | 'RS384' = 'ES256') => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'device-key', alg }
  const statement = (id: string, now: number, claims: Record<string, unknown> = {}) =>
    new SignJWT({ iss: id, sub: id, aud: `${testIssuer}/token`, exp: now + 300, jti: randomUUID(), ...claims })
      .setProtectedHeader({ alg, kid: 'device-key', typ: 'JWT' })
      .sign(privateKey)
  const secretJwk = { ...(await exportJWK(privateKey)), kid: 'device-key' }
  return { jwk, secretJwk, statement }
}

type Changes = Parameters<typeof newCode>[1]

/** A world in which the app may register devices, and the answers of its code exchange. */
const withApp = async (changes: Changes = {}, clients: Record<string, unknown> = {}) => {
  const world = await tokenWorld({ config: { clients: { devices: true, ...clients } } })
  const { app, env, post, redeem } = world
  await env.store.clients.save(software, software.updatedAt)
  const tokens = (await redeem(await newCode(env, { grant: { id: 'g', ...changes?.grant } }))).json()
  const send = (method: 'POST' | 'PUT' | 'GET' | 'DELETE', url: string, bearer: string, body?: unknown) =>
    app.inject({
      method,
      url,
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    })
  const metadata = (jwk: unknown, more: Record<string, unknown> = {}) => ({
    software_id: 'org.example.chart',
    client_name: "Ana's phone",
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: [jwtBearer],
    jwks: { keys: [jwk] },
    ...more,
  })
  const register = (jwk: unknown, more: Record<string, unknown> = {}, bearer = tokens.device_registration_token) =>
    send('POST', '/register', bearer, metadata(jwk, more))
  const freshToken = async (): Promise<string> => {
    const answer = await redeem(await newCode(env, { grant: { id: `g-${randomUUID()}` } }))
    return answer.json().device_registration_token
  }
  const ask = (assertion: string, form: Record<string, string> = {}) =>
    post({ grant_type: jwtBearer, assertion, ...form })
  return { ...world, tokens, send, metadata, register, freshToken, ask }
}

test('TOK-30 TOK-31 TOK-32 TOK-34 a device registers its key and asks with it from then on', async () => {
  const { env, register, ask } = await withApp()
  const phone = await newPhone()
  const answer = await register(phone.jwk)
  expect([answer.statusCode, answer.headers['cache-control']]).toEqual([201, 'no-store'])
  const device = answer.json()
  expect(device).toMatchObject({
    client_id: expect.stringMatching(/^device-/),
    client_name: "Ana's phone",
    software_id: 'org.example.chart',
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: [jwtBearer],
    registration_access_token: expect.any(String),
    registration_client_uri: `${testIssuer}/register/${device.client_id}`,
  })
  const tokens = await ask(await phone.statement(device.client_id, env.now()))
  expect(tokens.statusCode).toBe(200)
  expect(tokens.json()).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 300,
    scope: aGrant.scope,
    patient: 'p1',
    need_patient_banner: true,
  })
  expect(decodeJwt(tokens.json().access_token)).toMatchObject({
    client_id: device.client_id,
    grant_id: 'g',
    patient: 'p1',
  })
})

test.each(['ES384', 'RS384'] as const)('TOK-31 an %s key is fine too', async (alg) => {
  const { env, register, ask } = await withApp()
  const phone = await newPhone(alg)
  const { client_id } = (await register(phone.jwk)).json()
  expect((await ask(await phone.statement(client_id, env.now(), { aud: testIssuer }))).statusCode).toBe(200)
})

test('TOK-30 only apps registered for it get the token, with lasting access, while devices are on', async () => {
  const { env, redeem } = await withApp()
  const tokenOf = async (grant: Record<string, unknown>, form = {}) =>
    (await redeem(await newCode(env, { grant }), form)).json().device_registration_token
  expect(await tokenOf({})).toEqual(expect.any(String))
  expect(await tokenOf({ access: 'once' })).toBeUndefined()
  await env.store.clients.create({ ...aClient, id: 'plain' })
  expect(await tokenOf({ clientId: 'plain' }, { client_id: 'plain' })).toBeUndefined()
  const off = await tokenWorld()
  await off.env.store.clients.save(software, software.updatedAt)
  expect((await off.redeem(await newCode(off.env))).json()).not.toHaveProperty('device_registration_token')
})

test('TOK-30 the registration token has no other power, and works once, for ten minutes', async () => {
  const { app, env, tokens, register, freshToken } = await withApp()
  const bearer = tokens.device_registration_token
  const userinfo = await app.inject({ url: '/userinfo', headers: { authorization: `Bearer ${bearer}` } })
  expect(userinfo.statusCode).toBe(403)
  expect(decodeJwt(bearer)).toMatchObject({ aud: testIssuer, scope: 'https://gatehouse.dev/codes/register-device' })
  expect(decodeJwt(bearer)).not.toHaveProperty('patient')
  const phone = await newPhone()
  const both = await Promise.all([register(phone.jwk), register(phone.jwk)])
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([201, 401])
  const late = await freshToken()
  env.clock.advance(600)
  expect(told(await register(phone.jwk, {}, late))).toEqual([401, 'invalid_token'])
  expect((await register(phone.jwk, {}, tokens.access_token)).statusCode).toBe(401)
})

test('TOK-31 TOK-37 another software, a private key, two keys, a weak key, a name that hides something are refused', async () => {
  const { register, freshToken } = await withApp()
  const phone = await newPhone()
  const bad: readonly (readonly [unknown, Record<string, unknown>])[] = [
    [phone.jwk, { software_id: 'org.example.other' }],
    [phone.jwk, { software_id: undefined }],
    [phone.secretJwk, {}],
    [phone.jwk, { jwks: { keys: [phone.jwk, { ...phone.jwk, kid: 'two' }] } }],
    [phone.jwk, { jwks: { keys: [] } }],
    [phone.jwk, { jwks: undefined, jwks_uri: 'https://app.example/jwks' }],
    [{ ...phone.jwk, x: 'AA' }, {}],
    [{ kty: 'oct', k: 'AAAA', kid: 'k' }, {}],
    [phone.jwk, { client_name: 'phone\u202e' }],
    [phone.jwk, { client_name: '<script>' }],
    [phone.jwk, { client_name: 'x'.repeat(81) }],
  ]
  for (const [jwk, more] of bad)
    expect(told(await register(jwk, more, await freshToken()))).toEqual([400, 'invalid_client_metadata'])
})

test('TOK-33 a device never obtains more than its grant, whatever it registers or asks', async () => {
  const { env, register, ask } = await withApp({ grant: { scope: 'patient/Observation.rs' } })
  const phone = await newPhone()
  const { client_id, scope } = (
    await register(phone.jwk, { scope: 'patient/*.cruds system/*.rs', grant_types: ['client_credentials'] })
  ).json()
  expect(scope).toBe('patient/Observation.rs')
  const asked = async (text: string) => ask(await phone.statement(client_id, env.now()), { scope: text })
  expect((await asked('patient/*.cruds system/*.rs')).json().scope).toBe('patient/Observation.rs')
  expect(told(await asked('system/*.rs'))).toEqual([400, 'invalid_scope'])
})

const badStatements: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'for another server': { aud: 'https://evil.example/token' },
  expired: { exp: 1 },
  'too long-lived': { exp: 9_999_999_999 },
  'of another issuer': { iss: aClient.id },
  'about somebody else': { sub: aClient.id },
  'without jti': { jti: undefined },
}

test.each(Object.entries(badStatements))('TOK-34 a statement that is %s is refused', async (_name, claims) => {
  const { env, register, ask } = await withApp()
  const phone = await newPhone()
  const { client_id } = (await register(phone.jwk)).json()
  expect(told(await ask(await phone.statement(client_id, env.now(), claims)))).toEqual([401, 'invalid_client'])
})

test('TOK-34 a statement works once; one of another phone, or with other authentication beside it, never', async () => {
  const { env, post, register, ask } = await withApp()
  const phone = await newPhone()
  const { client_id } = (await register(phone.jwk)).json()
  const statement = await phone.statement(client_id, env.now())
  expect((await ask(statement)).statusCode).toBe(200)
  expect(told(await ask(statement))).toEqual([401, 'invalid_client'])
  const thief = await newPhone()
  expect(told(await ask(await thief.statement(client_id, env.now())))).toEqual([401, 'invalid_client'])
  const besideClientId = await phone.statement(client_id, env.now())
  expect(told(await post({ grant_type: jwtBearer, assertion: besideClientId, client_id: aClient.id }))).toEqual([
    400,
    'unauthorized_client',
  ])
  const asClient = {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await phone.statement(client_id, env.now()),
  }
  expect(told(await post({ grant_type: jwtBearer, ...asClient }))).toEqual([400, 'invalid_grant'])
  expect(
    told(
      await post({
        grant_type: 'client_credentials',
        scope: 'system/*.rs',
        ...asClient,
        client_assertion: await phone.statement(client_id, env.now()),
      }),
    ),
  ).toEqual([400, 'unauthorized_client'])
})

test('TOK-33 AID-27 THR-36 what stops the app or the grant stops the device', async () => {
  const stops: Readonly<Record<string, (env: Awaited<ReturnType<typeof withApp>>['env']) => Promise<unknown>>> = {
    'the app is blocked': (env) => env.store.clients.save({ ...software, state: 'blocked' }, software.updatedAt + 1),
    'the app is removed': (env) => env.store.clients.remove(aClient.id),
    'the grant is paused': (env) => env.store.grants.suspend('g', 'organization_changed', env.now()),
    'the grant is withdrawn': (env) =>
      env.store.grants.end('g', { state: 'revoked', reason: 'withdrawn_by_user' }, env.now()),
  }
  for (const [name, stop] of Object.entries(stops)) {
    const { env, app, register, ask } = await withApp()
    const phone = await newPhone()
    const { client_id } = (await register(phone.jwk)).json()
    const { access_token } = (await ask(await phone.statement(client_id, env.now()))).json()
    const usable = async () =>
      (await app.inject({ url: '/userinfo', headers: { authorization: `Bearer ${access_token}` } })).statusCode
    expect([name, await usable()]).toEqual([name, 200])
    await stop(env)
    expect([name, ...told(await ask(await phone.statement(client_id, env.now())))]).toEqual([
      name,
      400,
      'invalid_grant',
    ])
    expect([name, await usable()]).toEqual([name, 401])
  }
})

test('TOK-33 a suspended grant registers no device', async () => {
  const { env, register } = await withApp()
  await env.store.grants.suspend('g', 'organization_changed', env.now())
  expect((await register((await newPhone()).jwk)).statusCode).toBe(401)
})

test('TOK-35 a grant has so many devices', async () => {
  const { env, register, redeem, post } = await withApp({}, { devicesPerGrant: 2 })
  const { refresh_token, device_registration_token } = (
    await redeem(await newCode(env, { grant: { id: 'many' } }))
  ).json()
  let refresh = refresh_token
  const tokens = [device_registration_token]
  for (let more = 0; more < 2; more += 1) {
    const body = (await post({ grant_type: 'refresh_token', refresh_token: refresh, client_id: aClient.id })).json()
    refresh = body.refresh_token
    tokens.push(body.device_registration_token)
  }
  const statuses = []
  for (const token of tokens) statuses.push((await register((await newPhone()).jwk, {}, token)).statusCode)
  expect(statuses).toEqual([201, 201, 400])
  expect(await env.store.clients.listDevices('many')).toHaveLength(2)
})

test('TOK-32 TOK-36 its own token reads, renames and removes the device; the others live on', async () => {
  const { env, register, ask, send, metadata, redeem, app } = await withApp()
  const [phone, tablet] = [await newPhone(), await newPhone()]
  const device = (await register(phone.jwk)).json()
  const { device_registration_token } = (await redeem(await newCode(env, { grant: { id: 'g2' } }))).json()
  const other = (await register(tablet.jwk, { client_name: 'tablet' }, device_registration_token)).json()
  const at = `/register/${device.client_id}`
  const bearer = device.registration_access_token
  expect((await send('GET', at, bearer)).json()).toMatchObject({ client_name: "Ana's phone" })
  const next = await newPhone()
  const body = metadata(next.jwk, { client_id: device.client_id, client_name: 'Old phone', scope: 'system/*.cruds' })
  const renamed = await send('PUT', at, bearer, body)
  expect(renamed.json()).toMatchObject({ client_name: 'Old phone', scope: aGrant.scope, grant_types: [jwtBearer] })
  expect((await env.store.clients.find(device.client_id))?.device).toMatchObject({ grantId: 'g', name: 'Old phone' })
  expect(told(await ask(await phone.statement(device.client_id, env.now())))).toEqual([401, 'invalid_client'])
  const { access_token } = (await ask(await next.statement(device.client_id, env.now()))).json()
  expect((await send('DELETE', at, other.registration_access_token)).statusCode).toBe(401)
  expect((await send('DELETE', at, bearer)).statusCode).toBe(204)
  expect(told(await ask(await next.statement(device.client_id, env.now())))).toEqual([401, 'invalid_client'])
  expect(
    (await app.inject({ url: '/userinfo', headers: { authorization: `Bearer ${access_token}` } })).statusCode,
  ).toBe(401)
  expect((await env.store.tokens.listCuts(undefined, 10)).cuts).toContainEqual({
    kind: 'device',
    id: device.client_id,
    at: env.now(),
  })
  expect((await env.store.grants.find('g'))?.state).toBe('active')
  expect((await ask(await tablet.statement(other.client_id, env.now()))).statusCode).toBe(200)
})

test('TOK-36 the list of devices tells when each was used last', async () => {
  const { env, register, ask } = await withApp()
  const phone = await newPhone()
  const { client_id } = (await register(phone.jwk)).json()
  env.clock.advance(5000)
  await ask(await phone.statement(client_id, env.now()))
  expect((await env.store.clients.listDevices('g')).map(({ device }) => device)).toEqual([
    { grantId: 'g', name: "Ana's phone", lastUsedAt: env.now() },
  ])
})
