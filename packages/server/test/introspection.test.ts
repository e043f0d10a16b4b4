import { expect, test } from 'vitest'
import { resourceServerScope } from '../src/clients/client-scopes.ts'
import { testAudience, testIssuer, testStart } from './env.ts'
import { aKeyClient, anAssertion, asForm } from './key-client.ts'
import { aClient, aGrant, aUser, newCode, tokenWorld } from './token-world.ts'

type Overrides = Parameters<typeof tokenWorld>[0]

/** A world with a resource server that may ask about everyone, an app's tokens, and the two ways to ask. */
const withTokens = async (overrides: Overrides = {}, changes: Parameters<typeof newCode>[1] = {}) => {
  const world = await tokenWorld(overrides)
  await world.env.store.clients.create(
    await aKeyClient(['ES384'], { scope: `system/*.rs ${resourceServerScope}`, grantTypes: ['client_credentials'] }),
  )
  const tokens = (await world.redeem(await newCode(world.env, changes))).json()
  const credentials = async () => asForm(await anAssertion({ claims: { exp: world.env.now() + 60, aud: testIssuer } }))
  const backendToken = async (scope: string): Promise<string> => {
    const form = { grant_type: 'client_credentials', scope, ...(await credentials()) }
    return (await world.post(form)).json().access_token
  }
  const ask = async (token: string | undefined) => world.postTo('/introspect', { token, ...(await credentials()) })
  const askWith = (bearer: string, token: string) =>
    world.postTo('/introspect', { token }, { authorization: `Bearer ${bearer}` })
  return { ...world, tokens, ask, askWith, backendToken }
}

const inactive = { active: false }

const expected = {
  active: true,
  iss: testIssuer,
  aud: testAudience,
  sub: aUser.subject,
  client_id: aClient.id,
  scope: aGrant.scope,
  jti: expect.any(String),
  iat: testStart,
  exp: testStart + 300,
  grant_id: expect.any(String),
  token_type: 'Bearer',
  patient: 'p1',
  need_patient_banner: true,
  fhirUser: `${testAudience}/Patient/p1`,
}

test('TI-01 TI-03 TI-04 TI-05 TI-06 TI-07 TI-08 TI-09 TI-12 ONC-05 ONC-32 IX-12 a live token is described with all of its context', async () => {
  const { tokens, ask } = await withTokens()
  const answer = await ask(tokens.access_token)
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.json()).toEqual(expected)
})

test('TI-11 IN-10 a suitably scoped bearer token may ask, about tokens of any client', async () => {
  const { tokens, askWith, backendToken } = await withTokens()
  const bearer = await backendToken(resourceServerScope)
  expect((await askWith(bearer, tokens.access_token)).json()).toEqual(expected)
})

test('TI-10 RFC-11 a token without that scope learns about tokens of its own client only', async () => {
  const { env, redeem, tokens, askWith, backendToken } = await withTokens()
  const other = (await redeem(await newCode(env))).json()
  expect((await askWith(await backendToken('system/Patient.rs'), tokens.access_token)).json()).toEqual(inactive)
  expect((await askWith(other.access_token, tokens.access_token)).json()).toMatchObject({ active: true })
})

test('an opaque token is described just the same, and only while it lives', async () => {
  const resourceServers = [{ base: testAudience, name: 'Archive', tokenForm: 'opaque' as const }]
  const { env, tokens, ask } = await withTokens({ config: { resourceServers } })
  expect(tokens.access_token).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect((await ask(tokens.access_token)).json()).toEqual(expected)
  env.clock.advance(300)
  expect((await ask(tokens.access_token)).json()).toEqual(inactive)
})

test.each([
  ['unknown', () => 'invalid_token_value'],
  ['an unknown reference', () => 'A'.repeat(43)],
  ['the ID token', (tokens: Tokens) => tokens.id_token],
  ['the refresh token', (tokens: Tokens) => tokens.refresh_token],
  ['changed', (tokens: Tokens) => tokens.access_token.replace(/^[^.]+/, (head) => forge(head, { typ: 'JWT' }))],
  ['unsigned', (tokens: Tokens) => tokens.access_token.replace(/^[^.]+/, (head) => forge(head, { alg: 'none' }))],
  ['HMAC-signed', (tokens: Tokens) => tokens.access_token.replace(/^[^.]+/, (head) => forge(head, { alg: 'HS256' }))],
  [
    'of another key',
    (tokens: Tokens) => tokens.access_token.replace(/^[^.]+/, (head) => forge(head, { kid: 'other' })),
  ],
  ['cut short', (tokens: Tokens) => tokens.access_token.slice(0, -6)],
])('TI-13 IN-10 THR-18 a token that is %s gets exactly {"active":false}', async (_name, pick) => {
  const { tokens, ask } = await withTokens()
  const answer = await ask(pick(tokens))
  expect([answer.statusCode, answer.body]).toEqual([200, '{"active":false}'])
})

type Tokens = { readonly access_token: string; readonly id_token: string; readonly refresh_token: string }

const forge = (head: string, changes: Record<string, string>): string => {
  const header = JSON.parse(Buffer.from(head, 'base64url').toString())
  return Buffer.from(JSON.stringify({ ...header, ...changes })).toString('base64url')
}

test('TI-13 an expired token is inactive from its last second on', async () => {
  const { env, tokens, ask } = await withTokens()
  env.clock.advance(299)
  expect((await ask(tokens.access_token)).json()).toMatchObject({ active: true })
  env.clock.advance(1)
  expect((await ask(tokens.access_token)).json()).toEqual(inactive)
})

test('TOK-40 AID-27 THR-36 whatever stops the grant makes its tokens inactive at once', async () => {
  const stops: Readonly<Record<string, (env: Awaited<ReturnType<typeof withTokens>>['env']) => Promise<unknown>>> = {
    withdrawn: (env) => env.store.grants.end('g', { state: 'revoked', reason: 'withdrawn_by_user' }, env.now()),
    suspended: (env) => env.store.grants.suspend('g', 'organization_changed', env.now()),
    'client blocked': (env) => env.store.clients.save({ ...aClient, state: 'blocked' }, testStart),
    'client removed': (env) => env.store.clients.remove(aClient.id),
    'user disabled': (env) => env.store.users.save({ ...aUser, state: 'disabled' }),
    'proxy right ended': (env) => env.store.users.save({ ...aUser, role: 'proxy', fhirUser: 'RelatedPerson/r1' }),
  }
  for (const [name, stop] of Object.entries(stops)) {
    const { env, tokens, ask } = await withTokens({}, { grant: { id: 'g' } })
    expect([name, (await ask(tokens.access_token)).json().active]).toEqual([name, true])
    await stop(env)
    expect([name, (await ask(tokens.access_token)).json()]).toEqual([name, inactive])
  }
})

test('TI-10 nobody may ask without proof: no credentials, a public client, a dead or narrow bearer', async () => {
  const { env, postTo, tokens, askWith, backendToken } = await withTokens()
  const token = tokens.access_token
  expect((await postTo('/introspect', { token })).statusCode).toBe(401)
  expect((await postTo('/introspect', { token, client_id: aClient.id })).statusCode).toBe(401)
  const bearer = await backendToken(resourceServerScope)
  const blocked = await askWith('x', token)
  expect([blocked.statusCode, blocked.headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"'])
  env.clock.advance(300)
  expect((await askWith(bearer, token)).statusCode).toBe(401)
})

test('THR-36 a suspended resource server may not ask', async () => {
  const { env, tokens, ask, askWith, backendToken } = await withTokens()
  const bearer = await backendToken(resourceServerScope)
  const asker = await env.store.clients.find('nightly-report')
  if (asker !== undefined) await env.store.clients.save({ ...asker, state: 'suspended' }, asker.updatedAt)
  expect((await ask(tokens.access_token)).statusCode).toBe(400)
  expect((await askWith(bearer, tokens.access_token)).statusCode).toBe(401)
})

test('TI-02 the token parameter is required, once', async () => {
  const { app, ask } = await withTokens()
  expect((await ask(undefined)).json().error).toBe('invalid_request')
  const payload = 'token=a&token=b&client_id=x&client_secret=y'
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await app.inject({ method: 'POST', url: '/introspect', payload, headers })).statusCode).toBe(400)
})

test('ID-16 userinfo answers the user of a token with openid, and no one else', async () => {
  const { app, env, redeem, tokens, backendToken } = await withTokens()
  const get = (bearer: string) => app.inject({ url: '/userinfo', headers: { authorization: `Bearer ${bearer}` } })
  expect((await get(tokens.access_token)).json()).toEqual({
    sub: aUser.subject,
    fhirUser: `${testAudience}/Patient/p1`,
  })
  const profile = await redeem(await newCode(env, { grant: { scope: 'openid profile' } }))
  expect((await get(profile.json().access_token)).json()).toEqual({ sub: aUser.subject, name: 'Ana' })
  const backend = await get(await backendToken('system/Patient.rs'))
  expect([backend.statusCode, backend.headers['www-authenticate']]).toEqual([
    403,
    'Bearer error="insufficient_scope", scope="openid"',
  ])
  const none = await app.inject('/userinfo')
  expect([none.statusCode, none.headers['www-authenticate']]).toEqual([401, 'Bearer'])
  expect((await get(tokens.id_token)).statusCode).toBe(401)
})

test('TOK-41 the revocation feed tells resource servers, and only them, what was cut', async () => {
  const { app, env, tokens, backendToken } = await withTokens({}, { grant: { id: 'g' } })
  const read = (bearer: string, query = '') =>
    app.inject({ url: `/revocations${query}`, headers: { authorization: `Bearer ${bearer}` } })
  const bearer = await backendToken(resourceServerScope)
  const empty = await read(bearer)
  expect([empty.headers['cache-control'], empty.json()]).toEqual(['no-store', { cursor: expect.any(String), cuts: [] }])
  await env.store.grants.end('g', { state: 'revoked', reason: 'withdrawn_by_user' }, env.now())
  const after = await read(bearer, `?cursor=${encodeURIComponent(empty.json().cursor)}`)
  expect(after.json().cuts).toEqual([{ kind: 'grant', id: 'g', at: testStart }])
  expect((await read(await backendToken('system/Patient.rs'))).statusCode).toBe(403)
  expect((await read(tokens.access_token)).statusCode).toBe(401)
  expect((await app.inject('/revocations')).statusCode).toBe(401)
  expect((await read(bearer, '?cursor=a&cursor=b')).statusCode).toBe(400)
  expect((await read(bearer, '?cursor=%27%3B--')).statusCode).toBe(200)
})
