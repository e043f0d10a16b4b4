import { createHmac, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { claimsOfA, type Fixture, fhirUrl, issuer, openFixture, signJwt } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { scene } from './scene.ts'

const at = (fixture: Fixture, token: string) =>
  fixture.request({
    method: 'GET',
    url: '/fhir/Patient/A',
    claims: null,
    headers: { authorization: `Bearer ${token}` },
  })
const open = () => openFixture({ upstream: honestUpstream(scene) })
const header = { typ: 'at+jwt', alg: 'ES256', kid: 'k' }
const claims = (now: number, more: object = {}) => ({ ...claimsOfA, iat: now, exp: now + 300, ...more })

test.each([
  ['another base', { aud: 'http://other.test/fhir' }],
  ['a base below this one', { aud: `${fhirUrl}/tenant` }],
  ['the issuer as audience', { aud: issuer }],
  ['no audience', { aud: undefined }],
  ['another issuer', { iss: 'http://elsewhere.test' }],
  ['no subject', { sub: undefined }],
  ['no client', { client_id: undefined }],
  ['no token id', { jti: undefined }],
  ['no expiry', { exp: undefined }],
  ['an expiry as text', { exp: '9999999999' }],
  ['a future nbf', { nbf: 99_999_999_999 }],
  ['a future iat', { iat: 99_999_999_999 }],
])('GW-32, AL-80, THR-11: a token with %s is 401', async (_title, change) => {
  const fixture = open()
  const reply = await at(fixture, signJwt(header, claims(fixture.clock.now, change)))
  expect(reply.status).toBe(401)
  expect(reply.headers['www-authenticate']).toContain('error="invalid_token"')
})

test.each([
  ['an ID token', { typ: 'JWT', alg: 'ES256', kid: 'k' }],
  ['a logout token', { typ: 'logout+jwt', alg: 'ES256', kid: 'k' }],
  ['a launch token', { typ: 'oauth-id-jag+jwt', alg: 'ES256', kid: 'k' }],
  ['an unknown key', { typ: 'at+jwt', alg: 'ES256', kid: 'other' }],
  ['no key id', { typ: 'at+jwt', alg: 'ES256' }],
  ['another algorithm of the key', { typ: 'at+jwt', alg: 'ES384', kid: 'k' }],
  ['a key by URL', { typ: 'at+jwt', alg: 'ES256', kid: 'evil', jku: 'http://evil.test/jwks' }],
  ['a critical header', { ...header, crit: ['b64'], b64: false }],
])('GW-32, THR-18: %s is 401', async (_title, changed) => {
  const fixture = open()
  expect((await at(fixture, signJwt(changed, claims(fixture.clock.now)))).status).toBe(401)
})

test('GW-32, THR-18: alg none, HS256 with the public key, and a foreign key are 401', async () => {
  const fixture = open()
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = part(claims(fixture.clock.now))
  const none = `${part({ ...header, alg: 'none' })}.${body}.AA`
  const hmacHead = part({ ...header, alg: 'HS256' })
  const hmac = `${hmacHead}.${body}.${createHmac('sha256', 'public key').update(`${hmacHead}.${body}`).digest('base64url')}`
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const foreign = signJwt(header, claims(fixture.clock.now), privateKey)
  const [head = '', , signature = ''] = fixture.token().split('.')
  const swapped = `${head}.${part(claims(fixture.clock.now, { patient: 'B' }))}.${signature}`
  for (const token of [none, hmac, foreign, swapped]) expect((await at(fixture, token)).status).toBe(401)
})

test('GW-32: a refresh token is opaque, is introspected, and is not active', async () => {
  const fixture = open()
  fixture.services.set(`${issuer}/introspect`, () => ({ active: false }))
  expect((await at(fixture, 'srt_abcdefghijkl_secret_00000000')).status).toBe(401)
})

test('AL-63: a token is not accepted at the second of its expiry', async () => {
  const fixture = open()
  const token = fixture.token()
  expect((await at(fixture, token)).status).toBe(200)
  fixture.clock.now += 300
  const late = await at(fixture, token)
  expect(late.status).toBe(401)
  expect(late.text).toContain('"expired"')
})
