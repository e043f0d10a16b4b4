import { createHash, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { claimsOfA, fhirUrl, issuer, openFixture, signJwt } from './fixture.ts'

const resources = [{ resourceType: 'Patient', id: 'A' }]
const open = (options: Parameters<typeof openFixture>[0] = {}) => openFixture({ resources, ...options })
const down = () => {
  throw new Error('down')
}

describe('TOK-41: a withdrawal takes effect although tokens are verified offline', () => {
  test.each([
    ['grant', 'grant-1'],
    ['token', 'token-1'],
    ['client', 'app'],
    ['device', 'app'],
  ])('a cut %s is refused after one feed interval', async (kind, id) => {
    const { get, services, advance, clock } = open()
    expect((await get('/Patient/A')).status).toBe(200)
    const cut = { kind, id, at: clock.now + 1 }
    services.set(`${issuer}/revocations`, (url) =>
      url.includes('cursor=2') ? { cursor: '2', cuts: [] } : { cursor: '2', cuts: [cut] },
    )
    await advance(5)
    const reply = await get('/Patient/A', { iat: clock.now - 5 })
    expect(reply.status).toBe(401)
    expect(reply.text).toContain('revoked-token')
  })

  test('a token issued after the cut of its grant is not cut', async () => {
    const { get, services, advance, clock } = open()
    services.set(`${issuer}/revocations`, () => ({
      cursor: '2',
      cuts: [{ kind: 'grant', id: 'grant-1', at: clock.now - 100 }],
    }))
    await advance(5)
    expect((await get('/Patient/A')).status).toBe(200)
  })

  test('a stale feed makes the gateway ask about every token, and with nobody to ask it is 503', async () => {
    const { get, services, advance } = open()
    expect((await get('/Patient/A')).status).toBe(200)
    services.set(`${issuer}/revocations`, down)
    await advance(61)
    expect((await get('/Patient/A')).status).toBe(503)
    services.set(`${issuer}/introspect`, () => ({ active: false }))
    expect((await get('/Patient/A')).status).toBe(401)
    services.set(`${issuer}/introspect`, () => ({ ...claimsOfA, active: true, exp: 9_999_999_999 }))
    expect((await get('/Patient/A')).status).toBe(200)
  })

  test('nothing is believed before the feed was read once', async () => {
    const { get, services } = open()
    services.set(`${issuer}/revocations`, down)
    expect((await get('/Patient/A')).status).toBe(503)
  })
})

describe('TI-13: opaque tokens are introspected', () => {
  const claims = { ...claimsOfA, active: true, exp: 9_999_999_999 }
  const send = (fixture: ReturnType<typeof open>) =>
    fixture.request({
      method: 'GET',
      url: '/fhir/Patient/A',
      claims: null,
      headers: { authorization: 'Bearer opaque' },
    })

  test('an active one counts for ten seconds, an inactive one is asked about again', async () => {
    const fixture = open()
    let asked = 0
    fixture.services.set(`${issuer}/introspect`, (_url, body) => {
      asked += 1
      expect(body).toBe('token=opaque')
      return claims
    })
    expect([(await send(fixture)).status, (await send(fixture)).status, asked]).toEqual([200, 200, 1])
    fixture.services.set(`${issuer}/introspect`, () => ({ active: false }))
    await fixture.advance(11)
    expect((await send(fixture)).status).toBe(401)
  })

  test.each([
    ['for another base', { aud: 'http://other.test/fhir' }],
    ['without audience', { aud: undefined }],
    ['of another issuer', { iss: 'http://other.test' }],
    ['expired', { exp: 1 }],
  ])('AL-80: one %s is 401', async (_title, change) => {
    const fixture = open()
    fixture.services.set(`${issuer}/introspect`, () => ({ ...claims, ...change }))
    expect((await send(fixture)).status).toBe(401)
  })
})

test('THR-43: without the issuer’s keys nothing is answered', async () => {
  const { get, services } = open()
  services.set(`${issuer}/jwks`, down)
  expect((await get('/Patient/A')).status).toBe(503)
})

describe('TOK-21, TOK-24: DPoP at the resource', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = pair.publicKey.export({ format: 'jwk' })
  const jkt = createHash('sha256')
    .update(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }))
    .digest('base64url')
  const bound = { cnf: { jkt } }
  let counter = 0
  const proofFor = (token: string, now: number, change: object = {}, header: object = {}) => {
    counter += 1
    const claims = {
      htm: 'GET',
      htu: `${fhirUrl}/Patient/A`,
      iat: now,
      jti: `proof-${counter}`,
      ath: createHash('sha256').update(token).digest('base64url'),
      ...change,
    }
    return signJwt({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header }, claims, pair.privateKey)
  }
  const send = (fixture: ReturnType<typeof open>, authorization: string, dpop?: string) =>
    fixture.request({
      method: 'GET',
      url: '/fhir/Patient/A?_format=json',
      claims: null,
      headers: { authorization, ...(dpop && { dpop }) },
    })

  test('a bound token with its proof is accepted, once', async () => {
    const fixture = open()
    const token = fixture.token(bound)
    const proof = proofFor(token, fixture.clock.now)
    expect((await send(fixture, `DPoP ${token}`, proof)).status).toBe(200)
    expect((await send(fixture, `DPoP ${token}`, proof)).status).toBe(401)
  })

  test('a bound token sent as Bearer, or without proof, is refused; so is a proof for an unbound token', async () => {
    const fixture = open()
    const token = fixture.token(bound)
    expect((await send(fixture, `Bearer ${token}`, proofFor(token, fixture.clock.now))).status).toBe(401)
    expect((await send(fixture, `DPoP ${token}`)).status).toBe(401)
    expect((await send(fixture, `DPoP ${fixture.token()}`, proofFor(fixture.token(), fixture.clock.now))).status).toBe(
      401,
    )
  })

  test.each([
    ['method', { htm: 'POST' }, {}],
    ['URL', { htu: `${fhirUrl}/Patient/B` }, {}],
    ['URL with query', { htu: `${fhirUrl}/Patient/A?_format=json` }, {}],
    ['token hash', { ath: 'x' }, {}],
    ['old time', { iat: 1 }, {}],
    ['no jti', { jti: undefined }, {}],
    ['type', {}, { typ: 'JWT' }],
    ['algorithm', {}, { alg: 'RS256' }],
    ['private key', {}, { jwk: { ...pair.privateKey.export({ format: 'jwk' }) } }],
    [
      'another key',
      {},
      { jwk: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }) },
    ],
  ])('a proof with a wrong %s is refused', async (_title, change, header) => {
    const fixture = open()
    const token = fixture.token(bound)
    expect((await send(fixture, `DPoP ${token}`, proofFor(token, fixture.clock.now, change, header))).status).toBe(401)
  })

  test('TOK-22: where nonces are demanded, a proof without one is told which', async () => {
    const fixture = open({ config: (input) => ({ ...input, dpop: { nonce: 'required' } }) })
    const token = fixture.token(bound)
    const first = await send(fixture, `DPoP ${token}`, proofFor(token, fixture.clock.now))
    expect(first.status).toBe(401)
    expect(first.headers['www-authenticate']).toContain('use_dpop_nonce')
    const nonce = first.headers['dpop-nonce']
    expect((await send(fixture, `DPoP ${token}`, proofFor(token, fixture.clock.now, { nonce }))).status).toBe(200)
  })
})
