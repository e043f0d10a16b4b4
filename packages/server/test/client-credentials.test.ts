import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import type { Client } from '../src/clients/client.ts'
import { hashSecret } from '../src/secret.ts'
import { testAudience, testIssuer, testStart } from './env.ts'
import { aKeyClient, anAssertion, asForm } from './key-client.ts'
import { tokenWorld } from './token-world.ts'

const secondBase = 'https://fhir.example.org/second'
const resourceServers = [testAudience, secondBase].map((base) => ({ base, name: base }))

const withClient = async (changes: Partial<Client> = {}, overrides: Parameters<typeof tokenWorld>[0] = {}) => {
  const world = await tokenWorld(overrides)
  await world.env.store.clients.create(await aKeyClient(['RS384', 'ES384'], changes))
  const ask = async (form: Record<string, string | undefined>) =>
    world.post({ grant_type: 'client_credentials', ...asForm(await anAssertion()), ...form })
  return { ...world, ask }
}

test('BS-07 BS-10 BS-15 BS-16 BS-17 BS-18 BS-19 ONC-36 IX-02 IX-03 IX-11 IN-01 a backend service gets a short token and nothing else', async () => {
  const { env, ask } = await withClient()
  const answer = await ask({ scope: 'system/Patient.rs system/Observation.rs' })
  expect(answer.statusCode).toBe(200)
  expect([answer.headers['cache-control'], answer.headers.pragma]).toEqual(['no-store', 'no-cache'])
  expect(answer.json()).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 300,
    scope: 'system/Patient.rs system/Observation.rs',
  })
  expect(env.audited).toEqual([
    { event: 'token-issued', outcome: 'success', clientId: 'nightly-report', grantId: 'backend-nightly-report' },
  ])
})

test('THR-20 its token says that no user stands behind it', async () => {
  const { ask } = await withClient()
  const { access_token } = (await ask({ scope: 'system/Patient.rs' })).json()
  expect(decodeJwt(access_token)).toEqual({
    iss: testIssuer,
    aud: testAudience,
    sub: 'nightly-report',
    client_id: 'nightly-report',
    gty: 'client_credentials',
    scope: 'system/Patient.rs',
    jti: expect.any(String),
    iat: testStart,
    exp: testStart + 300,
    grant_id: 'backend-nightly-report',
  })
})

test.each([
  ['all of it', 'system/*.rs', 'system/*.rs'],
  ['v1 words', 'system/Patient.read', 'system/Patient.read'],
  ['more than registered', 'system/Patient.cruds', 'system/Patient.rs'],
  ['one part that is not registered', 'system/Patient.rs launch openid offline_access', 'system/Patient.rs'],
  ['malformed beside good', 'system/Patient.rs system/Observation.sr system/Nothing.r', 'system/Patient.rs'],
])('BS-11 BS-18 SC-28 asking for %s grants exactly what is registered', async (_name, asked, granted) => {
  const { ask } = await withClient()
  expect((await ask({ scope: asked })).json().scope).toBe(granted)
})

test.each([
  ['nothing', undefined],
  ['blank', ''],
  ['user level', 'user/Patient.rs'],
  ['patient level', 'patient/Patient.rs'],
  ['identity', 'openid fhirUser'],
  ['malformed', 'system/Patient.sr'],
  ['not registered', 'system/Patient.c'],
])('BS-08 BS-09 BS-11 THR-35 a scope that is %s is 400 invalid_scope', async (_name, scope) => {
  const { ask } = await withClient({ scope: 'system/*.rs' })
  const answer = await ask({ scope })
  expect([answer.statusCode, answer.json().error]).toEqual([400, 'invalid_scope'])
})

test('BS-09 levels that need a person are refused even when they are registered', async () => {
  const { ask } = await withClient({ scope: 'system/*.rs user/*.rs patient/*.rs openid' })
  expect((await ask({ scope: 'user/Patient.rs openid' })).json().error).toBe('invalid_scope')
})

test('SY-03 ONC-03 a secret is not enough for a backend service', async () => {
  const { ask } = await withClient({ auth: { method: 'client_secret_post', secretHash: hashSecret('s') } })
  const form = { client_assertion: undefined, client_assertion_type: undefined, client_id: 'nightly-report' }
  const answer = await ask({ scope: 'system/*.rs', client_secret: 's', ...form })
  expect([answer.statusCode, answer.json().error]).toEqual([400, 'unauthorized_client'])
})

test('RFC-13 resource chooses among the bases the client may reach', async () => {
  const { ask } = await withClient({}, { config: { resourceServers } })
  const audienceFor = async (form: Record<string, string>) => {
    const answer = await ask({ scope: 'system/*.rs', ...form })
    return answer.statusCode === 200 ? decodeJwt(answer.json().access_token).aud : answer.json().error
  }
  expect(await audienceFor({})).toEqual([testAudience, secondBase])
  expect(await audienceFor({ resource: secondBase })).toBe(secondBase)
  expect(await audienceFor({ aud: `${secondBase}/` })).toBe(secondBase)
  expect(await audienceFor({ resource: 'https://evil.example' })).toBe('invalid_target')
})

test('RFC-13 a client of one base never gets a token for another', async () => {
  const { ask } = await withClient({ audience: [testAudience] }, { config: { resourceServers } })
  expect(decodeJwt((await ask({ scope: 'system/*.rs' })).json().access_token).aud).toBe(testAudience)
  expect((await ask({ scope: 'system/*.rs', resource: secondBase })).json().error).toBe('invalid_target')
})

test.each(['suspended', 'blocked'] as const)('AID-27 THR-36 a %s backend client gets nothing', async (state) => {
  const { ask } = await withClient({ state })
  const answer = await ask({ scope: 'system/*.rs' })
  expect([answer.statusCode, answer.json().error]).toEqual([400, 'invalid_grant'])
})

test('BS-14 the error says what to do', async () => {
  const { ask } = await withClient()
  expect((await ask({})).json().error_description).toMatch(/scope/)
})
