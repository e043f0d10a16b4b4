import { createHash } from 'node:crypto'
import { openSession } from '@gatehouse/client'
import { expect, test } from 'vitest'
import { json, proofOf, type Sent, type SmartServer, smartServer } from './smart-server.ts'
import { refusal, signIn, testApp, testPlatform } from './test-app.ts'

function stage(server = smartServer()) {
  server.script.configuration = { dpop_signing_alg_values_supported: ['ES256', 'EdDSA'] }
  const platform = testPlatform([server])
  return { server, platform, app: testApp(server, platform) }
}

const proofs = (server: SmartServer): readonly Sent[] => server.sent.filter(({ headers }) => headers.has('dpop'))
const now = (): number => Math.floor(Date.now() / 1000)

test('SDK-30 TOK-23 where DPoP is advertised the code, redemption and refresh are bound to one key', async () => {
  const { server, platform, app } = stage()
  const session = await signIn(app, server)
  await platform.pass(290)
  await session.fetch('Patient/p1')
  const [redemption, refresh, ...more] = await Promise.all(proofs(server).map(proofOf))
  expect(more).toEqual([])
  expect(refresh?.jkt).toBe(redemption?.jkt)
  expect(redemption?.claims).toMatchObject({ htm: 'POST', htu: `${server.issuer}/token` })
  expect(refresh?.claims.jti).not.toBe(redemption?.claims.jti)
  const { departure } = await (await import('@gatehouse/client')).buildLaunch(app)
  expect(new URL(departure.url).searchParams.get('dpop_jkt')).toBe(redemption?.jkt)
})

test('SDK-30 a bearer access token is sent as one; where DPoP is not advertised nothing is proven', async () => {
  const { server, app } = stage()
  await (await signIn(app, server)).fetch('Patient/p1')
  expect(server.sent.at(-1)?.headers.get('authorization')).toMatch(/^Bearer /)
  expect(server.sent.at(-1)?.headers.has('dpop')).toBe(false)
  const plain = smartServer()
  await signIn(testApp(plain, testPlatform([plain])), plain)
  expect(proofs(plain)).toEqual([])
})

test('SDK-30 TOK-24 a bound access token travels with a proof over the address and the token', async () => {
  const { server, app } = stage()
  server.script.tokenAnswer = { token_type: 'DPoP' }
  const session = await signIn(app, server)
  await session.fetch('Observation?code=1', { method: 'GET' })
  const sent = server.sent.at(-1)
  const token = sent?.headers.get('authorization')?.replace(/^DPoP /, '') ?? ''
  const { claims } = await proofOf(sent as Sent)
  expect(claims).toMatchObject({
    htm: 'GET',
    htu: `${server.fhirBase}/Observation`,
    ath: createHash('sha256').update(token).digest('base64url'),
  })
})

test('SDK-30 TOK-22 a nonce is answered once at the token endpoint, a second demand is an error', async () => {
  const { server, app } = stage()
  let demands = 1
  server.script.intercept = ({ url }) => {
    if (url.pathname !== '/token' || demands === 0) return undefined
    demands -= 1
    return json({ error: 'use_dpop_nonce' }, 400, { 'dpop-nonce': `n${demands}` })
  }
  await signIn(app, server)
  expect((await Promise.all(proofs(server).map(proofOf))).map(({ claims }) => claims.nonce)).toEqual([undefined, 'n0'])
  demands = 5
  expect(await refusal(signIn({ ...app }, server))).toMatchObject({ reason: 'token-refused', error: 'use_dpop_nonce' })
  expect(demands).toBe(3)
})

test('SDK-30 TOK-22 a nonce is answered once at the FHIR server, and remembered for the next request', async () => {
  const { server, app } = stage()
  server.script.tokenAnswer = { token_type: 'DPoP' }
  const session = await signIn(app, server)
  server.script.intercept = ({ url, headers }) => {
    if (!url.pathname.startsWith('/fhir/')) return undefined
    const nonce = JSON.parse(Buffer.from(headers.get('dpop')?.split('.')[1] ?? '', 'base64url').toString()).nonce
    const challenge = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'r1' }
    return nonce === 'r1' ? undefined : new Response('', { status: 401, headers: challenge })
  }
  server.sent.length = 0
  expect((await session.fetch('Patient/1')).status).toBe(200)
  expect((await session.fetch('Patient/2')).status).toBe(200)
  expect(server.sent.map(({ url }) => url.pathname)).toEqual(['/fhir/Patient/1', '/fhir/Patient/1', '/fhir/Patient/2'])
})

test.each([-600, 600])('SDK-30 a clock %i s off is learned from the Date header', async (skew) => {
  const { server, app } = stage()
  const original = server.fetch
  const dated = async (url: string, init: RequestInit): Promise<Response> => {
    const answer = await original(url, init)
    answer.headers.set('date', new Date((now() + skew) * 1000).toUTCString())
    return answer
  }
  server.script.idToken = { iat: now() + skew, exp: now() + skew + 300 }
  const session = await signIn({ ...app, platform: testPlatform([{ ...server, fetch: dated }]) }, server)
  await session.retry()
  for (const { claims } of await Promise.all(proofs(server).map(proofOf))) {
    expect(Math.abs(Number(claims.iat) - (now() + skew))).toBeLessThan(5)
  }
})

test('SDK-30 a clock that went wrong later: the refused proof is made again with the server’s time', async () => {
  const { server, app } = stage()
  const session = await signIn(app, server)
  server.script.intercept = ({ url, headers }) => {
    if (url.pathname !== '/token') return undefined
    const { iat } = JSON.parse(Buffer.from(headers.get('dpop')?.split('.')[1] ?? '', 'base64url').toString())
    const date = new Date((now() + 900) * 1000).toUTCString()
    return Math.abs(iat - now() - 900) > 60 ? json({ error: 'invalid_dpop_proof' }, 400, { date }) : undefined
  }
  await session.retry()
  expect(server.tokenRequests()).toHaveLength(3)
  server.script.intercept = ({ url }) =>
    url.pathname === '/token' ? json({ error: 'invalid_dpop_proof' }, 400) : undefined
  expect(await refusal(session.retry())).toMatchObject({ reason: 'token-refused', error: 'invalid_dpop_proof' })
})

test('SDK-22 SDK-30 the key cannot be exported, is kept per client and server, and signing out of one leaves the other', async () => {
  const { server, platform, app } = stage()
  const other = stage(smartServer({ issuer: 'https://two.example' }))
  await signIn(app, server)
  const key = await platform.keyPair(`dpop app-1 ${server.fhirBase}`)
  expect(key.privateKey.extractable).toBe(false)
  await expect(crypto.subtle.exportKey('jwk', key.privateKey)).rejects.toThrow()
  await signIn({ ...other.app, platform: other.platform }, other.server)
  await (await openSession(app))?.retry()
  const [first, again] = (await Promise.all(proofs(server).map(proofOf))).map(({ jkt }) => jkt)
  const [second] = (await Promise.all(proofs(other.server).map(proofOf))).map(({ jkt }) => jkt)
  expect(again).toBe(first)
  expect(second).not.toBe(first)
})
