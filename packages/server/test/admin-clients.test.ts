import { describe, expect, test } from 'vitest'
import { operatorWorld } from './operator-world.ts'
import { aClient, newCode } from './token-world.ts'

const document = {
  client_name: 'Heart Diary',
  redirect_uris: ['https://diary.example/cb'],
  token_endpoint_auth_method: 'client_secret_basic',
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'launch/patient patient/Observation.rs offline_access',
  consent_days: 90,
}

describe('registering', () => {
  test('makes an id and a secret that work, and tells the secret once', async () => {
    const { ask, env } = await operatorWorld()
    const made = await ask('POST /clients', { body: document })
    expect(made.status).toBe(201)
    const { client_id: id, client_secret: secret } = made.body
    expect([made.body.state, made.body.consent_days, typeof secret]).toEqual(['active', 90, 'string'])
    const read = await ask(`GET /clients/${id}`)
    expect([read.body.client_name, read.body.client_secret, read.etag]).toEqual(['Heart Diary', undefined, made.etag])
    expect(JSON.stringify(await env.store.clients.find(String(id)))).not.toContain(String(secret))
    expect(env.audited.at(-1)).toMatchObject({ event: 'client-registered', clientId: id, actor: 'the admin' })
  })

  test('refuses an id that is taken, by a client or as a sub (THR-20)', async () => {
    const { ask } = await operatorWorld()
    for (const taken of [aClient.id, 'user-ana']) {
      const { status } = await ask('POST /clients', { body: { ...document, client_id: taken } })
      expect([taken, status]).toEqual([taken, 409])
    }
  })

  test.each([
    ['no scope', { scope: undefined }, /body\.scope/],
    ['a scope that grants nothing', { scope: 'patient/Nothing.rs' }, /scope/],
    ['a wildcard redirect', { redirect_uris: ['https://*.example/cb'] }, /redirect_uris/],
    ['no redirect', { redirect_uris: [] }, /redirect_uris/],
    ['an unknown member', { redirect_uri: 'https://diary.example/cb' }, /redirect_uri/],
    [
      'keys in our network',
      { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://10.0.0.1/jwks' },
      /jwks_uri/,
    ],
    [
      'tokens that never rotate and are bound to nothing',
      { token_endpoint_auth_method: 'none', refresh_rotation: 'none' },
      /refresh_rotation/,
    ],
  ])('refuses %s', async (_what, changes, fault) => {
    const { ask } = await operatorWorld()
    const { status, body } = await ask('POST /clients', { body: { ...document, ...changes } })
    expect([status, body.error_description]).toEqual([400, expect.stringMatching(fault)])
  })
})

describe('changing', () => {
  test('replaces what is said, keeps the secret, and needs the version that was seen', async () => {
    const { ask, env } = await operatorWorld()
    const made = await ask('POST /clients', { body: document })
    const url = `/clients/${made.body.client_id}`
    const before = await env.store.clients.find(String(made.body.client_id))
    const body = { ...document, client_name: 'Heart Journal', consent_days: undefined }
    expect((await ask(`PUT ${url}`, { body })).status).toBe(428)
    expect((await ask(`PUT ${url}`, { body, headers: { 'if-match': '"1"' } })).status).toBe(412)
    const changed = await ask(`PUT ${url}`, { body, headers: { 'if-match': made.etag } })
    expect([changed.status, changed.body.client_name, changed.body.client_secret]).toEqual([
      200,
      'Heart Journal',
      undefined,
    ])
    expect(changed.body.consent_days).toBe(undefined)
    expect((await ask(`PUT ${url}`, { body, headers: { 'if-match': made.etag } })).status).toBe(412)
    expect((await env.store.clients.find(String(made.body.client_id)))?.auth).toEqual(before?.auth)
  })

  test('a new secret replaces the old; a client without one has none to replace', async () => {
    const { ask } = await operatorWorld()
    const made = await ask('POST /clients', { body: document })
    const renewed = await ask(`POST /clients/${made.body.client_id}/secret`)
    expect(renewed.body.client_secret).not.toBe(made.body.client_secret)
    expect((await ask(`POST /clients/${aClient.id}/secret`)).status).toBe(409)
  })

  test('an unknown client is told apart from a refused one', async () => {
    const { ask } = await operatorWorld()
    expect((await ask('GET /clients/nobody')).status).toBe(404)
    expect((await ask('DELETE /clients/nobody')).status).toBe(404)
  })
})

describe('TOK-40 stopping an app', () => {
  test('suspended, it is refused at the token endpoint and cut for gateways; resumed, it works again', async () => {
    const { ask, redeem, env } = await operatorWorld()
    const code = await newCode(env)
    const paused = await ask(`POST /clients/${aClient.id}/state`, { as: 'support', body: { state: 'suspended' } })
    expect([paused.status, paused.body.state]).toEqual([200, 'suspended'])
    expect((await redeem(code)).statusCode).toBe(400)
    const { cuts } = await env.store.tokens.listCuts(undefined, 10)
    expect(cuts).toEqual([{ kind: 'client', id: aClient.id, at: env.now() }])
    env.clock.advance(1)
    await ask(`POST /clients/${aClient.id}/state`, { as: 'support', body: { state: 'active' } })
    expect((await redeem(await newCode(env))).statusCode).toBe(200)
  })

  test('removed, its grants end', async () => {
    const { ask, redeem, env } = await operatorWorld()
    expect((await redeem(await newCode(env))).statusCode).toBe(200)
    expect((await ask(`DELETE /clients/${aClient.id}`)).status).toBe(204)
    const grants = await env.store.grants.listByClient(aClient.id)
    expect(grants.map(({ state }) => state)).toEqual(['revoked'])
    expect((await ask(`GET /clients/${aClient.id}`)).status).toBe(404)
  })
})

test('clients are listed page by page', async () => {
  const { ask } = await operatorWorld()
  for (const client_id of ['a', 'b', 'c']) await ask('POST /clients', { body: { ...document, client_id } })
  const first = await ask('GET /clients?limit=3')
  expect([Array.isArray(first.body.records) && first.body.records.length, first.body.next]).toEqual([3, 'c'])
  const second = await ask('GET /clients?limit=3&after=c')
  expect(second.body).toMatchObject({ records: [{ client_id: aClient.id }] })
  expect((await ask('GET /clients?limit=9999')).status).toBe(400)
})
