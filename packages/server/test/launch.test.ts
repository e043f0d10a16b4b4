import { expect, test } from 'vitest'
import { launchScope } from '../src/clients/client-scopes.ts'
import { styleUrl } from '../src/launch/style-url.ts'
import { hashSecret } from '../src/secret.ts'
import { openBrowser } from './browser.ts'
import { testAudience } from './env.ts'
import { authorizeUrl, type Clinic, clientRecord, openClinic, signIn } from './people.ts'

const ehr = clientRecord('ehr', {
  auth: { method: 'client_secret_basic', secretHash: hashSecret('ehr-secret') },
  grantTypes: ['client_credentials'],
  scope: launchScope,
})

const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const clinic = (): Promise<Clinic> =>
  openClinic({}, [
    ehr,
    clientRecord('weak', { ...ehr, id: 'weak', scope: 'system/*.rs' }),
    clientRecord('staffy', { staffConsent: 'preauthorized' }),
  ])

const good = { client_id: 'staffy', username: 'doc', patient: 'ana', encounter: 'e1', intent: 'growth' }

const launch = ({ app }: Clinic, body: object, authorization = basic('ehr', 'ehr-secret')) =>
  app.inject({ method: 'POST', url: '/launch', headers: { authorization }, payload: body })

const launchHandle = async (at: Clinic, body: object = good): Promise<string> =>
  (await launch(at, body)).json<{ launch: string }>().launch

test('AL-25 AL-26 AL-27 an EHR records a launch and gets the URL that opens the app', async () => {
  const at = await clinic()
  const answer = await launch(at, good)
  expect(answer.statusCode).toBe(201)
  expect(answer.headers['cache-control']).toBe('no-store')
  const body = answer.json<Record<string, string>>()
  const url = new URL(body.launch_url ?? '')
  expect(url.origin + url.pathname).toBe('https://staffy.example/launch')
  expect(url.searchParams.get('iss')).toBe(testAudience)
  expect(url.searchParams.get('launch')).toBe(body.launch)
  expect(at.env.audited).toContainEqual(
    expect.objectContaining({ event: 'launch-created', subject: 'sub-doc', actor: 'ehr', patient: 'ana' }),
  )
})

test('CX-10 ONC-24 AL-35 the launch gives its context to the app, without a page where staff need none', async () => {
  const at = await clinic()
  const browser = openBrowser(at.app)
  const handle = await launchHandle(at)
  const scope = 'launch openid fhirUser patient/Observation.rs'
  const asked = await browser.open(authorizeUrl({ client_id: 'staffy', scope, launch: handle }))
  const { url } = await signIn(browser, asked, 'doc')
  expect(url.searchParams.get('code')).toBeTruthy()
  const [grant] = await at.env.store.grants.listBySubject('sub-doc')
  expect(grant?.context).toEqual({
    patient: 'ana',
    encounter: 'e1',
    intent: 'growth',
    needPatientBanner: true,
    style: 'default',
  })
  expect(grant?.scope).toBe(scope)
  expect((grant?.endsAt ?? 0) - at.env.now()).toBe(60 + at.env.config.token.accessToken)
})

const denials: readonly (readonly [string, object, number])[] = [
  ['an app nobody registered', { client_id: 'nobody' }, 400],
  ['a user nobody knows', { username: 'nobody' }, 400],
  ['a user named twice', { subject: 'sub-doc' }, 400],
  ['an encounter without a patient', { patient: undefined }, 400],
  ['a patient that is a reference', { patient: 'Patient/ana' }, 400],
  ['THR-22 a patient the user may not act for', { username: 'eve' }, 400],
  ['a patient nobody knows', { patient: 'nobody' }, 400],
  ['another FHIR base', { audience: 'https://evil.example/r4' }, 400],
  ['a launch URL that is not registered', { launch_uri: 'https://evil.example/launch' }, 400],
  ['a style that is not configured', { style: 'toString' }, 400],
  ['CX-21 fhirContext of strings', { fhirContext: ['ImagingStudy/1'] }, 400],
  ['CX-22 an empty context item', { fhirContext: [{ role: 'launch' }] }, 400],
  ['CX-28 an empty role', { fhirContext: [{ reference: 'ImagingStudy/1', role: '' }] }, 400],
  ['CX-29 a role that is no URI', { fhirContext: [{ reference: 'ImagingStudy/1', role: 'prior' }] }, 400],
  ['CX-32 a second patient', { fhirContext: [{ reference: 'Patient/eve' }] }, 400],
  ['CX-26 an identifier without a type', { fhirContext: [{ identifier: { system: 'urn:x', value: '1' } }] }, 400],
  ['CX-26 a canonical without a type', { fhirContext: [{ canonical: 'https://x.example/Questionnaire/q' }] }, 400],
  ['IN-17 an unknown type', { fhirContext: [{ reference: 'Fancy/1' }] }, 400],
]

test.each(denials)('launch:invalid refuses %s', async (_title, change, status) => {
  const answer = await launch(await clinic(), { ...good, ...change })
  expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([status, 'invalid_request'])
})

test('AL-27 only a client that proves itself and holds the launch scope records launches', async () => {
  const at = await clinic()
  expect((await launch(at, good, basic('ehr', 'wrong'))).statusCode).toBe(401)
  expect((await launch(at, good, basic('weak', 'ehr-secret'))).statusCode).toBe(403)
  expect((await at.app.inject({ method: 'POST', url: '/launch', payload: { ...good } })).statusCode).toBe(401)
})

test('CX-21 CX-23 CX-24 CX-25 CX-27 every legal context item is kept as it is', async () => {
  const at = await clinic()
  const fhirContext = [
    { reference: 'ImagingStudy/1' },
    { reference: 'ImagingStudy/2', role: 'launch' },
    { reference: 'Patient/eve', role: 'https://example.org/mother' },
    { canonical: 'https://example.org/Questionnaire/phq9|1.0', type: 'Questionnaire' },
    { identifier: { system: 'urn:x', value: '1' }, type: 'ServiceRequest' },
  ]
  const browser = openBrowser(at.app)
  const handle = await launchHandle(at, { ...good, fhirContext })
  const scope = 'launch openid patient/Observation.rs'
  await signIn(browser, await browser.open(authorizeUrl({ client_id: 'staffy', scope, launch: handle })), 'doc')
  const [grant] = await at.env.store.grants.listBySubject('sub-doc')
  expect(grant?.context.fhirContext).toEqual(fhirContext)
})

const opened = (at: Clinic, changes: Readonly<Record<string, string | undefined>>) =>
  openBrowser(at.app).open(authorizeUrl({ client_id: 'staffy', scope: 'launch patient/Observation.rs', ...changes }))

test('THR-08 a launch works once, for its app, its FHIR base, until it expires', async () => {
  const at = await clinic()
  const handle = await launchHandle(at)
  expect((await opened(at, { launch: handle })).url.pathname).toBe('/sign-in')
  expect((await opened(at, { launch: handle })).status).toBe(400)
  expect((await opened(at, { launch: 'x'.repeat(43) })).status).toBe(400)
  expect((await opened(at, { launch: await launchHandle(at), client_id: 'chart' })).status).toBe(400)
  const late = await launchHandle(at)
  at.env.clock.advance(301)
  expect((await opened(at, { launch: late })).status).toBe(400)
})

test('THR-08 an attacker’s launch in the victim’s session is never silently another user', async () => {
  const at = await clinic()
  const victim = openBrowser(at.app)
  await signIn(victim, await victim.open(authorizeUrl()), 'ana')
  const handle = await launchHandle(at)
  const url = authorizeUrl({ client_id: 'staffy', scope: 'launch patient/Observation.rs', launch: handle })
  const page = await victim.open(url)
  expect(page.url.pathname).toBe('/sign-in')
  expect(page.html).toContain('someone else')
  const { url: back } = await signIn(victim, page, 'ana')
  expect(back.searchParams.get('error')).toBe('access_denied')
  expect(back.searchParams.get('code')).toBeNull()
})

const styleNames: readonly string[] = [
  'color_background',
  'color_error',
  'color_highlight',
  'color_modal_backdrop',
  'color_success',
  'color_text',
  'dim_border_radius',
  'dim_font_size',
  'dim_spacing_size',
  'font_family_body',
  'font_family_heading',
]

test('CX-19 CX-34 CX-35 IN-18 the style is public JSON whose address holds its content', async () => {
  const { app, env } = await clinic()
  const url = new URL(styleUrl(env.config, 'default'))
  const answer = await app.inject({ url: url.pathname, headers: { origin: 'https://app.example' } })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toContain('application/json')
  expect(answer.headers['access-control-allow-origin']).toBe('*')
  const names = Object.keys(answer.json())
  expect(names).toContain('color_background')
  expect(names.filter((name) => !styleNames.includes(name))).toEqual([])
  const odd: Record<string, string> = { colour: '#000000' }
  await expect(openClinic({ config: { launch: { styles: { default: odd } } } })).rejects.toThrow(
    'launch.styles.default',
  )
  const other = await openClinic({ config: { launch: { styles: { default: { color_text: '#000000' } } } } })
  expect(styleUrl(other.env.config, 'default')).not.toBe(url.href)
  expect((await other.app.inject({ url: url.pathname })).statusCode).toBe(404)
})

const smartCode = (code: string) => ({
  coding: [{ system: 'http://hl7.org/fhir/smart-app-launch/CodeSystem/smart-codes', code }],
})

const task = (code: string, changes: object = {}) => ({
  resourceType: 'Task',
  code: smartCode(code),
  for: { reference: 'Patient/ana' },
  encounter: { reference: 'Encounter/e1' },
  input: [
    { type: smartCode('smartonfhir-application'), valueUrl: 'https://staffy.example/launch' },
    { type: smartCode('smartonfhir-appcontext'), valueString: '{"form":"phq-9"}' },
  ],
  ...changes,
})

test('TL-01 TL-03 TL-04 TL-05 TL-06 a Task says patient, encounter, app and appContext', async () => {
  const at = await clinic()
  const browser = openBrowser(at.app)
  const handle = await launchHandle(at, { client_id: 'staffy', username: 'doc', task: task('launch-app-ehr') })
  const scope = 'launch openid patient/Observation.rs'
  await signIn(browser, await browser.open(authorizeUrl({ client_id: 'staffy', scope, launch: handle })), 'doc')
  const [grant] = await at.env.store.grants.listBySubject('sub-doc')
  expect(grant?.context).toMatchObject({ patient: 'ana', encounter: 'e1', appContext: '{"form":"phq-9"}' })
})

test('TL-02 a standalone Task opens the app without a handle', async () => {
  const answer = await launch(await clinic(), {
    client_id: 'staffy',
    username: 'doc',
    task: task('launch-app-standalone'),
  })
  expect(answer.json()).toEqual({ launch_url: 'https://staffy.example/launch', iss: testAudience })
})

test.each([
  ['another code', task('something-else')],
  ['TL-03 no app', task('launch-app-ehr', { input: [] })],
  [
    'an app URL that is not registered',
    task('launch-app-ehr', {
      input: [{ type: smartCode('smartonfhir-application'), valueUrl: 'https://evil.example/' }],
    }),
  ],
  [
    'TL-06 a patient of another server',
    task('launch-app-ehr', { for: { reference: 'https://evil.example/Patient/ana' } }),
  ],
  ['TL-06 somebody who is no patient', task('launch-app-ehr', { for: { reference: 'Group/1' } })],
])('launch:invalid refuses a Task with %s', async (_title, resource) => {
  const answer = await launch(await clinic(), { client_id: 'staffy', username: 'doc', task: resource })
  expect(answer.statusCode).toBe(400)
})
