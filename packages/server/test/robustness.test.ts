import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aClient, tokenWorld } from './token-world.ts'

/** Texts that break parsers: empty, huge, control characters, half of a surrogate pair, almost-tokens, markup, SQL. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '%',
    '%zz',
    '+',
    '..',
    'a.b.c',
    "' OR 1=1 --",
    '<script>',
    'null',
    '-1',
    '1e99',
  ),
  fc.constantFrom('e30.e30.AA', `${'A'.repeat(43)}`, `srt_${'a'.repeat(12)}_${'A'.repeat(43)}_00000000`, aClient.id),
  fc.integer({ min: 1000, max: 40_000 }).map((length) => 'x'.repeat(length)),
)

const names = [
  ...['grant_type', 'code', 'redirect_uri', 'code_verifier', 'refresh_token', 'scope', 'client_id', 'client_secret'],
  ...['client_assertion', 'client_assertion_type', 'assertion', 'resource', 'token', 'token_type_hint', 'active_at'],
]
const grantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
]
const pair = fc.oneof(
  fc.tuple(fc.constantFrom(...names), text),
  fc.tuple(fc.constant('grant_type'), fc.constantFrom(...grantTypes)),
  fc.tuple(fc.constant('client_id'), fc.constant(aClient.id)),
  fc.tuple(text, text),
)

/** Header values as HTTP can carry them. */
const headerText = fc.oneof(
  fc.stringMatching(/^[\x21-\x7e]{0,60}$/),
  fc.constantFrom(
    'Basic',
    'Basic Og==',
    'Basic %%%',
    'Bearer',
    'Bearer e30.e30.AA',
    'DPoP x',
    'e30.e30.AA',
    ':AAAA:',
    '*',
  ),
)
const headers = fc.dictionary(
  fc.constantFrom(
    'authorization',
    'dpop',
    'oauth-client-attestation',
    'oauth-client-attestation-pop',
    'client-cert',
    'if-none-match',
    'accept-language',
  ),
  headerText,
  { maxKeys: 3 },
)

const bodies = fc.oneof(
  fc.json(),
  fc.jsonValue().map((value) => JSON.stringify({ client_name: value, redirect_uris: value, jwks: value })),
  text,
)

test('THR-18 THR-34 whatever is sent to the endpoints for programs, the answer is ours and never 500', async () => {
  const { app, env } = await tokenWorld({
    config: { clients: { registration: 'open', registrationsPerHour: 10_000, devices: true } },
  })
  const check = (
    answer: { statusCode: number; headers: Record<string, unknown>; body: string },
    what: unknown,
  ): void => {
    const ours = answer.statusCode < 400 || typeof JSON.parse(answer.body).error === 'string'
    expect([answer.statusCode < 500, ours, what]).toEqual([true, true, what])
    env.clock.advance(61)
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/token', '/introspect', '/revoke', '/userinfo'),
      fc.array(pair, { maxLength: 8 }),
      headers,
      async (url, pairs, sent) => {
        const payload = new URLSearchParams(pairs).toString()
        const type = { 'content-type': 'application/x-www-form-urlencoded' }
        check(await app.inject({ method: 'POST', url, payload, headers: { ...sent, ...type } }), [url, payload, sent])
      },
    ),
    { numRuns: 300 },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/register', '/register/x', '/token'),
      bodies,
      headers,
      async (url, payload, sent) => {
        const type = { 'content-type': 'application/json' }
        const method = url === '/register/x' ? 'PUT' : 'POST'
        check(await app.inject({ method, url, payload, headers: { ...sent, ...type } }), [url, payload, sent])
      },
    ),
    { numRuns: 150 },
  )
  const documents = [
    '/.well-known/smart-configuration',
    '/.well-known/smart-scope-descriptions',
    '/jwks',
    '/revocations',
    '/userinfo',
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...documents),
      fc.array(fc.tuple(fc.constantFrom('base', 'scope', 'lang', 'cursor'), text), { maxLength: 4 }),
      headers,
      async (path, pairs, sent) => {
        const url = `${path}?${new URLSearchParams(pairs)}`
        if (url.length < 15_000) check(await app.inject({ url, headers: sent }), [url, sent])
      },
    ),
    { numRuns: 150 },
  )
  expect(env.logged.filter(({ level }) => level === 'error')).toEqual([])
})
