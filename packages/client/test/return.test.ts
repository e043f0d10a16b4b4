import { type CheckedAnswer, checkAnswer, completeLaunch, openSession, redeem, startLaunch } from '@gatehouse/client'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, expectTypeOf, test } from 'vitest'
import { json, type Script, type SmartServer, smartServer } from './smart-server.ts'
import { refusal, signIn, testApp, testPage, testPlatform } from './test-app.ts'

/** An app that has left for the server, and the answer it would get. */
async function underWay(server: SmartServer, page?: ReturnType<typeof testPage>) {
  const platform = testPlatform([server], page === undefined ? {} : { page })
  const app = testApp(server, platform)
  return { app, platform, answer: server.authorize((await startLaunch(app)).url) }
}

/** The answer with one parameter changed, or taken out. */
function changed(answer: string, name: string, value?: string): string {
  const url = new URL(answer)
  if (value === undefined) url.searchParams.delete(name)
  else url.searchParams.set(name, value)
  return url.href
}

test('SDK-01 SDK-05 AL-04 AL-05 THR-07 an answer without a launch of this browser is refused: nothing is redeemed', async () => {
  const server = smartServer()
  const { app, answer } = await underWay(server)
  const stranger = testApp(server, testPlatform([server]))
  const forged = [changed(answer, 'state', 'x'.repeat(43)), changed(answer, 'state'), changed(answer, 'state', '')]
  for (const url of forged) expect(await refusal(completeLaunch(app, url))).toMatchObject({ reason: 'state-unknown' })
  expect(await refusal(completeLaunch(stranger, answer))).toMatchObject({ reason: 'state-unknown' })
  expect(server.tokenRequests()).toEqual([])
})

test('SDK-01 a state is used once, also by an answer that was refused', async () => {
  const server = smartServer()
  const { app, answer } = await underWay(server)
  await checkAnswer(app, answer)
  expect(await refusal(checkAnswer(app, answer))).toMatchObject({ reason: 'state-unknown' })
  const second = await underWay(server)
  expect(await refusal(checkAnswer(second.app, changed(second.answer, 'iss', 'https://evil.example')))).toMatchObject({
    reason: 'issuer-mismatch',
  })
  expect(await refusal(checkAnswer(second.app, second.answer))).toMatchObject({ reason: 'state-unknown' })
})

test('SDK-01 a state is good for ten minutes', async () => {
  const server = smartServer()
  const late = await underWay(server)
  await late.platform.pass(601)
  expect(await refusal(completeLaunch(late.app, late.answer))).toMatchObject({ reason: 'state-expired' })
  const onTime = await underWay(server)
  await onTime.platform.pass(599)
  await completeLaunch(onTime.app, onTime.answer)
})

test('SDK-05 THR-04 with two servers, an answer of one cannot end a launch at the other', async () => {
  const [one, two] = [smartServer(), smartServer({ issuer: 'https://two.example' })]
  const app = testApp(one, testPlatform([one, two]), { servers: [one.fhirBase, two.fhirBase] })
  const toOne = new URL((await startLaunch(app)).url)
  const fromTwo = changed(two.authorize(toOne.href), 'state', toOne.searchParams.get('state') ?? '')
  expect(await refusal(completeLaunch(app, fromTwo))).toMatchObject({ reason: 'issuer-mismatch' })
  expect([...one.tokenRequests(), ...two.tokenRequests()]).toEqual([])
})

test('SDK-05 where iss is advertised it must be there; elsewhere it may be missing, never wrong', async () => {
  const server = smartServer()
  const { app, answer } = await underWay(server)
  expect(await refusal(completeLaunch(app, changed(answer, 'iss')))).toMatchObject({ reason: 'issuer-mismatch' })
  server.script.configuration = { authorization_response_iss_parameter_supported: undefined }
  const quiet = await underWay(server)
  await completeLaunch(quiet.app, changed(quiet.answer, 'iss'))
  const wrong = await underWay(server)
  expect(await refusal(completeLaunch(wrong.app, changed(wrong.answer, 'iss', 'https://x.example')))).toMatchObject({
    reason: 'issuer-mismatch',
  })
})

test('AL-49 the server’s own refusal arrives in its own fields', async () => {
  const server = smartServer()
  const { app, answer } = await underWay(server)
  const url = changed(
    changed(changed(answer, 'code'), 'error', 'access_denied'),
    'error_uri',
    'https://ehr.example/e/1',
  )
  expect(await refusal(completeLaunch(app, url))).toMatchObject({
    reason: 'authorization-refused',
    error: 'access_denied',
    errorUri: 'https://ehr.example/e/1',
  })
})

test('SDK-05 repeated parameters, tokens in the URL and answers without a code are malformed', async () => {
  const server = smartServer()
  for (const change of [
    (url: string) => `${url}&code=2`,
    (url: string) => `${url}&id_token=x`,
    (url: string) => changed(url, 'code'),
    (url: string) => `${url}&response=x`,
  ]) {
    const { app, answer } = await underWay(server)
    expect(await refusal(completeLaunch(app, change(answer)))).toMatchObject({ reason: 'answer-invalid' })
  }
  expect(server.tokenRequests()).toEqual([])
})

test('SDK-05 SDK-42 only a checked answer can be redeemed', async () => {
  expectTypeOf(redeem).parameter(1).toEqualTypeOf<CheckedAnswer>()
  expectTypeOf<URL>().not.toExtend<CheckedAnswer>()
  expectTypeOf<{ parameters: URLSearchParams; launch: CheckedAnswer['launch'] }>().not.toExtend<CheckedAnswer>()
  const server = smartServer()
  const { app, answer } = await underWay(server)
  const checked = await checkAnswer(app, answer)
  const copy = { ...checked, parameters: new URLSearchParams(checked.parameters) }
  await expect(redeem(app, copy)).rejects.toThrow(/validateAuthResponse/)
  expect(await redeem(app, checked)).toMatchObject({ scope: app.scope })
})

const hour = 3600
const past = Math.floor(Date.now() / 1000) - hour
test.each<readonly [string, Script['idToken']]>([
  ['another issuer', { iss: 'https://evil.example' }],
  ['another client', { aud: 'app-2' }],
  ['several audiences without azp', { aud: ['app-1', 'app-2'] }],
  ['expired', { exp: past }],
  ['another nonce', { nonce: 'replayed' }],
  ['no nonce', { nonce: undefined }],
  ['no subject', { sub: undefined }],
])('SDK-05 ID-04 an ID token of %s is refused', async (_what, idToken) => {
  const server = smartServer()
  server.script.idToken = idToken
  const { app, answer } = await underWay(server)
  expect(await refusal(completeLaunch(app, answer))).toMatchObject({ reason: 'id-token-invalid' })
  expect(await openSession(app)).toBeUndefined()
})

test('SDK-05 ID-14 ID-17 an ID token that is unsigned, signed by an unknown key or by another algorithm is refused', async () => {
  const other = await generateKeyPair('RS256')
  const es = await generateKeyPair('ES256', { extractable: true })
  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  for (const forge of [
    async (claims: Record<string, unknown>) => `${base64({ alg: 'none' })}.${base64(claims)}.`,
    async (claims: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(other.privateKey),
    async (claims: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k9' }).sign(other.privateKey),
    async (claims: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', jwk: await exportJWK(es.publicKey) }).sign(es.privateKey),
    async (claims: Record<string, unknown>) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
        .sign(new TextEncoder().encode('x'.repeat(32))),
  ]) {
    const server = smartServer()
    const { app } = await underWay(server)
    const { url } = await startLaunch(app)
    const nonce = new URL(url).searchParams.get('nonce')
    const claims = { iss: server.issuer, aud: 'app-1', sub: 'u', nonce, iat: now, exp: now + 300 }
    server.script.tokenAnswer = { id_token: await forge(claims) }
    expect(await refusal(completeLaunch(app, server.authorize(url)))).toMatchObject({ reason: 'id-token-invalid' })
  }
})

test('ID-17 the keys are those the issuer names; an issuer that calls itself otherwise is refused', async () => {
  const server = smartServer()
  server.script.intercept = ({ url }) =>
    url.pathname === '/.well-known/openid-configuration'
      ? json({ issuer: 'https://other.example', jwks_uri: `${server.issuer}/jwks` })
      : undefined
  const { app, answer } = await underWay(server)
  expect(await refusal(completeLaunch(app, answer))).toMatchObject({ reason: 'id-token-invalid' })
  server.script.intercept = ({ url }) =>
    url.pathname === '/.well-known/openid-configuration' ? new Response('no', { status: 404 }) : undefined
  await signIn(app, server)
})

test('ID-03 CF-07 openid granted without an ID token, or an ID token without an issuer to check it, is refused', async () => {
  const server = smartServer()
  server.script.tokenAnswer = { id_token: undefined }
  const silent = await underWay(server)
  expect(await refusal(completeLaunch(silent.app, silent.answer))).toMatchObject({ reason: 'id-token-invalid' })
  server.script.tokenAnswer = {}
  server.script.configuration = { issuer: undefined, authorization_response_iss_parameter_supported: undefined }
  const nameless = await underWay(server)
  expect(await refusal(completeLaunch(nameless.app, nameless.answer))).toMatchObject({ reason: 'id-token-invalid' })
})

test.each([
  ['https://evil.example/fhir/Practitioner/1'],
  ['Organization/1'],
  ['Practitioner/1/_history/2'],
  ['Practitioner/1?x=1'],
  ['../Practitioner/1'],
  [''],
])('SDK-05 ID-06 IN-11 fhirUser %s is refused', async (fhirUser) => {
  const server = smartServer()
  server.script.idToken = { fhirUser }
  const { app, answer } = await underWay(server)
  expect(await refusal(completeLaunch(app, answer))).toMatchObject({ reason: 'fhir-user-invalid' })
})

test('ID-08 ID-09 a relative fhirUser is made absolute under the FHIR base and can be read', async () => {
  const server = smartServer()
  server.script.idToken = { fhirUser: 'Patient/p1' }
  const { app, answer } = await underWay(server)
  const session = await completeLaunch(app, answer)
  expect(session.user?.fhirUser).toBe(`${server.fhirBase}/Patient/p1`)
  expect(await session.request(session.user?.fhirUser ?? '')).toMatchObject({ id: 'p1' })
})

test.each([['Patient/1'], ['a/b'], [''], ['x'.repeat(65)], ['../1'], [7]])(
  'SDK-05 CX-14 a patient that is no bare id (%s) is refused',
  async (patient) => {
    const server = smartServer()
    server.script.tokenAnswer = { patient }
    const { app, answer } = await underWay(server)
    expect(await refusal(completeLaunch(app, answer))).toMatchObject({ reason: 'context-invalid' })
  },
)

test('AL-68 CX-13 CX-15 CX-16 CX-17 CX-19 CX-20 CX-21 CX-30 the launch context is read whole, wrong types left out', async () => {
  const server = smartServer()
  const fhirContext = [
    { reference: 'ImagingStudy/1' },
    { canonical: 'http://x/q|1', type: 'Questionnaire', role: 'y' },
    7,
  ]
  server.script.tokenAnswer = {
    encounter: 'e1',
    need_patient_banner: false,
    intent: 'reconcile',
    tenant: 't',
    smart_style_url: 'https://ehr.example/style/1.json',
    appContext: '{"a":1}',
    fhirContext,
  }
  const { app, answer } = await underWay(server)
  expect((await completeLaunch(app, answer)).context).toEqual({
    patient: 'p1',
    encounter: 'e1',
    needPatientBanner: false,
    intent: 'reconcile',
    tenant: 't',
    smartStyleUrl: 'https://ehr.example/style/1.json',
    appContext: '{"a":1}',
    fhirContext: [
      { reference: 'ImagingStudy/1', role: 'launch' },
      { canonical: 'http://x/q|1', type: 'Questionnaire', role: 'y' },
    ],
  })
})

test('AL-58 AL-59 a refused code, an unusable answer and no answer are three different reasons', async () => {
  for (const [answer, reason] of [
    [() => json({ error: 'invalid_grant', error_description: 'code used' }, 400), 'token-refused'],
    [() => json({ token_type: 'Bearer' }), 'token-answer-invalid'],
    [() => new Response('<html>'), 'token-answer-invalid'],
    [() => json({ access_token: 'a', token_type: 'mac' }), 'token-answer-invalid'],
    [() => new Response('', { status: 503 }), 'try-later'],
    [() => Promise.reject(new TypeError('offline')), 'try-later'],
  ] as const) {
    const server = smartServer()
    server.script.intercept = ({ url }) => (url.pathname === '/token' ? answer() : undefined)
    const { app, answer: back } = await underWay(server)
    expect(await refusal(completeLaunch(app, back))).toMatchObject({ reason })
  }
})

test('AL-07 nothing in the answer leads anywhere: no value of it is visited, shown or sent but code and state', async () => {
  const server = smartServer()
  const page = testPage()
  const { app, answer } = await underWay(server, page)
  page.go.mockClear()
  await completeLaunch(app, `${answer}&next=https://evil.example&redirect_uri=https://evil.example&resume_uri=x`)
  expect(page.go).not.toHaveBeenCalled()
  expect(page.open).not.toHaveBeenCalled()
  expect(page.showUrl.mock.calls).toEqual([[app.redirectUri]])
  expect(JSON.stringify(server.tokenRequests().map(({ body }) => body))).not.toContain('evil')
})

test('SDK-01 the address bar is cleaned also when the answer is refused', async () => {
  const server = smartServer()
  const page = testPage()
  const { app, answer } = await underWay(server, page)
  await refusal(completeLaunch(app, changed(answer, 'state', 'forged')))
  expect(page.showUrl).toHaveBeenCalledWith(app.redirectUri)
})

test('SDK-01 the address bar is cleaned, and a page that renders twice gets one session', async () => {
  const server = smartServer()
  const page = testPage()
  const { app, answer } = await underWay(server, page)
  const [one, two] = await Promise.all([completeLaunch(app, answer), completeLaunch(app, answer)])
  expect(one).toBe(two)
  expect(server.tokenRequests()).toHaveLength(1)
  expect(page.showUrl).toHaveBeenCalledWith(app.redirectUri)
})
