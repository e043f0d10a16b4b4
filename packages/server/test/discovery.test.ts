import { expect, test } from 'vitest'
import { publicApp } from '../src/index.ts'
import { openBrowser } from './browser.ts'
import { testAudience, testEnv, testIssuer } from './env.ts'

const secondBase = 'https://fhir.example.org/imaging/r4'
const servers = [
  { base: testAudience, name: 'Hospital' },
  { base: secondBase, name: 'Imaging' },
]
const open = async () => publicApp(await testEnv({ config: { resourceServers: servers } }))
const smart = '/.well-known/smart-configuration'

test('AL-31 CA-01 CF-01 CF-03 CF-05 CF-07 CF-08 CF-09 CF-10 CF-11 CF-12 CF-13 CF-20 CF-22 CF-24 CF-25 IN-02 ONC-11 the SMART configuration is complete and absolute', async () => {
  const answer = await (await open()).inject(smart)
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/json'])
  const document = answer.json()
  expect(document).toMatchObject({
    issuer: testIssuer,
    jwks_uri: `${testIssuer}/jwks`,
    authorization_endpoint: `${testIssuer}/authorize`,
    token_endpoint: `${testIssuer}/token`,
    introspection_endpoint: `${testIssuer}/introspect`,
    revocation_endpoint: `${testIssuer}/revoke`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic', 'client_secret_post'],
  })
  expect(document.grant_types_supported).toEqual(
    expect.arrayContaining(['authorization_code', 'refresh_token', 'client_credentials']),
  )
  expect(document.token_endpoint_auth_signing_alg_values_supported).toEqual(expect.arrayContaining(['RS384', 'ES384']))
  expect(document.capabilities).toEqual(
    expect.arrayContaining(['client-public', 'client-confidential-asymmetric', 'permission-v1', 'permission-v2']),
  )
  for (const [name, value] of Object.entries(document))
    if (/_endpoint$|_uri$/.test(name)) expect(value).toMatch(/^https:\/\//)
})

test('CF-21 IN-19 what people and resource servers need is always published, and answers', async () => {
  const app = await open()
  const document = (await app.inject(smart)).json()
  expect(document.scopes_supported.length).toBeGreaterThan(0)
  const page = await openBrowser(app).open(new URL(document.management_endpoint).pathname)
  expect([page.status, page.url.pathname, page.headers['content-type']]).toEqual([
    200,
    '/sign-in',
    'text/html; charset=utf-8',
  ])
  expect(page.html).toContain('to see and change what you share')
  for (const name of ['introspection_endpoint', 'revocation_endpoint']) {
    const { pathname } = new URL(document[name])
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await app.inject({ method: 'POST', url: pathname, headers, payload: 'token=x' })
    expect([answer.statusCode, answer.json().error]).toEqual([401, 'invalid_client'])
  }
})

test('CF-02 the answer is JSON whatever Accept says', async () => {
  const answer = await (await open()).inject({ url: smart, headers: { accept: 'text/html' } })
  expect(answer.headers['content-type']).toBe('application/json')
})

test('CF-19 ONC-29 ONC-31 IX-05 the listed scopes include those of US Core', async () => {
  const { scopes_supported: scopes } = (await (await open()).inject(smart)).json()
  expect(scopes).toEqual(
    expect.arrayContaining([
      'openid',
      'fhirUser',
      'launch/patient',
      'offline_access',
      'patient/Patient.rs',
      'user/Specimen.rs',
    ]),
  )
  const code = 'http://terminology.hl7.org/CodeSystem/'
  const usCore = 'http://hl7.org/fhir/us/core/CodeSystem/'
  for (const granular of [
    `Condition.rs?category=${code}condition-category|encounter-diagnosis`,
    `Condition.rs?category=${code}condition-category|problem-list-item`,
    `Condition.rs?category=${usCore}condition-category|health-concern`,
    `Observation.rs?category=${code}observation-category|laboratory`,
    `Observation.rs?category=${code}observation-category|social-history`,
    `Observation.rs?category=${code}observation-category|survey`,
    `Observation.rs?category=${code}observation-category|vital-signs`,
    `Observation.rs?category=${usCore}us-core-category|sdoh`,
    `DocumentReference.rs?category=${usCore}us-core-documentreference-category|clinical-note`,
  ])
    for (const level of ['patient', 'user', 'system']) expect(scopes).toContain(`${level}/${granular}`)
})

test('CF-01 each FHIR base has its document, an unknown base has none', async () => {
  const app = await open()
  const of = (base: string) => app.inject(`${smart}?base=${encodeURIComponent(base)}`)
  expect((await of(secondBase)).statusCode).toBe(200)
  expect((await of(`${secondBase}/`)).statusCode).toBe(200)
  expect((await of('https://evil.example/r4')).statusCode).toBe(404)
  expect((await app.inject(`${smart}?base=a&base=b`)).statusCode).toBe(400)
})

test('ID-18 ID-20 IN-16 IN-20 RFC-15 OpenID and OAuth clients read the same issuer, keys and PKCE method', async () => {
  const app = await open()
  for (const name of ['openid-configuration', 'oauth-authorization-server']) {
    const answer = await app.inject(`/.well-known/${name}`)
    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.json()).toMatchObject({
      issuer: testIssuer,
      jwks_uri: `${testIssuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      request_uri_parameter_supported: false,
    })
  }
})

test('an issuer with a path serves discovery under that path', async () => {
  const issuer = 'https://host.example/tenants/a'
  const app = await publicApp(await testEnv({ config: { issuer } }))
  const answer = await app.inject('/tenants/a/.well-known/openid-configuration')
  expect(answer.json()).toMatchObject({ issuer, token_endpoint: `${issuer}/token` })
  expect((await app.inject('/.well-known/openid-configuration')).statusCode).toBe(404)
  const inserted = await app.inject('/.well-known/oauth-authorization-server/tenants/a')
  expect(inserted.json()).toMatchObject({ issuer })
})

test('ID-12 IN-06 the key set holds bare public keys, one of them RSA', async () => {
  const { keys } = (await (await open()).inject('/jwks')).json()
  const rsa = keys.find((key: { kty: string }) => key.kty === 'RSA')
  expect(Object.keys(rsa).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  expect(keys.flatMap(Object.keys)).not.toContain('d')
})

test('an unchanged document is answered by 304', async () => {
  const app = await open()
  const first = await app.inject(smart)
  const { etag, 'cache-control': cacheControl } = first.headers
  expect(cacheControl).toBe('public, max-age=300')
  const again = await app.inject({ url: smart, headers: { 'if-none-match': `"x", ${etag}` } })
  expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag])
  expect((await app.inject({ url: smart, headers: { 'if-none-match': '"x"' } })).statusCode).toBe(200)
})

test('AL-16 AL-17 IN-22 CORS answers every origin on preflight, success and error, never with credentials', async () => {
  const app = await open()
  const origin = { origin: 'https://app.example' }
  const preflight = await app.inject({ method: 'OPTIONS', url: '/token', headers: origin })
  expect(preflight.headers['access-control-allow-headers']).toContain('Authorization')
  for (const url of [smart, '/jwks', `${smart}?base=x`, '/userinfo']) {
    const { headers } = await app.inject({ url, headers: origin })
    expect(headers['access-control-allow-origin']).toBe('*')
    expect(headers['access-control-allow-credentials']).toBeUndefined()
  }
  const feed = await app.inject({ url: '/revocations', headers: origin })
  expect(feed.headers['access-control-allow-origin']).toBeUndefined()
})
