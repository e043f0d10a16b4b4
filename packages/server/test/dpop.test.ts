import { createHmac, randomUUID } from 'node:crypto'
import { decodeJwt, exportJWK } from 'jose'
import { expect, test } from 'vitest'
import { resourceServerScope } from '../src/clients/client-scopes.ts'
import { hashSecret } from '../src/secret.ts'
import { testIssuer } from './env.ts'
import { aProof, newProofKey, type ProofChanges, type ProofKey } from './proof.ts'
import { aClient, newCode, tokenWorld, verifier } from './token-world.ts'

const redemption = (code: string, clientId = aClient.id) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: 'https://app.example/callback',
  code_verifier: verifier,
  client_id: clientId,
})

type Overrides = Parameters<typeof tokenWorld>[0]

/** A world with a key, and the app's requests with proofs by it. */
const withKey = async (overrides: Overrides = {}) => {
  const world = await tokenWorld(overrides)
  const { env, post } = world
  await env.store.clients.create({ ...aClient, id: 'bound-app', dpopBoundAccessTokens: true })
  const key = await newProofKey()
  const redeemWith = async (proof: string | undefined, clientId = aClient.id) =>
    post(redemption(await newCode(env, { grant: { clientId } }), clientId), proof === undefined ? {} : { dpop: proof })
  const refreshWith = (text: string, proof?: string) =>
    post(
      { grant_type: 'refresh_token', refresh_token: text, client_id: aClient.id },
      proof === undefined ? {} : { dpop: proof },
    )
  const proof = (changes: ProofChanges = {}, by: ProofKey = key) => aProof(by, env.now(), changes)
  return { ...world, key, redeemWith, refreshWith, proof }
}

const told = (answer: { statusCode: number; json: () => { error: string } }) => [answer.statusCode, answer.json().error]

test('TOK-20 discovery names the algorithms of proofs', async () => {
  const { app } = await withKey()
  const document = (await app.inject('/.well-known/oauth-authorization-server')).json()
  expect(document.dpop_signing_alg_values_supported).toEqual(['ES256', 'EdDSA', 'ES384'])
})

test.each(['ES256', 'EdDSA', 'ES384'])('TOK-20 TOK-21 a proof by an %s key binds the refresh token', async (alg) => {
  const { env, redeemWith, refreshWith } = await withKey()
  const key = await newProofKey(alg)
  const answer = await redeemWith(await aProof(key, env.now()))
  expect(answer.statusCode).toBe(200)
  const { refresh_token } = answer.json()
  expect(told(await refreshWith(refresh_token))).toEqual([400, 'invalid_dpop_proof'])
  expect((await refreshWith(refresh_token, await aProof(key, env.now()))).statusCode).toBe(200)
})

test('TOK-12 TOK-13 THR-16 BP-03 without the key, or with another, a bound token is refused and the family lives on', async () => {
  const { env, redeemWith, refreshWith, proof } = await withKey()
  const { refresh_token } = (await redeemWith(await proof())).json()
  const other = await newProofKey()
  expect(told(await refreshWith(refresh_token))).toEqual([400, 'invalid_dpop_proof'])
  expect(told(await refreshWith(refresh_token, await proof({}, other)))).toEqual([400, 'invalid_dpop_proof'])
  const successor = await refreshWith(refresh_token, await proof())
  expect(successor.statusCode).toBe(200)
  env.clock.advance(5)
  const stolen = await refreshWith(refresh_token, await proof({}, other))
  expect(told(stolen)).toEqual([400, 'invalid_dpop_proof'])
  expect((await refreshWith(refresh_token, await proof())).json().refresh_token).toBe(successor.json().refresh_token)
})

test('TOK-12 the successor is bound to the same key', async () => {
  const { redeemWith, refreshWith, proof } = await withKey()
  const { refresh_token } = (await redeemWith(await proof())).json()
  const next = (await refreshWith(refresh_token, await proof())).json().refresh_token
  expect(told(await refreshWith(next))).toEqual([400, 'invalid_dpop_proof'])
})

test('DPoP for the refresh token only: the access token stays Bearer, as SMART fixes it', async () => {
  const { redeemWith, proof } = await withKey()
  const body = (await redeemWith(await proof())).json()
  expect(body.token_type).toBe('Bearer')
  expect(decodeJwt(body.access_token)).not.toHaveProperty('cnf')
})

test('TOK-24 a client registered for it gets a bound access token, and none without a proof', async () => {
  const { key, redeemWith, proof } = await withKey()
  const body = (await redeemWith(await proof(), 'bound-app')).json()
  expect(body.token_type).toBe('DPoP')
  expect(decodeJwt(body.access_token).cnf).toEqual({ jkt: key.thumbprint })
  expect(told(await redeemWith(undefined, 'bound-app'))).toEqual([400, 'invalid_dpop_proof'])
})

test('TOK-24 introspection tells the binding', async () => {
  const { env, key, redeemWith, proof, postTo } = await withKey()
  const auth = { method: 'client_secret_post', secretHash: hashSecret('s') } as const
  await env.store.clients.create({ ...aClient, id: 'gateway', auth, scope: resourceServerScope })
  const { access_token } = (await redeemWith(await proof(), 'bound-app')).json()
  const answer = await postTo('/introspect', { token: access_token, client_id: 'gateway', client_secret: 's' })
  expect(answer.json()).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: key.thumbprint } })
})

test('TOK-24 a bound token works with its proof only, and a free one never as DPoP', async () => {
  const { env, app, redeemWith, proof } = await withKey()
  const bound = (await redeemWith(await proof(), 'bound-app')).json().access_token
  const free = (await redeemWith(undefined)).json().access_token
  const at = { htm: 'GET', htu: `${testIssuer}/userinfo` }
  const get = async (authorization: string, dpop?: string) =>
    (await app.inject({ url: '/userinfo', headers: { authorization, ...(dpop === undefined ? {} : { dpop }) } }))
      .statusCode
  const good = () => proof({ claims: at, accessToken: bound })
  expect(await get(`DPoP ${bound}`, await good())).toBe(200)
  expect(await get(`dpop ${bound}`, await good())).toBe(200)
  expect(await get(`Bearer ${bound}`)).toBe(401)
  expect(await get(`Bearer ${bound}`, await good())).toBe(401)
  expect(await get(`DPoP ${bound}`)).toBe(401)
  expect(await get(`DPoP ${bound}`, await proof({ claims: at }))).toBe(400)
  expect(await get(`DPoP ${bound}`, await proof({ claims: at, accessToken: free }))).toBe(400)
  const other = await newProofKey()
  expect(await get(`DPoP ${bound}`, await aProof(other, env.now(), { claims: at, accessToken: bound }))).toBe(401)
  expect(await get(`DPoP ${free}`, await proof({ claims: at, accessToken: free }))).toBe(401)
  const refused = await app.inject({ url: '/userinfo', headers: { authorization: `Bearer ${bound}` } })
  expect(refused.headers['www-authenticate']).toMatch(/^DPoP error="invalid_token", algs="ES256 EdDSA ES384"$/)
})

test('TOK-23 a code bound by dpop_jkt needs a proof by that key', async () => {
  const { env, key, post, proof } = await withKey()
  const code = () => newCode(env, { code: { dpopKey: key.thumbprint } })
  expect((await post(redemption(await code()), { dpop: await proof() })).statusCode).toBe(200)
  expect(told(await post(redemption(await code())))).toEqual([400, 'invalid_grant'])
  const other = await newProofKey()
  expect(told(await post(redemption(await code()), { dpop: await proof({}, other) }))).toEqual([400, 'invalid_grant'])
})

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const badProofs: Readonly<Record<string, ProofChanges>> = {
  'another typ': { header: { typ: 'JWT' } },
  'no typ': { header: { typ: undefined } },
  'no jwk': { header: { jwk: undefined } },
  'a jwk that is no object': { header: { jwk: 'x' } },
  'another method': { claims: { htm: 'GET' } },
  'no method': { claims: { htm: undefined } },
  'another path': { claims: { htu: `${testIssuer}/tokens` } },
  'another host': { claims: { htu: 'https://evil.example/token' } },
  'another scheme': { claims: { htu: 'http://auth.example.org/token' } },
  'another port': { claims: { htu: 'https://auth.example.org:8443/token' } },
  'no URL': { claims: { htu: undefined } },
  'a torn URL': { claims: { htu: 'token' } },
  'no iat': { claims: { iat: undefined } },
  'iat as text': { claims: { iat: '1793610000' } },
  'no jti': { claims: { jti: undefined } },
  'an endless jti': { claims: { jti: 'x'.repeat(600) } },
}

test.each(Object.entries(badProofs))('TOK-21 a proof with %s is refused', async (_name, changes) => {
  const { redeemWith, proof } = await withKey()
  expect(told(await redeemWith(await proof(changes)))).toEqual([400, 'invalid_dpop_proof'])
})

test('TOK-21 htu is compared in normal form, without query and fragment', async () => {
  const { redeemWith, proof } = await withKey()
  for (const htu of [
    `${testIssuer}/token?x=1`,
    `${testIssuer}/token#x`,
    'HTTPS://AUTH.example.org:443/token',
    `${testIssuer}/./token`,
  ])
    expect([htu, (await redeemWith(await proof({ claims: { htu } }))).statusCode]).toEqual([htu, 200])
})

test('TOK-21 THR-18 forged, private-keyed, HMAC, unsigned and doubled proofs are refused', async () => {
  const { env, app, key, redeemWith, proof } = await withKey()
  const good = await proof()
  const claims = { htm: 'POST', htu: `${testIssuer}/token`, iat: env.now(), jti: randomUUID() }
  const hmacInput = `${part({ typ: 'dpop+jwt', alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } })}.${part(claims)}`
  const other = await newProofKey()
  const forgeries = [
    `${hmacInput}.${createHmac('sha256', Buffer.from('AAAA', 'base64')).update(hmacInput).digest('base64url')}`,
    `${part({ typ: 'dpop+jwt', alg: 'none', jwk: key.jwk })}.${part(claims)}.AA`,
    await proof({ header: { jwk: await exportJWK(key.privateKey) } }),
    await proof({ header: { jwk: other.jwk } }),
    good.replace(/\.[^.]+\./, `.${part(claims)}.`),
    'x',
    `${good}, ${good}`,
  ]
  for (const forgery of forgeries) expect(told(await redeemWith(forgery))).toEqual([400, 'invalid_dpop_proof'])
  const payload = new URLSearchParams(redemption(await newCode(env))).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded', dpop: [await proof(), await proof()] }
  const doubled = await app.inject({ method: 'POST', url: '/token', payload, headers })
  expect(told(doubled)).toEqual([400, 'invalid_dpop_proof'])
})

test('TOK-21 a proof works once, also when two arrive together', async () => {
  const { redeemWith, proof } = await withKey()
  const one = await proof()
  const both = await Promise.all([redeemWith(one), redeemWith(one)])
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 400])
})

test('TOK-21 the same jti by another key is another proof', async () => {
  const { redeemWith, proof } = await withKey()
  const claims = { jti: 'same' }
  expect((await redeemWith(await proof({ claims }))).statusCode).toBe(200)
  expect((await redeemWith(await proof({ claims }, await newProofKey()))).statusCode).toBe(200)
})

test('TOK-21 TOK-22 a clock that is off by a minute is borne, a worse one is helped by a nonce', async () => {
  const { env, redeemWith, proof } = await withKey()
  const at = (offset: number, nonce?: string) => proof({ claims: { iat: env.now() + offset, nonce } })
  expect((await redeemWith(await at(60))).statusCode).toBe(200)
  expect((await redeemWith(await at(-60))).statusCode).toBe(200)
  for (const offset of [61, -61, 86_400]) {
    const refused = await redeemWith(await at(offset))
    expect(told(refused)).toEqual([400, 'use_dpop_nonce'])
    const nonce = String(refused.headers['dpop-nonce'])
    expect(refused.headers['access-control-expose-headers']).toContain('DPoP-Nonce')
    expect((await redeemWith(await at(offset, nonce))).statusCode).toBe(200)
  }
})

test('TOK-22 a nonce of ours is good for a while, one we never gave is not', async () => {
  const { env, redeemWith, proof } = await withKey({ config: { token: { dpopNonce: 'always' } } })
  const demanded = await redeemWith(await proof())
  expect(told(demanded)).toEqual([400, 'use_dpop_nonce'])
  const nonce = demanded.headers['dpop-nonce']
  expect((await redeemWith(await proof({ claims: { nonce } }))).statusCode).toBe(200)
  env.clock.advance(300)
  expect((await redeemWith(await proof({ claims: { nonce } }))).statusCode).toBe(200)
  env.clock.advance(300)
  expect(told(await redeemWith(await proof({ claims: { nonce } })))).toEqual([400, 'use_dpop_nonce'])
  expect(told(await redeemWith(await proof({ claims: { nonce: 'guess' } })))).toEqual([400, 'use_dpop_nonce'])
  expect(told(await redeemWith(await proof({ claims: { nonce: 7 } })))).toEqual([400, 'use_dpop_nonce'])
})

test('a confidential client that shows a proof is still bound by its own authentication', async () => {
  const { env, post, proof } = await withKey()
  const auth = { method: 'client_secret_post', secretHash: hashSecret('s') } as const
  await env.store.clients.create({ ...aClient, id: 'confidential', auth })
  const secret = { client_id: 'confidential', client_secret: 's' }
  const code = await newCode(env, { grant: { clientId: 'confidential' } })
  const { refresh_token } = (await post({ ...redemption(code), ...secret }, { dpop: await proof() })).json()
  expect((await post({ grant_type: 'refresh_token', refresh_token, ...secret })).statusCode).toBe(200)
})
