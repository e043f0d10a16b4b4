import { execFileSync } from 'node:child_process'
import * as nodeCrypto from 'node:crypto'
import { createPrivateKey, randomUUID, type X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { testIssuer } from './env.ts'
import { asForm } from './key-client.ts'
import { tokenWorld } from './token-world.ts'

const software = 'https://app.example/'
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-ca-'))
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })

/** A certificate `name` with its key, signed by `issuer` or by itself. */
const certify = (name: string, issuer: string | undefined, extensions: string, days = '2'): void => {
  writeFileSync(join(folder, `${name}.ext`), extensions)
  openssl(
    'req',
    '-new',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
    '-subj',
    `/O=Test/CN=${name}`,
  )
  const signer =
    issuer === undefined
      ? ['-signkey', `${name}.key`]
      : ['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.key`, '-CAcreateserial']
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    ...signer,
    '-days',
    days,
    '-extfile',
    `${name}.ext`,
    '-out',
    `${name}.crt`,
  )
}
const authority = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign'
const leaf = `basicConstraints=CA:FALSE\nsubjectAltName=URI:${software}`
certify('root', undefined, authority)
certify('middle', 'root', authority)
certify('app', 'middle', leaf)
certify('no-authority', 'root', leaf)
certify('under-leaf', 'no-authority', leaf)
certify('other-root', undefined, authority)
certify('foreign', 'other-root', leaf)
certify('nameless', 'middle', 'basicConstraints=CA:FALSE')

const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const certificate = (name: string): X509Certificate => new nodeCrypto.X509Certificate(read(`${name}.crt`))
const x5c = (...names: string[]): string[] => names.map((name) => certificate(name).raw.toString('base64'))

const metadata = {
  client_name: 'Community App',
  redirect_uris: ['https://app.example/cb'],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'private_key_jwt',
  scope: 'openid patient/*.rs',
}

type Changes = {
  readonly header?: Record<string, unknown>
  readonly claims?: Record<string, unknown>
  readonly by?: string
}

/** A server that trusts `root`; its clock is the real one, because the certificates are real. */
const trusting = async (anchors = ['root']) => {
  const world = await tokenWorld({
    config: { clients: { softwareStatementAnchors: anchors.map((name) => read(`${name}.crt`)) } },
  })
  const { app, env } = world
  env.clock.advance(Math.floor(Date.now() / 1000) + 5 - env.now())
  const statement = ({ header = {}, claims = {}, by = 'app' }: Changes = {}) =>
    new SignJWT({
      iss: software,
      sub: software,
      aud: `${testIssuer}/register`,
      iat: env.now(),
      exp: env.now() + 300,
      jti: randomUUID(),
      ...metadata,
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', x5c: x5c('app', 'middle'), ...header } as never)
      .sign(createPrivateKey(read(`${by}.key`)))
  const register = (text: unknown, more = {}) =>
    app.inject({
      method: 'POST',
      url: '/register',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ software_statement: text, ...more }),
    })
  return { ...world, statement, register }
}

const told = (answer: { statusCode: number; json: () => { error: string } }) => [answer.statusCode, answer.json().error]

test('an app a trusted authority vouches for works at once, with what the statement says', async () => {
  const { env, statement, register, post } = await trusting()
  const answer = await register(await statement(), { client_name: 'Something Else', scope: 'patient/*.cruds' })
  expect(answer.statusCode).toBe(201)
  const registered = answer.json()
  expect(registered).toMatchObject({ client_name: 'Community App', scope: 'openid patient/*.rs' })
  expect(await env.store.clients.find(registered.client_id)).toMatchObject({ state: 'active', selfRegistered: true })
  expect(env.audited).toEqual([expect.objectContaining({ event: 'client-registered', actor: software })])
  const [{ kid }] = registered.jwks.keys
  const { client_id } = registered
  const assertion = await new SignJWT({
    iss: client_id,
    sub: client_id,
    aud: testIssuer,
    exp: env.now() + 60,
    jti: randomUUID(),
  })
    .setProtectedHeader({ alg: 'RS384', kid })
    .sign(createPrivateKey(read('app.key')))
  const redeemed = await post({
    grant_type: 'authorization_code',
    code: 'x',
    redirect_uri: 'x',
    code_verifier: 'x',
    ...asForm(assertion),
  })
  expect(told(redeemed)).toEqual([400, 'invalid_grant'])
})

test('THR-20 THR-35 a statement gives no more than apps that register themselves may have', async () => {
  const { statement, register } = await trusting()
  const wide = await register(await statement({ claims: { scope: 'system/*.cruds openid patient/*.cruds' } }))
  expect(wide.json().scope).toBe('openid patient/*.rs')
})

const untrusted: Readonly<Record<string, Changes>> = {
  'another authority': { header: { x5c: x5c('foreign') }, by: 'foreign' },
  'another authority that brings its root': { header: { x5c: x5c('foreign', 'other-root') }, by: 'foreign' },
  'a missing link': { header: { x5c: x5c('app') } },
  'a certificate that is no authority': { header: { x5c: x5c('under-leaf', 'no-authority') }, by: 'under-leaf' },
}

test.each(Object.entries(untrusted))('THR-18 a chain with %s is unapproved', async (_name, changes) => {
  const { statement, register } = await trusting()
  expect(told(await register(await statement(changes)))).toEqual([400, 'unapproved_software_statement'])
})

const unsound: Readonly<Record<string, Changes>> = {
  'signed by another key': { by: 'foreign' },
  'about another URI': { claims: { iss: 'https://evil.example/', sub: 'https://evil.example/' } },
  'about two URIs': { claims: { sub: 'https://evil.example/' } },
  'of a certificate without name': { header: { x5c: x5c('nameless', 'middle') }, by: 'nameless' },
  'for another server': { claims: { aud: 'https://evil.example/register' } },
  'without end': { claims: { exp: undefined } },
  expired: { claims: { iat: 1, exp: 2 } },
  'too long-lived': { claims: { exp: 9_999_999_999 } },
  'without jti': { claims: { jti: undefined } },
  'without chain': { header: { x5c: undefined } },
  'with a torn chain': { header: { x5c: ['%%'] } },
  'with an endless chain': { header: { x5c: x5c('app', 'middle', 'middle', 'middle', 'middle') } },
}

test.each(Object.entries(unsound))('THR-18 THR-19 a statement that is %s is invalid', async (_name, changes) => {
  const { statement, register } = await trusting()
  expect(told(await register(await statement(changes)))).toEqual([400, 'invalid_software_statement'])
})

test('THR-19 a statement works once, and is nothing when it is no JWT', async () => {
  const { statement, register } = await trusting()
  const text = await statement()
  expect((await register(text)).statusCode).toBe(201)
  expect(told(await register(text))).toEqual([400, 'invalid_software_statement'])
  for (const torn of ['x', 7, {}, ['x']])
    expect(told(await register(torn))).toEqual([400, 'invalid_software_statement'])
})

test('an expired certificate vouches for nothing', async () => {
  const { env, statement, register } = await trusting()
  env.clock.advance(3 * 86_400)
  expect(told(await register(await statement()))).toEqual([400, 'unapproved_software_statement'])
})

test('the metadata of a statement is held to the same rules as any', async () => {
  const { statement, register } = await trusting()
  const bad = await statement({ claims: { redirect_uris: ['http://app.example/cb'] } })
  expect(told(await register(bad))).toEqual([400, 'invalid_redirect_uri'])
})

test('without a statement, or without authorities, nothing is open', async () => {
  const { register } = await trusting()
  expect(told(await register(undefined, metadata))).toEqual([401, 'invalid_token'])
  const closed = await tokenWorld()
  expect((await closed.app.inject({ method: 'POST', url: '/register' })).statusCode).toBe(404)
})
