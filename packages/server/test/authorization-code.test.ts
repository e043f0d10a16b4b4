import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { testAudience, testIssuer, testStart } from './env.ts'
import { aClient, aGrant, aUser, newCode, tokenWorld, verifier } from './token-world.ts'

const refusedAs = (answer: { statusCode: number; json: () => { error: string } }) => [
  answer.statusCode,
  answer.json().error,
]

const verified = async (world: Awaited<ReturnType<typeof tokenWorld>>, token: string) => {
  const jwks: JSONWebKeySet = (await world.app.inject('/jwks')).json()
  const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
    issuer: testIssuer,
    currentDate: new Date(world.env.now() * 1000),
  })
  return { header: decodeProtectedHeader(token), payload }
}

test('AL-59 AL-60 AL-61 AL-62 AL-64 AL-65 AL-66 AL-68 AL-69 AL-70 AL-71 CX-13 CX-14 CX-16 IX-02 IX-03 a code is redeemed for tokens, never cached', async () => {
  const { env, redeem } = await tokenWorld()
  const answer = await redeem(await newCode(env))
  expect(answer.statusCode).toBe(200)
  expect([answer.headers['cache-control'], answer.headers.pragma]).toEqual(['no-store', 'no-cache'])
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
  expect(answer.json()).toEqual({
    access_token: expect.stringMatching(/^[A-Za-z0-9._~-]+$/),
    token_type: 'Bearer',
    expires_in: 300,
    scope: aGrant.scope,
    id_token: expect.any(String),
    refresh_token: expect.stringMatching(/^srt_/),
    patient: 'p1',
    need_patient_banner: true,
  })
  expect(env.audited).toEqual([
    {
      event: 'code-redeemed',
      outcome: 'success',
      clientId: aClient.id,
      subject: aUser.subject,
      patient: 'p1',
      grantId: expect.any(String),
    },
  ])
})

test('AL-72 IN-15 THR-18 the access token is an at+jwt under the published key with the agreed claims', async () => {
  const world = await tokenWorld()
  const { access_token } = (await world.redeem(await newCode(world.env))).json()
  const { header, payload } = await verified(world, access_token)
  expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) })
  expect(payload).toEqual({
    iss: testIssuer,
    aud: testAudience,
    sub: aUser.subject,
    client_id: aClient.id,
    scope: aGrant.scope,
    jti: expect.any(String),
    iat: testStart,
    exp: testStart + 300,
    grant_id: expect.any(String),
    patient: 'p1',
    fhirUser: `${testAudience}/Patient/p1`,
  })
})

test('ID-03 ID-05 ID-06 ID-14 ID-19 IN-06 IN-11 RFC-14 IX-10 the ID token is RS256 and carries nonce and absolute fhirUser', async () => {
  const world = await tokenWorld()
  const { id_token } = (await world.redeem(await newCode(world.env, { code: { nonce: 'n-1' } }))).json()
  const { header, payload } = await verified(world, id_token)
  expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) })
  expect(payload).toEqual({
    iss: testIssuer,
    sub: aUser.subject,
    aud: aClient.id,
    iat: testStart,
    exp: testStart + 3600,
    auth_time: aGrant.authenticatedAt,
    nonce: 'n-1',
    fhirUser: `${testAudience}/Patient/p1`,
  })
})

test('ID-03 without openid there is no ID token; without fhirUser it does not say who the user is', async () => {
  const world = await tokenWorld()
  const without = await world.redeem(await newCode(world.env, { grant: { scope: 'patient/Patient.r' } }))
  expect(without.json()).not.toHaveProperty('id_token')
  const plain = await world.redeem(await newCode(world.env, { grant: { scope: 'openid patient/Patient.r' } }))
  expect((await verified(world, plain.json().id_token)).payload).not.toHaveProperty('fhirUser')
})

test('CX-15 CX-17 CX-19 CX-20 CX-21 CX-35 ONC-21 TL-05 all of the launch context stands beside the token', async () => {
  const { env, redeem } = await tokenWorld()
  const context = {
    patient: 'p1',
    encounter: 'e1',
    fhirContext: [{ reference: 'ImagingStudy/i1' }],
    intent: 'reconcile',
    tenant: 'north',
    needPatientBanner: false,
    style: 'abc123',
    appContext: '{"a":1}',
  }
  expect((await redeem(await newCode(env, { grant: { context } }))).json()).toMatchObject({
    patient: 'p1',
    encounter: 'e1',
    fhirContext: [{ reference: 'ImagingStudy/i1' }],
    intent: 'reconcile',
    tenant: 'north',
    need_patient_banner: false,
    smart_style_url: expect.stringMatching(/^https:\/\/auth\.example\.org\/style\/[0-9a-f]{16}\.json$/),
    appContext: '{"a":1}',
  })
})

test('AL-73 RF-01 RF-04 no refresh token without the agreement, nor for a client that is not registered for it', async () => {
  const { env, redeem } = await tokenWorld()
  expect((await redeem(await newCode(env, { grant: { access: 'once' } }))).json()).not.toHaveProperty('refresh_token')
  await env.store.clients.create({ ...aClient, id: 'once-only', grantTypes: ['authorization_code'] })
  const code = await newCode(env, { grant: { clientId: 'once-only' } })
  expect((await redeem(code, { client_id: 'once-only' })).json()).not.toHaveProperty('refresh_token')
})

test('AL-73 a token never outlives its grant', async () => {
  const { env, redeem } = await tokenWorld()
  const answer = await redeem(await newCode(env, { grant: { endsAt: testStart + 40 } }))
  expect(answer.json().expires_in).toBe(40)
})

test('AL-74 an access token lives for five minutes, and no configuration makes it more than an hour', async () => {
  const token = (accessToken: string) => tokenWorld({ config: { token: { accessToken } } })
  const world = await token('1h')
  expect((await world.redeem(await newCode(world.env))).json().expires_in).toBe(3600)
  await expect(token('61m')).rejects.toThrow('token.accessToken')
})

test('several locations: the audience is a list', async () => {
  const second = 'https://fhir.example.org/imaging'
  const world = await tokenWorld({
    config: { resourceServers: [testAudience, second].map((base) => ({ base, name: base })) },
  })
  const code = await newCode(world.env, { grant: { audience: [testAudience, second] } })
  const { payload } = await verified(world, (await world.redeem(code)).json().access_token)
  expect(payload.aud).toEqual([testAudience, second])
})

const badVerifiers: readonly (readonly [string, string | undefined, string])[] = [
  ['missing', undefined, 'invalid_request'],
  ['blank', '', 'invalid_request'],
  ['wrong', 'w'.repeat(43), 'invalid_grant'],
  ['equal to the challenge', 'challenge', 'invalid_grant'],
  ['too short', 'v'.repeat(42), 'invalid_grant'],
  ['too long', 'v'.repeat(129), 'invalid_grant'],
  ['of other characters', `${'v'.repeat(42)}+`, 'invalid_grant'],
]

test.each(badVerifiers)('AL-15 RFC-08 THR-05 a verifier that is %s is refused', async (name, text, error) => {
  const { env, redeem } = await tokenWorld()
  const challenge = 'c'.repeat(43)
  const code = await newCode(env, name === 'equal to the challenge' ? { code: { codeChallenge: challenge } } : {})
  const answer = await redeem(code, { code_verifier: text === 'challenge' ? challenge : text })
  expect(refusedAs(answer)).toEqual([400, error])
})

test('THR-05 a wrong verifier costs the code: there is no second guess', async () => {
  const { env, redeem } = await tokenWorld()
  const code = await newCode(env)
  await redeem(code, { code_verifier: 'w'.repeat(43) })
  expect(refusedAs(await redeem(code))).toEqual([400, 'invalid_grant'])
})

test('AL-58 IN-23 an unknown code, an expired one, one of another client and another redirect_uri are 400 invalid_grant', async () => {
  const { env, redeem } = await tokenWorld()
  await env.store.clients.create({ ...aClient, id: 'other-app' })
  const expired = await newCode(env)
  env.clock.advance(60)
  const answers = [
    await redeem('unknown'),
    await redeem(expired),
    await redeem(await newCode(env), { client_id: 'other-app' }),
    await redeem(await newCode(env), { redirect_uri: 'https://app.example/callback/' }),
  ]
  expect(answers.map(refusedAs)).toEqual(answers.map(() => [400, 'invalid_grant']))
})

test('RFC-01 THR-06 of twenty parallel redemptions one succeeds, and what it got is dead at once', async () => {
  const { env, redeem, post } = await tokenWorld()
  const code = await newCode(env)
  const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(code)))
  const [winner, ...more] = answers.filter(({ statusCode }) => statusCode === 200)
  expect(more).toEqual([])
  expect(answers.filter((answer) => answer.statusCode === 400 && answer.json().error === 'invalid_grant')).toHaveLength(
    19,
  )
  const form = { grant_type: 'refresh_token', refresh_token: winner?.json().refresh_token, client_id: aClient.id }
  expect((await post(form)).json()).toMatchObject({ error: 'invalid_grant', error_reason: 'grant_revoked' })
  expect(env.audited.filter(({ event }) => event === 'code-reused').length).toBeGreaterThan(0)
})

test.each([
  ['code', { code: undefined }],
  ['redirect_uri', { redirect_uri: undefined }],
  ['grant_type', { grant_type: undefined }],
])('AL-52 without %s the request is invalid and the code stays good', async (_name, changes) => {
  const { env, redeem } = await tokenWorld()
  const code = await newCode(env)
  expect(refusedAs(await redeem(code, changes))).toEqual([400, 'invalid_request'])
  expect((await redeem(code)).statusCode).toBe(200)
})

test('BS-13 IN-23 an unknown grant_type is 400 unsupported_grant_type; one the client may not use is unauthorized_client', async () => {
  const { redeem } = await tokenWorld()
  expect(refusedAs(await redeem('x', { grant_type: 'password' }))).toEqual([400, 'unsupported_grant_type'])
  expect(refusedAs(await redeem('x', { grant_type: 'client_credentials' }))).toEqual([400, 'unauthorized_client'])
})

const states = ['suspended', 'blocked'] as const

test.each(states)(
  'AID-27 THR-36 the code of a %s client issues nothing and says that access is paused',
  async (state) => {
    const { env, redeem } = await tokenWorld()
    await env.store.clients.create({ ...aClient, id: 'stopped', state })
    const answer = await redeem(await newCode(env, { grant: { clientId: 'stopped' } }), { client_id: 'stopped' })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({
      error: 'invalid_grant',
      error_reason: 'grant_suspended',
      suspension: { kind: 'blocked', reasons: ['blocked_by_admin'], user_action_required: false, retry_after: null },
    })
  },
)

test('AID-27 a grant that ended between consent and code, and a disabled user, issue nothing', async () => {
  const { env, redeem } = await tokenWorld()
  const ended = await newCode(env, { grant: { id: 'ended' } })
  await env.store.grants.end('ended', { state: 'revoked', reason: 'withdrawn_by_user' }, env.now())
  expect((await redeem(ended)).json()).toMatchObject({ error: 'invalid_grant', error_reason: 'grant_revoked' })
  await env.store.users.save({ ...aUser, state: 'disabled' })
  expect(refusedAs(await redeem(await newCode(env)))).toEqual([400, 'invalid_grant'])
})

test('RFC-03 repeated parameters, other content types and oversized bodies are refused, never by 500', async () => {
  const { app, env } = await tokenWorld()
  const form = `grant_type=authorization_code&code=${await newCode(env)}&client_id=${aClient.id}`
  const rest = `&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&code_verifier=${verifier}`
  const send = (payload: string, type: string) =>
    app.inject({ method: 'POST', url: '/token', payload, headers: { 'content-type': type } })
  const urlencoded = 'application/x-www-form-urlencoded'
  expect(refusedAs(await send(`${form}${rest}&client_id=${aClient.id}`, urlencoded))).toEqual([400, 'invalid_request'])
  expect(refusedAs(await send(`${form}${rest}&code=x`, urlencoded))).toEqual([400, 'invalid_request'])
  expect((await send(JSON.stringify({ grant_type: 'authorization_code' }), 'application/json')).statusCode).toBe(415)
  expect((await send(form, 'text/plain')).statusCode).toBe(415)
  expect((await send(`${form}&x=${'x'.repeat(300_000)}`, urlencoded)).statusCode).toBe(413)
  expect((await send(`${form}&x=${'x'.repeat(40_000)}`, urlencoded)).statusCode).toBe(413)
  expect(refusedAs(await send(`${form}&code_verifier=%00`, urlencoded))).toEqual([400, 'invalid_request'])
  expect((await send('', urlencoded)).statusCode).toBe(401)
})

test('TOK-16 AID-30 every refusal is uncached JSON with a description and an error_uri', async () => {
  const { redeem } = await tokenWorld()
  const answer = await redeem('unknown')
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.json()).toEqual({
    error: 'invalid_grant',
    error_description: expect.stringMatching(/^[\x20-\x7e]+$/),
    error_uri: expect.stringMatching(
      /^https:\/\/auth\.example\.org\/errors\/urn:gatehouse:error:token:code-unknown\/instances\//,
    ),
  })
})
