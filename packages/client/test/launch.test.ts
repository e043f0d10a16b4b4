import { generateKeyPairSync } from 'node:crypto'
import { allowLaunchWithoutGesture, buildLaunch, completeLaunch, discover, startLaunch } from '@gatehouse/client'
import { exportJWK, jwtVerify } from 'jose'
import { expect, test, vi } from 'vitest'
import { json, smartServer } from './smart-server.ts'
import { refusal, testApp, testPage, testPlatform } from './test-app.ts'

const parameters = (url: string): Record<string, string> => Object.fromEntries(new URL(url).searchParams)

test('AL-02 AL-12 AL-29 AL-32 AL-36 AL-38 AL-41 AL-43 AL-51 AL-52 AL-77 ID-01 ID-15 SDK-01 SDK-04 a standalone launch ends in a session that reads FHIR', async () => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server]))
  const { method, url } = await startLaunch(app)
  const asked = parameters(url)
  expect(method).toBe('GET')
  expect(asked).toMatchObject({
    response_type: 'code',
    client_id: 'app-1',
    redirect_uri: app.redirectUri,
    scope: app.scope,
    aud: server.fhirBase,
    code_challenge_method: 'S256',
  })
  expect(asked.state).toMatch(/^[A-Za-z0-9_-]{43}$/)
  for (const name of ['launch', 'max_age', 'prompt']) expect(asked).not.toHaveProperty(name)

  const session = await completeLaunch(app, server.authorize(url))
  expect(session.context.patient).toBe('p1')
  expect(session.user).toEqual({
    issuer: server.issuer,
    subject: 'user-1',
    fhirUser: `${server.fhirBase}/Practitioner/d1`,
  })
  expect(await session.request('Patient/p1')).toMatchObject({ resourceType: 'Patient', id: 'p1' })
  const [redemption] = server.tokenRequests()
  expect(redemption?.method).toBe('POST')
  expect(redemption?.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/)
  expect([...(redemption?.form.keys() ?? [])].sort()).toEqual(
    ['client_id', 'code', 'code_verifier', 'grant_type', 'redirect_uri'].sort(),
  )
  const read = server.sent.at(-1)
  expect(read?.url.href).toBe(`${server.fhirBase}/Patient/p1`)
  expect(read?.headers.get('authorization')).toMatch(/^Bearer /)
})

test('AL-27 AL-28 AL-38 CX-07 an EHR launch sends back iss as aud and launch as it came', async () => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server]), { scope: 'launch patient/Observation.rs' })
  const { url } = await startLaunch(app, { url: `https://app.example/launch?iss=${server.fhirBase}&launch=a+b%2Fc` })
  expect(parameters(url)).toMatchObject({ aud: server.fhirBase, launch: 'a b/c', scope: app.scope })
})

test('SDK-01 AL-03 every launch has its own 256-bit state, nonce and verifier; two can be under way', async () => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server]))
  const [one, two] = [await startLaunch(app), await startLaunch(app)]
  for (const name of ['state', 'nonce', 'code_challenge'] as const) {
    expect(parameters(one.url)[name]).not.toBe(parameters(two.url)[name])
  }
  await completeLaunch(app, server.authorize(two.url))
  await completeLaunch(app, server.authorize(one.url))
})

test('SDK-02 CF-25 a server without S256 is refused before the user leaves', async () => {
  const server = smartServer()
  for (const methods of [undefined, [], ['plain']]) {
    server.script.configuration = { code_challenge_methods_supported: methods }
    const app = testApp(server, testPlatform([server]))
    expect(await refusal(startLaunch(app))).toMatchObject({ reason: 'pkce-unsupported' })
  }
})

test('SDK-03 THR-08 an iss that is not on the list receives nothing', async () => {
  const server = smartServer()
  const evil = smartServer({ issuer: 'https://evil.example' })
  const app = testApp(server, testPlatform([server, evil]))
  for (const iss of [evil.fhirBase, `${server.fhirBase}x`, `${server.issuer}/other`, server.fhirBase.toUpperCase()]) {
    const launch = { url: `https://app.example/launch?iss=${encodeURIComponent(iss)}&launch=x` }
    expect(await refusal(startLaunch(app, launch))).toMatchObject({ reason: 'server-not-allowed' })
  }
  expect(await refusal(startLaunch(app, { server: evil.fhirBase }))).toMatchObject({ reason: 'server-not-allowed' })
  expect(await refusal(discover(app, evil.fhirBase))).toMatchObject({ reason: 'server-not-allowed' })
  expect([...server.sent, ...evil.sent]).toEqual([])
})

test('SDK-03 a launch URL that tries to steer the app, or names iss or launch twice, sends nothing', async () => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server]))
  const query = `iss=${server.fhirBase}&launch=x`
  const start = (url: string) => startLaunch(app, { url: `https://app.example/launch?${url}` })
  for (const name of [
    'clientId',
    'client_id',
    'patient',
    'patientId',
    'redirectUri',
    'redirect_uri',
    'fhirServiceUrl',
  ]) {
    expect(await refusal(start(`${query}&${name}=evil`)), name).toMatchObject({ reason: 'launch-invalid' })
  }
  for (const bad of [`${query}&iss=${server.fhirBase}`, `${query}&launch=y`, 'launch=x', `iss=${server.fhirBase}`]) {
    expect(await refusal(start(bad)), bad).toMatchObject({ reason: 'launch-invalid' })
  }
  expect(server.sent).toEqual([])
  const { url } = await start(`${query}&lang=en&scope=all&aud=no`)
  expect(parameters(url)).toMatchObject({ client_id: 'app-1', scope: app.scope, aud: server.fhirBase })
})

test('SDK-03 in a page an EHR launch needs the user’s click, or the symbol that waives it', async () => {
  const server = smartServer()
  const page = { ...testPage(), userGesture: vi.fn(() => false) }
  const app = testApp(server, testPlatform([server], { page }))
  const launch = { url: `https://app.example/launch?iss=${server.fhirBase}&launch=x` }
  expect(await refusal(startLaunch(app, launch))).toMatchObject({ reason: 'gesture-required' })
  expect(server.sent).toEqual([])
  page.userGesture.mockReturnValueOnce(true)
  await startLaunch(app, launch)
  await startLaunch({ ...app, [allowLaunchWithoutGesture]: true }, launch)
  expect(page.go).toHaveBeenCalledTimes(2)
})

test('SDK-07 AL-45 AL-46 a long request is sent as a form where the server takes one', async () => {
  const server = smartServer()
  const scope = Array.from({ length: 90 }, (_, index) => `patient/Observation.rs?code=${index}-12345`).join(' ')
  const app = testApp(server, testPlatform([server]), { scope })
  const posted = await startLaunch(app)
  expect(posted).toMatchObject({ method: 'POST', url: `${server.issuer}/authorize` })
  expect(Object.fromEntries(posted.form ?? [])).toMatchObject({ scope, client_id: 'app-1' })
  server.script.configuration = { capabilities: [] }
  expect(await startLaunch(app)).toMatchObject({ method: 'GET' })
})

test('SDK-07 the request is pushed where the server offers it; only the reference travels', async () => {
  const server = smartServer()
  server.script.configuration = { pushed_authorization_request_endpoint: `${server.issuer}/par` }
  server.script.intercept = ({ url }) =>
    url.pathname === '/par' ? json({ request_uri: 'urn:x:1', expires_in: 60 }, 201) : undefined
  const app = testApp(server, testPlatform([server]))
  const { url } = await startLaunch(app)
  expect(parameters(url)).toEqual({ client_id: 'app-1', request_uri: 'urn:x:1' })
  const pushed = server.sent.find((sent) => sent.url.pathname === '/par')
  expect(pushed?.form.get('code_challenge_method')).toBe('S256')
  expect(pushed?.form.get('aud')).toBe(server.fhirBase)
})

test('SDK-07 a pushed request that the server refuses ends the launch; an unreachable endpoint only if it insists', async () => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server]))
  server.script.configuration = { pushed_authorization_request_endpoint: `${server.issuer}/par` }
  server.script.intercept = ({ url }) => (url.pathname === '/par' ? json({ error: 'invalid_scope' }, 400) : undefined)
  expect(await refusal(startLaunch(app))).toMatchObject({ reason: 'authorization-refused' })
  server.script.intercept = ({ url }) => {
    if (url.pathname === '/par') throw new TypeError('blocked by CORS')
    return undefined
  }
  expect(parameters((await startLaunch(app)).url)).toMatchObject({ response_type: 'code' })
  Object.assign(server.script.configuration, { require_pushed_authorization_requests: true })
  expect(await refusal(startLaunch(app))).toMatchObject({ reason: 'authorization-refused' })
})

test('SDK-42 buildLaunch shows the request and keeps nothing', async () => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server]))
  const { departure, record } = await buildLaunch(app)
  expect(parameters(departure.url).state).toBe(record.state)
  expect(await refusal(completeLaunch(app, server.authorize(departure.url)))).toMatchObject({ reason: 'state-unknown' })
})

test('AL-30 CF-06 CF-11 discovery: relative addresses are resolved, broken documents refused with their reason', async () => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server]))
  server.script.configuration = { token_endpoint: '../token', authorization_endpoint: '/authorize' }
  expect((await discover(app, server.fhirBase)).metadata).toMatchObject({
    token_endpoint: `${server.issuer}/token`,
    authorization_endpoint: `${server.issuer}/authorize`,
  })
  const answers = [
    [json({}), 'discovery-invalid'],
    [json([]), 'discovery-invalid'],
    [json({}, 404), 'discovery-failed'],
    [new Response('<html>'), 'discovery-failed'],
  ] as const
  for (const [answer, reason] of answers) {
    server.script.intercept = () => answer
    expect(await refusal(discover(app, server.fhirBase))).toMatchObject({ reason })
  }
  server.script.intercept = () => undefined
  for (const address of ['http://ehr.example/token', 'https://a:b@ehr.example/token', 'javascript:alert(1)']) {
    server.script.configuration = { token_endpoint: address }
    expect(await refusal(discover(app, server.fhirBase))).toMatchObject({ reason: 'insecure-url' })
  }
})

test('AL-01 SDK-34 a plain http server is refused without the symbol', async () => {
  const server = smartServer({ issuer: 'http://ehr.example' })
  const app = testApp(server, testPlatform([server]))
  expect(await refusal(startLaunch(app))).toMatchObject({ reason: 'insecure-url' })
  expect(server.sent).toEqual([])
})

test('AL-53 AL-57 SY-01 RF-08 SDK-15 a secret goes into a Basic header, at redemption and at refresh', async () => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server]), { auth: { kind: 'secret', secret: 'a:b/c%' } })
  const session = await completeLaunch(app, server.authorize((await startLaunch(app)).url))
  await session.retry()
  const [redemption, refresh] = server.tokenRequests()
  for (const sent of [redemption, refresh]) {
    const [id, secret] = Buffer.from(sent?.headers.get('authorization')?.slice(6) ?? '', 'base64')
      .toString()
      .split(':')
      .map(decodeURIComponent)
    expect([id, secret]).toEqual(['app-1', 'a:b/c%'])
    expect(sent?.form.has('client_id')).toBe(false)
  }
})

test('SDK-22 AL-10 a secret in a page is refused', async () => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server], { page: testPage() }), { auth: { kind: 'secret', secret: 's' } })
  expect(await refusal(startLaunch(app))).toMatchObject({ reason: 'option-refused' })
})

test.each(['RS384', 'ES384'] as const)(
  'CA-07 CA-13 CA-19 CA-20 CA-21 CA-22 CA-23 CA-24 CA-25 CA-26 AL-54 AL-56 BS-06 SDK-15 %s assertions, fresh each time',
  async (alg) => {
    const server = smartServer()
    const pair =
      alg === 'RS384'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const how =
      alg === 'RS384' ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' } : { name: 'ECDSA', namedCurve: 'P-384' }
    const der = pair.privateKey.export({ format: 'der', type: 'pkcs8' })
    const key = await crypto.subtle.importKey('pkcs8', der, how, false, ['sign'])
    const app = testApp(server, testPlatform([server]), { auth: { kind: 'key', key, kid: 'key-1' } })
    const session = await completeLaunch(app, server.authorize((await startLaunch(app)).url))
    await session.retry()
    const used = new Set<string | undefined>()
    for (const { form } of server.tokenRequests()) {
      expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
      expect(form.has('client_id')).toBe(false)
      const { payload, protectedHeader } = await jwtVerify(
        form.get('client_assertion') ?? '',
        await exportJWK(pair.publicKey),
        { issuer: 'app-1', subject: 'app-1', audience: `${server.issuer}/token`, algorithms: [alg] },
      )
      expect(protectedHeader).toEqual({ alg, kid: 'key-1', typ: 'JWT' })
      expect((payload.exp ?? 0) - Date.now() / 1000).toBeLessThanOrEqual(300)
      used.add(payload.jti)
    }
    expect(used.size).toBe(2)
  },
)
