import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { testIssuer } from './env.ts'
import { aClient, newCode, tokenWorld, verifier } from './token-world.ts'

const attesterIssuer = 'https://attester.example'

/** A key pair of the attester or of an installation. */
const newKey = async (kid?: string) => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), ...(kid === undefined ? {} : { kid }) }
  return { privateKey, jwk }
}
type Key = Awaited<ReturnType<typeof newKey>>

const attesterKey = await newKey('attester-1')
const jwks = { keys: [{ ...attesterKey.jwk, kid: 'attester-1' }] }

type Changes = {
  readonly attestation?: Record<string, unknown>
  readonly header?: Record<string, unknown>
  readonly proof?: Record<string, unknown>
  readonly signer?: Key
  readonly holder?: Key
}

const told = (answer: { statusCode: number; json: () => { error: string } }) => [answer.statusCode, answer.json().error]

/** A world with an attested app and one installation of it. */
const withInstallation = async () => {
  const world = await tokenWorld({ config: { clients: { attesters: [{ issuer: attesterIssuer, jwks }] } } })
  const { app, env, post } = world
  const auth = { method: 'attest_jwt_client_auth', attester: attesterIssuer } as const
  await env.store.clients.create({ ...aClient, id: 'attested', auth })
  const installation = await newKey()
  const challenge = async (): Promise<string> =>
    (await app.inject({ method: 'POST', url: '/challenge' })).json().attestation_challenge
  const headers = async (changes: Changes = {}) => {
    const { signer = attesterKey, holder = installation } = changes
    const sign = (claims: Record<string, unknown>, header: { typ: string; kid?: string }, key: Key) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', ...header }).sign(key.privateKey)
    const attestation = await sign(
      {
        iss: attesterIssuer,
        sub: 'attested',
        iat: env.now(),
        exp: env.now() + 3600,
        cnf: { jwk: installation.jwk },
        ...changes.attestation,
      },
      { typ: 'oauth-client-attestation+jwt', kid: 'attester-1', ...changes.header },
      signer,
    )
    const proof = await sign(
      { aud: testIssuer, jti: randomUUID(), iat: env.now(), challenge: await challenge(), ...changes.proof },
      { typ: 'oauth-client-attestation-pop+jwt' },
      holder,
    )
    return { 'oauth-client-attestation': attestation, 'oauth-client-attestation-pop': proof }
  }
  const redeem = async (sent: Record<string, string>) => {
    const code = await newCode(env, { grant: { clientId: 'attested' } })
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: 'https://app.example/callback',
      code_verifier: verifier,
    }
    return post({ ...form, client_id: 'attested' }, sent)
  }
  const refresh = (text: string, sent: Record<string, string>) =>
    post({ grant_type: 'refresh_token', refresh_token: text, client_id: 'attested' }, sent)
  return { ...world, installation, headers, redeem, refresh }
}

test('an installation that its maker vouches for gets tokens, bound to its key', async () => {
  const { headers, redeem, refresh } = await withInstallation()
  const answer = await redeem(await headers())
  expect(answer.statusCode).toBe(200)
  const { refresh_token } = answer.json()
  const thief = await newKey()
  const stolen = await headers({ attestation: { cnf: { jwk: thief.jwk } }, holder: thief })
  expect(told(await refresh(refresh_token, stolen))).toEqual([400, 'invalid_dpop_proof'])
  expect((await refresh(refresh_token, await headers())).statusCode).toBe(200)
})

const bad: Readonly<Record<string, Changes>> = {
  expired: { attestation: { exp: 1 } },
  'without end': { attestation: { exp: undefined } },
  'of another client': { attestation: { sub: aClient.id } },
  'of an unknown client': { attestation: { sub: 'nobody' } },
  'of an attester nobody trusts': { attestation: { iss: 'https://evil.example' } },
  'without a key': { attestation: { cnf: undefined } },
  'with a torn key': { attestation: { cnf: { jwk: { kty: 'EC' } } } },
  'of another typ': { header: { typ: 'JWT' } },
  'by an unknown kid': { header: { kid: 'other' } },
  'not valid yet': { attestation: { nbf: 9_999_999_999 } },
  'proven to another server': { proof: { aud: 'https://evil.example' } },
  'proven long ago': { proof: { iat: 1 } },
  'proven without jti': { proof: { jti: undefined } },
}

test.each(Object.entries(bad))('THR-18 an attestation that is %s is refused', async (_name, changes) => {
  const { headers, redeem } = await withInstallation()
  expect(told(await redeem(await headers(changes)))).toEqual([401, 'invalid_client_attestation'])
})

test('THR-18 a forged attestation, another key in the proof, and a missing half are refused', async () => {
  const { headers, redeem } = await withInstallation()
  const other = await newKey()
  const good = await headers()
  const { 'oauth-client-attestation': attestation } = good
  for (const sent of [
    await headers({ signer: other }),
    await headers({ holder: other }),
    { 'oauth-client-attestation': attestation },
  ])
    expect(told(await redeem(sent))).toEqual([401, 'invalid_client_attestation'])
})

test('a missing or stale challenge is told a new one', async () => {
  const { env, headers, redeem } = await withInstallation()
  const refused = await redeem(await headers({ proof: { challenge: undefined } }))
  expect(told(refused)).toEqual([400, 'use_attestation_challenge'])
  const challenge = refused.headers['oauth-client-attestation-challenge']
  expect((await redeem(await headers({ proof: { challenge } }))).statusCode).toBe(200)
  env.clock.advance(600)
  expect(told(await redeem(await headers({ proof: { challenge } })))).toEqual([400, 'use_attestation_challenge'])
})

test('an old attestation asks for a fresh one', async () => {
  const { env, headers, redeem } = await withInstallation()
  const old = { iat: env.now() - 86_401 }
  expect(told(await redeem(await headers({ attestation: old })))).toEqual([400, 'use_fresh_attestation'])
  expect(told(await redeem(await headers({ attestation: { iat: undefined } })))).toEqual([400, 'use_fresh_attestation'])
})

test('THR-19 a proof works once', async () => {
  const { headers, redeem } = await withInstallation()
  const sent = await headers()
  expect((await redeem(sent)).statusCode).toBe(200)
  expect(told(await redeem(sent))).toEqual([401, 'invalid_client_attestation'])
})

test('an attested client cannot do with its name alone, nor an ordinary one with an attestation', async () => {
  const { headers, redeem } = await withInstallation()
  expect(told(await redeem({}))).toEqual([401, 'invalid_client'])
  const sent = await headers()
  const withSecret = { ...sent, authorization: `Basic ${Buffer.from('attested:x').toString('base64')}` }
  expect(told(await redeem(withSecret))).toEqual([401, 'invalid_client'])
})

test('discovery names method and challenge endpoint while there are attesters, and only then', async () => {
  const { app } = await withInstallation()
  const on = (await app.inject('/.well-known/oauth-authorization-server')).json()
  expect(on.challenge_endpoint).toBe(`${testIssuer}/challenge`)
  expect(on.token_endpoint_auth_methods_supported).toContain('attest_jwt_client_auth')
  const off = await tokenWorld()
  expect((await off.app.inject({ method: 'POST', url: '/challenge' })).statusCode).toBe(404)
  expect((await off.app.inject('/.well-known/oauth-authorization-server')).json()).not.toHaveProperty(
    'challenge_endpoint',
  )
})
