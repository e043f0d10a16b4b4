import { createHmac, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashSecret } from '../src/secret.ts'
import { testIssuer, testStart } from './env.ts'
import { type AssertionChanges, aKeyClient, anAssertion, asForm, publicJwk, type TestAlgorithm } from './key-client.ts'
import { aClient, newCode, tokenWorld, verifier } from './token-world.ts'

const backend = { grant_type: 'client_credentials', scope: 'system/Patient.rs' }

const openBackend = async (algs: readonly TestAlgorithm[] = ['RS384', 'ES384', 'ES256']) => {
  const world = await tokenWorld()
  await world.env.store.clients.create(await aKeyClient(algs))
  return world
}

const refusedAs = (answer: { statusCode: number; json: () => { error: string } }) => [
  answer.statusCode,
  answer.json().error,
]

test.each(['RS384', 'ES384', 'ES256'] as const)(
  'BS-12 CA-14 CA-15 CA-27 TOK-26 an %s assertion is accepted',
  async (alg) => {
    const { post } = await openBackend()
    expect((await post({ ...backend, ...asForm(await anAssertion({ alg })) })).statusCode).toBe(200)
  },
)

test('IN-08 THR-44 an assertion needs no iat, nbf or jku, may live 300 s ahead, and clocks may differ by a minute', async () => {
  const { post } = await openBackend()
  const good: readonly AssertionChanges['claims'][] = [
    { exp: testStart + 300 },
    { exp: testStart + 359 },
    { exp: testStart - 59 },
    { iat: testStart + 60, nbf: testStart + 60 },
    { aud: testIssuer },
    { aud: [`${testIssuer}/token`, testIssuer] },
  ]
  for (const claims of good) {
    const answer = await post({ ...backend, ...asForm(await anAssertion({ claims: { ...claims } })) })
    expect([claims, answer.statusCode]).toEqual([claims, 200])
  }
})

const badClaims: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'iss of another client': { iss: 'growth-chart' },
  'sub of another client': { sub: 'growth-chart' },
  'no iss': { iss: undefined },
  'unknown client': { iss: 'nobody', sub: 'nobody' },
  'aud of another server': { aud: 'https://evil.example/token' },
  'aud that also names another server': { aud: [`${testIssuer}/token`, 'https://evil.example/token'] },
  'aud with a trailing slash': { aud: `${testIssuer}/token/` },
  'empty aud': { aud: [] },
  'no aud': { aud: undefined },
  'expired beyond the skew': { exp: testStart - 60 },
  'too far ahead': { exp: testStart + 361 },
  'exp as text': { exp: `${testStart + 60}` },
  'no exp': { exp: undefined },
  'not valid yet': { nbf: testStart + 61 },
  'issued in the future': { iat: testStart + 61 },
  'no jti': { jti: undefined },
  'jti that is no text': { jti: 7 },
  'endless jti': { jti: 'x'.repeat(600) },
}

test.each(Object.entries(badClaims))(
  'BS-12 CA-27 CA-29 CA-36 THR-19 an assertion with %s is refused',
  async (_name, claims) => {
    const { post } = await openBackend()
    expect(refusedAs(await post({ ...backend, ...asForm(await anAssertion({ claims })) }))).toEqual([
      401,
      'invalid_client',
    ])
  },
)

const badHeaders: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'an unknown kid': { kid: 'other' },
  'no kid': { kid: undefined },
  'a kid that names another kind of key': { kid: 'key-RS384' },
  'a jku nobody registered': { jku: 'https://evil.example/jwks.json' },
  'the typ of an access token': { typ: 'at+jwt' },
  'the typ of a DPoP proof': { typ: 'dpop+jwt' },
}

test.each(Object.entries(badHeaders))(
  'BS-12 CA-30 CA-32 IN-12 THR-18 an assertion with %s is refused',
  async (_name, header) => {
    const { env, post } = await openBackend()
    expect(refusedAs(await post({ ...backend, ...asForm(await anAssertion({ header })) }))).toEqual([
      401,
      'invalid_client',
    ])
    expect(env.fetched).toEqual([])
  },
)

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

test('THR-18 alg=none, HMAC over the public key, a changed body and torn texts are refused', async () => {
  const { post } = await openBackend()
  const claims = {
    iss: 'nightly-report',
    sub: 'nightly-report',
    aud: testIssuer,
    exp: testStart + 60,
    jti: randomUUID(),
  }
  const unsigned = `${part({ alg: 'none', kid: 'key-ES384' })}.${part(claims)}.`
  const hmacInput = `${part({ alg: 'HS256', kid: 'key-ES384' })}.${part(claims)}`
  const hmac = createHmac('sha256', JSON.stringify(await publicJwk('ES384')))
    .update(hmacInput)
    .digest('base64url')
  const good = await anAssertion()
  const [head, , signature] = good.split('.')
  const forgeries = [
    unsigned,
    `${unsigned}AA`,
    `${hmacInput}.${hmac}`,
    `${head}.${part({ ...claims, sub: 'growth-chart', iss: 'growth-chart' })}.${signature}`,
    `${head}.${part(claims)}.${signature}`,
    good.slice(0, -4),
    `${good}.x`,
    'x',
    '..',
    `${part([])}.${part([])}.AA`,
    `${part({ alg: 'ES384', kid: 'key-ES384', crit: ['b64'], b64: false })}.${part(claims)}.${signature}`,
  ]
  for (const forgery of forgeries)
    expect([forgery, ...refusedAs(await post({ ...backend, ...asForm(forgery) }))]).toEqual([
      forgery,
      401,
      'invalid_client',
    ])
})

test('CA-28 IN-12 IX-20 THR-19 an assertion works once, also when two arrive together; a refused forgery does not use it up', async () => {
  const { post } = await openBackend()
  const assertion = await anAssertion({ claims: { jti: 'once' } })
  const forged = `${assertion.slice(0, -8)}AAAAAAAA`
  expect((await post({ ...backend, ...asForm(forged) })).statusCode).toBe(401)
  const both = await Promise.all([assertion, assertion].map((one) => post({ ...backend, ...asForm(one) })))
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401])
  expect(refusedAs(await post({ ...backend, ...asForm(assertion) }))).toEqual([401, 'invalid_client'])
})

test('CA-28 two clients may use the same jti', async () => {
  const { env, post } = await openBackend()
  await env.store.clients.create(await aKeyClient(['ES384'], { id: 'other-report' }))
  const same = { jti: 'same' }
  const other = { iss: 'other-report', sub: 'other-report', ...same }
  expect((await post({ ...backend, ...asForm(await anAssertion({ claims: same })) })).statusCode).toBe(200)
  expect((await post({ ...backend, ...asForm(await anAssertion({ claims: other })) })).statusCode).toBe(200)
})

test('CA-04 CA-31 CA-33 ONC-26 keys at a URL are fetched as JSON, and again when the key is new', async () => {
  const { env, post } = await tokenWorld()
  const uri = 'https://app.example/jwks.json'
  await env.store.clients.create(
    await aKeyClient([], { auth: { method: 'private_key_jwt', keys: { kind: 'jwks_uri', uri } } }),
  )
  let algs: readonly TestAlgorithm[] = ['ES384']
  env.web.set(uri, async () => ({
    status: 200,
    headers: new Headers({ 'cache-control': 'max-age=3600' }),
    body: Buffer.from(JSON.stringify({ keys: await Promise.all(algs.map(publicJwk)) })),
  }))
  expect((await post({ ...backend, ...asForm(await anAssertion({ header: { jku: uri } })) })).statusCode).toBe(200)
  expect(env.fetched).toEqual([
    { url: uri, options: expect.objectContaining({ headers: { accept: 'application/json' } }) },
  ])
  algs = ['RS384']
  env.clock.advance(11)
  const renewed = await anAssertion({ alg: 'RS384', claims: { exp: env.now() + 60 } })
  expect((await post({ ...backend, ...asForm(renewed) })).statusCode).toBe(200)
})

test('CA-36 keys at a URL that does not answer are a refusal, not a failure of ours', async () => {
  const { env, post } = await tokenWorld()
  const keys = { kind: 'jwks_uri', uri: 'https://app.example/gone.json' } as const
  await env.store.clients.create(await aKeyClient([], { auth: { method: 'private_key_jwt', keys } }))
  expect(refusedAs(await post({ ...backend, ...asForm(await anAssertion()) }))).toEqual([401, 'invalid_client'])
})

test('IN-09 BS-13 a wrong client_assertion_type, a missing one and a missing assertion are invalid_client', async () => {
  const { post } = await openBackend()
  const good = asForm(await anAssertion())
  const forms = [
    { ...good, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' },
    { ...good, client_assertion_type: undefined },
    { ...good, client_assertion: undefined },
  ]
  for (const form of forms) expect(refusedAs(await post({ ...backend, ...form }))).toEqual([401, 'invalid_client'])
})

test('RFC-12 a client_id beside the assertion must be the same', async () => {
  const { post } = await openBackend()
  const same = { client_id: 'nightly-report', ...asForm(await anAssertion()) }
  const other = { client_id: 'growth-chart', ...asForm(await anAssertion()) }
  expect((await post({ ...backend, ...same })).statusCode).toBe(200)
  expect(refusedAs(await post({ ...backend, ...other }))).toEqual([401, 'invalid_client'])
})

const secret = 'S-e_cret'
const openSecret = async (id: string, text: string) => {
  const world = await tokenWorld()
  const auth = { method: 'client_secret_basic', secretHash: hashSecret(text) } as const
  await world.env.store.clients.create({ ...aClient, id, auth })
  const redeem = async (form: Record<string, string | undefined>, authorization?: string) =>
    world.post(
      {
        grant_type: 'authorization_code',
        code: await newCode(world.env, { grant: { clientId: id } }),
        redirect_uri: 'https://app.example/callback',
        code_verifier: verifier,
        ...form,
      },
      authorization === undefined ? {} : { authorization },
    )
  return { ...world, redeem }
}
const basic = (id: string, text: string): string => `Basic ${Buffer.from(`${id}:${text}`).toString('base64')}`

test('SY-01 SY-02 AL-57 a secret works in the Basic header and in the body', async () => {
  const { redeem } = await openSecret('chart', secret)
  expect((await redeem({}, basic('chart', secret))).statusCode).toBe(200)
  expect((await redeem({ client_id: 'chart', client_secret: secret })).statusCode).toBe(200)
})

test('IN-13 RFC-06 Basic credentials are read form-urlencoded and raw', async () => {
  const { redeem } = await openSecret('a b+c', 'p%41ss:w+rd')
  expect((await redeem({}, basic('a b+c', 'p%41ss:w+rd'))).statusCode).toBe(200)
  const encoded = basic('a+b%2Bc', encodeURIComponent('p%41ss:w+rd'))
  expect((await redeem({}, encoded)).statusCode).toBe(200)
})

test('IN-23 RFC-04 failed Basic is 401 with WWW-Authenticate: Basic, a failed body 401 without', async () => {
  const { redeem } = await openSecret('chart', secret)
  const inHeader = await redeem({}, basic('chart', 'wrong'))
  expect(refusedAs(inHeader)).toEqual([401, 'invalid_client'])
  expect(inHeader.headers['www-authenticate']).toMatch(/^Basic /)
  const inBody = await redeem({ client_id: 'chart', client_secret: 'wrong' })
  expect(refusedAs(inBody)).toEqual([401, 'invalid_client'])
  expect(inBody.headers['www-authenticate']).toBeUndefined()
})

test.each([
  ['no colon', 'Basic YWJj'],
  ['no base64', 'Basic %%%'],
  ['another scheme', 'Digest abc'],
  ['a bearer token', 'Bearer abc'],
  ['nothing', 'Basic'],
])('IN-23 an Authorization header with %s is 401', async (_name, authorization) => {
  const { redeem } = await openSecret('chart', secret)
  expect(refusedAs(await redeem({}, authorization))).toEqual([401, 'invalid_client'])
})

test('AL-54 IX-14 a confidential client may repeat its own client_id, not another', async () => {
  const { redeem } = await openSecret('chart', secret)
  expect((await redeem({ client_id: 'chart' }, basic('chart', secret))).statusCode).toBe(200)
  expect(refusedAs(await redeem({ client_id: 'growth-chart' }, basic('chart', secret)))).toEqual([
    401,
    'invalid_client',
  ])
})

test('AL-55 THR-34 a confidential client without proof, two ways at once, and nothing at all are refused', async () => {
  const { redeem } = await openSecret('chart', secret)
  expect(refusedAs(await redeem({ client_id: 'chart' }))).toEqual([401, 'invalid_client'])
  const twice = await redeem({ client_id: 'chart', client_secret: secret }, basic('chart', secret))
  expect(refusedAs(twice)).toEqual([401, 'invalid_client'])
  expect(refusedAs(await redeem({}))).toEqual([401, 'invalid_client'])
  expect(refusedAs(await redeem({ client_secret: secret }))).toEqual([401, 'invalid_client'])
})

test('AL-58 IN-23 an unknown client is told so before its code is looked at', async () => {
  const { redeem } = await openSecret('chart', secret)
  expect(refusedAs(await redeem({ client_id: 'nobody', code: 'wrong' }))).toEqual([401, 'invalid_client'])
  expect(refusedAs(await redeem({}, basic('nobody', secret)))).toEqual([401, 'invalid_client'])
})

test('AL-53 a public client must not send a secret', async () => {
  const { post } = await tokenWorld()
  const answer = await post({ grant_type: 'authorization_code', client_id: aClient.id, client_secret: 'x' })
  expect(refusedAs(answer)).toEqual([401, 'invalid_client'])
})

test('a client that waits for approval gets no tokens', async () => {
  const { env, post } = await tokenWorld()
  await env.store.clients.create(await aKeyClient(['ES384'], { state: 'pending' }))
  expect(refusedAs(await post({ ...backend, ...asForm(await anAssertion()) }))).toEqual([400, 'unauthorized_client'])
})
