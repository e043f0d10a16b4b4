import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import type { Client } from '../src/clients/client.ts'
import { testIssuer } from './env.ts'
import { aClient, newCode, tokenWorld, verifier } from './token-world.ts'

/** A certificate of this subject, made by OpenSSL, as DER. */
const certificateOf = (subject: string): Buffer =>
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      '/dev/null',
      '-outform',
      'DER',
      '-days',
      '2',
      '-subj',
      subject,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )

const own = certificateOf('/C=US/O=Example Hospital\\, Inc/CN=nightly-report')
const subjectDn = 'CN=nightly-report,O=Example Hospital\\, Inc,C=US'
const stranger = certificateOf('/C=US/O=Example Hospital\\, Inc/CN=stranger')
const header = (der: Buffer) => ({ 'client-cert': `:${der.toString('base64')}:` })
const thumbprint = createHash('sha256').update(own).digest('base64url')

const backend: Client = {
  ...aClient,
  id: 'nightly-report',
  auth: { method: 'tls_client_auth', subjectDn },
  grantTypes: ['client_credentials'],
  redirectUris: [],
  scope: 'system/*.rs openid',
}

/** A server behind a proxy that passes certificates on; its clock is the real one, because the certificates are real. */
const behindProxy = async (listen: Record<string, unknown> = {}, changes: Partial<Client> = {}) => {
  const world = await tokenWorld({
    config: { listen: { clientCertificates: true, trustedProxies: ['127.0.0.0/8'], ...listen } },
  })
  world.env.clock.advance(Math.floor(Date.now() / 1000) + 5 - world.env.now())
  await world.env.store.clients.create({ ...backend, ...changes })
  const ask = (headers: Record<string, string>, form: Record<string, string> = {}) =>
    world.post(
      { grant_type: 'client_credentials', scope: 'system/*.rs', client_id: 'nightly-report', ...form },
      headers,
    )
  return { ...world, ask }
}

const told = (answer: { statusCode: number; json: () => { error: string } }) => [answer.statusCode, answer.json().error]

test('RFC 8705 §2.1 a client is known by the subject of the certificate its proxy verified', async () => {
  const { ask } = await behindProxy()
  expect((await ask(header(own))).statusCode).toBe(200)
  expect(told(await ask(header(stranger)))).toEqual([401, 'invalid_client'])
  expect(told(await ask({}))).toEqual([401, 'invalid_client'])
  expect(told(await ask({ 'client-cert': own.toString('base64') }))).toEqual([401, 'invalid_client'])
  expect(told(await ask({ 'client-cert': ':AAAA:' }))).toEqual([401, 'invalid_client'])
})

test('THR-34 a certificate header from anyone but the proxy, or with the feature off, is nothing', async () => {
  for (const listen of [{ trustedProxies: ['10.0.0.1'] }, { trustedProxies: [] }, { clientCertificates: false }]) {
    const { ask } = await behindProxy(listen)
    expect(told(await ask(header(own)))).toEqual([401, 'invalid_client'])
  }
})

test.each([
  ['in another order', 'C=US,O=Example Hospital\\, Inc,CN=nightly-report'],
  ['of another case', 'CN=Nightly-Report,O=Example Hospital\\, Inc,C=US'],
  ['only in part', 'CN=nightly-report'],
])('RFC 8705 §2.1 a subject that fits %s does not fit', async (_name, text) => {
  const { ask } = await behindProxy({}, { auth: { method: 'tls_client_auth', subjectDn: text } })
  expect(told(await ask(header(own)))).toEqual([401, 'invalid_client'])
})

test('RFC 8705 §2.1 an expired certificate, and one not valid yet, are nothing', async () => {
  const { env, ask } = await behindProxy()
  env.clock.advance(3 * 86_400)
  expect(told(await ask(header(own)))).toEqual([401, 'invalid_client'])
  const early = await tokenWorld({ config: { listen: { clientCertificates: true, trustedProxies: ['127.0.0.1'] } } })
  await early.env.store.clients.create(backend)
  const form = { grant_type: 'client_credentials', scope: 'system/*.rs', client_id: 'nightly-report' }
  expect((await early.post(form, header(own))).statusCode).toBe(401)
})

test('RFC 8705 §3 a token bound to the certificate works with it only', async () => {
  const { app, env, post } = await behindProxy()
  await env.store.clients.create({ ...aClient, id: 'bound', certificateBoundAccessTokens: true })
  const form = async () => ({
    grant_type: 'authorization_code',
    code: await newCode(env, { grant: { clientId: 'bound' } }),
    redirect_uri: 'https://app.example/callback',
    code_verifier: verifier,
    client_id: 'bound',
  })
  const tokens = (await post(await form(), header(own))).json()
  expect(tokens.token_type).toBe('Bearer')
  expect(decodeJwt(tokens.access_token).cnf).toEqual({ 'x5t#S256': thumbprint })
  const get = async (headers: Record<string, string>) => {
    const authorization = `Bearer ${tokens.access_token}`
    return (await app.inject({ url: '/userinfo', headers: { authorization, ...headers } })).statusCode
  }
  expect([await get(header(own)), await get(header(stranger)), await get({})]).toEqual([200, 401, 401])
  expect(told(await post(await form()))).toEqual([401, 'invalid_client'])
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: 'bound' }
  expect((await post(refresh, header(stranger))).statusCode).toBe(400)
  expect((await post(refresh, header(own))).statusCode).toBe(200)
})

test('RFC 8705 discovery says so while it is on, and only then', async () => {
  const { app } = await behindProxy()
  const document = (await app.inject('/.well-known/openid-configuration')).json()
  expect(document).toMatchObject({ issuer: testIssuer, tls_client_certificate_bound_access_tokens: true })
  expect(document.token_endpoint_auth_methods_supported).toContain('tls_client_auth')
  const off = (
    await (await behindProxy({ clientCertificates: false })).app.inject('/.well-known/openid-configuration')
  ).json()
  expect(off.token_endpoint_auth_methods_supported).not.toContain('tls_client_auth')
})
