import { describe, expect, test } from 'vitest'
import { hashSecret } from '../src/secret.ts'
import { checkPassword } from '../src/sign-in/local-users.ts'
import { type Browser, openBrowser, wayBack } from './browser.ts'
import { testAudience, testIssuer } from './env.ts'
import { agree, authorizeUrl, type Clinic, clientRecord, openClinic, password, share, signIn } from './people.ts'

const confidential = clientRecord('server', {
  auth: { method: 'client_secret_basic', secretHash: hashSecret('s') },
})
const encounters = 'launch/encounter openid patient/Observation.rs'

const clinic = async (): Promise<Clinic & { readonly browser: Browser }> => {
  const at = await openClinic({}, [confidential, clientRecord('off', { state: 'suspended' })])
  return { ...at, browser: openBrowser(at.app) }
}

const signedIn = async (username = 'ana') => {
  const at = await clinic()
  await agree(at.browser, username)
  return at
}

const errorOf = (url: URL) => [
  url.host,
  url.searchParams.get('error'),
  url.searchParams.get('state') !== null,
  url.searchParams.get('iss'),
]

describe('who is the user', () => {
  test('THR-02 a stranger signs in before any error goes to an app', async () => {
    const { browser } = await clinic()
    const page = await browser.open(authorizeUrl({ scope: 'system/*.rs' }))
    expect(page.url.pathname).toBe('/sign-in')
    const { url } = await signIn(browser, page, 'ana')
    expect(errorOf(url)).toEqual(['chart.example', 'invalid_scope', true, testIssuer])
  })

  test('AL-49 THR-04 every error carries state, iss and error_uri', async () => {
    const { browser } = await signedIn()
    const url = wayBack(await browser.open(authorizeUrl({ client_id: 'off' })))
    expect(errorOf(url)).toEqual(['off.example', 'access_denied', true, testIssuer])
    expect(url.searchParams.get('error_uri')).toMatch(
      /urn:gatehouse:error:authorize:client-blocked\/instances\/[\w-]{22}$/,
    )
  })

  test('a wrong password says so, keeps the name, and locks after too many', async () => {
    const { browser, env } = await clinic()
    const page = await browser.open(authorizeUrl())
    const wrong = await browser.send(page, { username: 'ana', password: 'no', answer: 'sign-in' })
    expect([wrong.status, wrong.html.includes('value="ana"')]).toEqual([401, true])
    for (let n = 0; n < 7; n += 1) await browser.send(page, { username: 'ana', password: 'no', answer: 'sign-in' })
    const locked = await signIn(browser, page, 'ana')
    expect(locked.status).toBe(429)
    env.clock.advance(env.config.signIn.attemptWindow + 1)
    expect((await signIn(browser, page, 'ana')).url.pathname).toBe('/consent')
  })

  test('THR-39 one password tried on everybody from one address is stopped; other addresses go on', async () => {
    const { env } = await openClinic({ config: { signIn: { attempts: 3 } } })
    const from = (remoteAddress: string, username: string, word: string) =>
      checkPassword({ username, password: word, remoteAddress }, env)
    for (let n = 0; n < 75; n += 1) await from('192.0.2.1', `user${n}`, 'no')
    expect(await from('192.0.2.1', 'ana', password)).toBe('locked')
    expect(await from('192.0.2.9', 'ana', password)).toMatchObject({ subject: 'sub-ana' })
  })

  test('THR-39 an unknown name is answered like a wrong password', async () => {
    const { browser } = await clinic()
    const page = await browser.open(authorizeUrl())
    const [one, other] = [
      await browser.send(page, { username: 'ana', password: 'no', answer: 'sign-in' }),
      await browser.send(page, { username: 'nobody', password: 'no', answer: 'sign-in' }),
    ]
    expect(other.html.replaceAll('nobody', 'ana')).toBe(one.html)
  })

  test('THR-07 the session cookie is new at every sign-in, host-bound, and a planted one is worth nothing', async () => {
    const { browser, env } = await clinic()
    const page = await browser.open(authorizeUrl())
    const name = [...browser.cookies.keys()][0]?.replace(/interaction-.*/, 'session') ?? ''
    browser.cookies.set(name, 'planted')
    await signIn(browser, page, 'ana')
    expect(name).toMatch(/^__Host-/)
    const secret = browser.cookies.get(name) ?? ''
    expect(secret).not.toBe('planted')
    expect((await env.store.sessions.find(hashSecret(secret), env.now()))?.subject).toBe('sub-ana')
    expect(await env.store.sessions.find(hashSecret('planted'), env.now())).toBeUndefined()
  })

  test('THR-07 a sign-in form works only in the browser that opened it', async () => {
    const { browser, app } = await clinic()
    const page = await browser.open(authorizeUrl())
    const other = openBrowser(app)
    const values = { ...page.fields, username: 'eve', password, answer: 'sign-in' }
    expect((await other.post('/sign-in', values)).html).toContain('interaction-expired')
    expect((await browser.post('/sign-in', { ...values, token: 'x' })).html).toContain('form-expired')
  })

  test('prompt=login asks again, even a person who is signed in', async () => {
    const { browser } = await signedIn()
    const page = await browser.open(authorizeUrl({ prompt: 'login' }))
    expect(page.url.pathname).toBe('/sign-in')
    expect((await signIn(browser, page, 'ana')).url.pathname).toBe('/consent')
  })

  test('max_age asks again when the sign-in is older, and not when it is younger', async () => {
    const { browser, env } = await signedIn()
    env.clock.advance(100)
    expect((await browser.open(authorizeUrl({ max_age: '50' }))).url.pathname).toBe('/sign-in')
    expect((await browser.open(authorizeUrl({ max_age: '500' }))).url.pathname).toBe('/consent')
  })

  test('prompt=select_account offers the signed-in person, who goes on with one button', async () => {
    const { browser } = await signedIn()
    const page = await browser.open(authorizeUrl({ prompt: 'select_account' }))
    expect(page.html).toContain('Go on as ana Ruiz')
    expect((await browser.send(page, { answer: 'continue' })).url.pathname).toBe('/consent')
  })

  test('"go on" is no way round prompt=login', async () => {
    const { browser } = await signedIn()
    const page = await browser.open(authorizeUrl({ prompt: 'login' }))
    expect((await browser.send(page, { answer: 'continue' })).url.pathname).toBe('/sign-in')
  })

  test('login_hint fills the name in; of someone else it asks who is there', async () => {
    const { browser, app } = await signedIn()
    expect((await openBrowser(app).open(authorizeUrl({ login_hint: 'eve' }))).html).toContain('value="eve"')
    expect((await browser.open(authorizeUrl({ login_hint: 'eve' }))).url.pathname).toBe('/sign-in')
    expect((await browser.open(authorizeUrl({ login_hint: 'ana' }))).url.pathname).toBe('/consent')
  })

  test('ID-11 id_token_hint: the person it names goes on, anyone else is refused', async () => {
    const { browser, env } = await signedIn()
    const hint = (sub: string) => env.keys.sign('RS256', 'JWT', { iss: testIssuer, sub, aud: 'chart', exp: 1 })
    expect((await browser.open(authorizeUrl({ id_token_hint: await hint('sub-ana') }))).url.pathname).toBe('/consent')
    const page = await browser.open(authorizeUrl({ id_token_hint: await hint('sub-eve') }))
    expect(page.url.pathname).toBe('/sign-in')
    expect(errorOf((await signIn(browser, page, 'ana')).url)[1]).toBe('login_required')
  })

  test('TOK-26 an access token is no id_token_hint', async () => {
    const { browser, env } = await signedIn()
    const token = await env.keys.sign('ES256', 'at+jwt', { iss: testIssuer, sub: 'sub-ana' })
    expect((await browser.open(authorizeUrl({ id_token_hint: token }))).html).toContain('id-token-hint')
  })

  test('CON-09 leaving the sign-in page is a refusal the app hears of', async () => {
    const { browser } = await clinic()
    const { url } = await browser.send(await browser.open(authorizeUrl()), { answer: 'cancel' })
    expect(errorOf(url)).toEqual(['chart.example', 'access_denied', true, testIssuer])
  })

  test('a disabled person is signed out everywhere', async () => {
    const { browser, env } = await signedIn()
    const user = await env.store.users.find('sub-ana')
    if (user) await env.store.users.save({ ...user, state: 'disabled' })
    const page = await browser.open(authorizeUrl())
    expect(page.url.pathname).toBe('/sign-in')
    expect((await signIn(browser, page, 'ana')).status).toBe(401)
  })
})

describe('prompt=none', () => {
  const none = (changes = {}) => authorizeUrl({ prompt: 'none', ...changes })

  test('nobody signed in: login_required', async () => {
    const { browser } = await clinic()
    expect(errorOf((await browser.open(none())).url)[1]).toBe('login_required')
  })

  test('CON-11 THR-15 a public app gets no code without a page, whatever was agreed before', async () => {
    const { browser } = await signedIn()
    expect(errorOf((await browser.open(none())).url)[1]).toBe('interaction_required')
  })

  test('CON-11 an app with a secret gets what was agreed before, and nothing that was not', async () => {
    const { browser } = await signedIn()
    expect(errorOf((await browser.open(none({ client_id: 'server' }))).url)[1]).toBe('consent_required')
    await agree(browser, 'ana', authorizeUrl({ client_id: 'server' }))
    expect((await browser.open(none({ client_id: 'server' }))).url.searchParams.get('code')).toBeTruthy()
    const more = 'launch/patient openid fhirUser patient/Observation.rs patient/Condition.rs patient/Goal.rs'
    expect(errorOf((await browser.open(none({ client_id: 'server', scope: more }))).url)[1]).toBe('consent_required')
  })

  test('a picker would be needed: interaction_required', async () => {
    const { browser } = await clinic()
    await signIn(browser, await browser.open(authorizeUrl()), 'pau')
    expect(errorOf((await browser.open(none({ client_id: 'server' }))).url)[1]).toBe('interaction_required')
  })
})

describe('what is it about', () => {
  test('CX-01 CX-12 CX-14 one’s own record needs no picker; a parent of two chooses', async () => {
    const { browser, env, app } = await clinic()
    expect((await signIn(browser, await browser.open(authorizeUrl()), 'ana')).url.pathname).toBe('/consent')
    const parent = openBrowser(app)
    const picker = await signIn(parent, await parent.open(authorizeUrl()), 'pau')
    expect(picker.url.pathname).toBe('/context')
    expect([
      picker.html.includes('kid Ruiz'),
      picker.html.includes('tot Ruiz'),
      picker.html.includes('ana Ruiz'),
    ]).toEqual([true, true, false])
    const page = await parent.send(picker, { choice: 'kid' })
    expect(page.html).toContain('kid Ruiz’s record')
    await share(parent, page)
    const [grant] = await env.store.grants.listBySubject('sub-pau')
    expect(grant?.context).toMatchObject({ patient: 'kid', needPatientBanner: true })
  })

  test.each(['ana', 'nobody', '', 'kid/../ana'])('THR-14 THR-22 a parent cannot choose %j', async (choice) => {
    const { browser } = await clinic()
    const picker = await signIn(browser, await browser.open(authorizeUrl()), 'pau')
    const page = await browser.send(picker, { choice })
    expect([page.status, page.html.includes('choice-not-permitted')]).toEqual([403, true])
  })

  test('CON-15 staff find anyone by name', async () => {
    const { browser } = await clinic()
    const picker = await signIn(browser, await browser.open(authorizeUrl()), 'doc')
    const found = await browser.open(`${picker.url.pathname}${picker.url.search}&search=eve`)
    expect([found.html.includes('eve Ruiz'), found.html.includes('kid Ruiz')]).toEqual([true, false])
    expect((await browser.send(found, { choice: 'eve' })).html).toContain('eve Ruiz’s record')
  })

  test('IX-16 CX-10 someone who may act for nobody is refused: no patient/ scope without a patient', async () => {
    const at = await clinic()
    at.env.facts.patients.length = 0
    const { url } = await signIn(at.browser, await at.browser.open(authorizeUrl({ scope: 'patient/Goal.rs' })), 'ana')
    expect(errorOf(url)).toEqual(['chart.example', 'access_denied', true, testIssuer])
  })

  test('IX-16 … and gets what needs no patient, without any patient/ scope', async () => {
    const at = await clinic()
    at.env.facts.patients.length = 0
    const scope = 'launch/patient openid fhirUser patient/Observation.rs user/Practitioner.rs'
    const page = await signIn(at.browser, await at.browser.open(authorizeUrl({ scope })), 'ana')
    expect(page.html).not.toContain('patient/Observation')
    await share(at.browser, page, { scope: ['patient/Observation.rs', 'user/Practitioner.rs'] })
    const [grant] = await at.env.store.grants.listBySubject('sub-ana')
    expect([grant?.scope, grant?.context.patient]).toEqual([
      'launch/patient openid fhirUser user/Practitioner.rs',
      undefined,
    ])
  })

  test('CX-11 a patient/ scope without launch/patient is given its patient all the same', async () => {
    const { browser, env } = await clinic()
    await agree(browser, 'ana', authorizeUrl({ scope: 'patient/Observation.rs' }))
    expect((await env.store.grants.listBySubject('sub-ana'))[0]?.context.patient).toBe('ana')
  })

  test('CX-15 CP-10 launch/encounter asks for a visit of that patient, or none', async () => {
    const { browser, env } = await clinic()
    env.facts.encounters.push(
      { id: 'v1', words: 'Check-up', start: '2026-03-04', patient: 'ana' },
      { id: 'v2', words: 'Emergency', patient: 'ana' },
      { id: 'v9', words: 'Other', patient: 'eve' },
    )
    const page = await signIn(browser, await browser.open(authorizeUrl({ scope: encounters })), 'ana')
    expect([page.html.includes('Check-up'), page.html.includes('March 4, 2026'), page.html.includes('Other')]).toEqual([
      true,
      true,
      false,
    ])
    expect((await browser.send(page, { choice: 'v9' })).status).toBe(403)
    await share(browser, await browser.send(page, { choice: 'v2' }))
    expect((await env.store.grants.listBySubject('sub-ana'))[0]?.context.encounter).toBe('v2')
  })

  test('CX-03 CX-04 CX-31 launch/{type} asks for one of that type, which comes back in fhirContext', async () => {
    const { browser, env } = await clinic()
    const scans = (patient: string, n: number) => ({
      type: 'imagingstudy',
      patient,
      reference: `ImagingStudy/${patient}${n}`,
      words: `Scan ${n} of ${patient}`,
    })
    env.facts.resources.push(scans('ana', 1), scans('ana', 2), scans('eve', 1))
    const client = clientRecord('pics', { scope: 'launch/imagingstudy launch/patient patient/*.rs' })
    await env.store.clients.create(client)
    const scope = 'launch/patient launch/imagingstudy?role=https://example.org/prior patient/Observation.rs'
    const page = await signIn(browser, await browser.open(authorizeUrl({ client_id: 'pics', scope })), 'ana')
    expect([page.html.includes('Scan 2 of ana'), page.html.includes('of eve')]).toEqual([true, false])
    expect((await browser.send(page, { choice: 'ImagingStudy/eve1' })).status).toBe(403)
    await share(browser, await browser.send(page, { choice: 'ImagingStudy/ana2' }))
    const [grant] = await env.store.grants.listBySubject('sub-ana')
    expect(grant?.context.fhirContext).toEqual([{ reference: 'ImagingStudy/ana2', role: 'https://example.org/prior' }])
  })

  test('CX-05 a type nobody can list is no obstacle', async () => {
    const { browser, env } = await clinic()
    await env.store.clients.create(clientRecord('odd', { scope: 'launch/basic openid patient/*.rs' }))
    const page = await signIn(
      browser,
      await browser.open(authorizeUrl({ client_id: 'odd', scope: 'launch/basic openid' })),
      'ana',
    )
    expect(page.url.pathname).toBe('/consent')
  })
})

describe('what leaves', () => {
  test('SC-22 SC-31 IX-15 what no person can give is left out of the grant', async () => {
    const { browser, env } = await clinic()
    const scope = 'launch patient/Observation.rs system/Observation.rs patient/Observation. __own https://x.example/s'
    await agree(browser, 'ana', authorizeUrl({ scope }))
    expect((await env.store.grants.listBySubject('sub-ana'))[0]?.scope).toBe('patient/Observation.rs')
  })

  test('AL-50 a code is stored as its hash, for a minute, bound to client, redirect URI and challenge', async () => {
    const { browser, env } = await clinic()
    const { url } = await agree(browser, 'ana')
    const code = await env.store.tokens.redeemCode(hashSecret(url.searchParams.get('code') ?? ''), env.now())
    expect(code).toMatchObject({ clientId: 'chart', redirectUri: 'https://chart.example/callback' })
    expect(typeof code === 'object' && 'expiresAt' in code && code.expiresAt - env.now()).toBe(60)
  })

  test('THR-38 a right that ended while the person decided gives no code', async () => {
    const at = await clinic()
    const page = await signIn(at.browser, await at.browser.open(authorizeUrl()), 'ana')
    at.env.facts.patients.length = 0
    expect(errorOf((await share(at.browser, page)).url)[1]).toBe('access_denied')
    expect(await at.env.store.grants.listBySubject('sub-ana')).toEqual([])
  })

  test('an interaction that was answered is over; so is one that waited too long', async () => {
    const { browser, env } = await clinic()
    const page = await signIn(browser, await browser.open(authorizeUrl()), 'ana')
    await share(browser, page)
    expect((await share(browser, page)).html).toContain('interaction-expired')
    const slow = await browser.open(authorizeUrl())
    env.clock.advance(env.config.authorize.interaction + 1)
    expect((await browser.open(slow.url.href)).html).toContain('interaction-expired')
  })

  test('no step can be opened before its turn', async () => {
    const { browser } = await clinic()
    const { url } = await browser.open(authorizeUrl())
    for (const step of ['/consent', '/context', '/authorize'])
      expect((await browser.open(`${step}${url.search}`)).url.pathname).toBe('/sign-in')
  })

  test('CON-12 THR-12 THR-42 every page keeps its headers', async () => {
    const { browser } = await clinic()
    const first = await browser.open(authorizeUrl())
    const pages = [first, await signIn(browser, first, 'ana'), await browser.open('/authorize?client_id=nobody')]
    for (const { headers } of pages) {
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/)
      expect([headers['x-frame-options'], headers['referrer-policy'], headers['cache-control']]).toEqual([
        'DENY',
        'no-referrer',
        'no-store',
      ])
    }
    expect(pages[1]?.headers['content-security-policy']).toContain("form-action 'self' https://chart.example;")
  })

  test('THR-12 EHRs that are named may frame our pages; their cookies are kept apart', async () => {
    const { app } = await openClinic({ config: { signIn: { embedders: ['https://ehr.example'] } } })
    const answer = await app.inject({ url: authorizeUrl() })
    expect(answer.headers['set-cookie']).toMatch(/SameSite=None; Secure; Partitioned/)
    const page = await openBrowser(app).open(authorizeUrl())
    expect(page.headers['content-security-policy']).toContain('frame-ancestors https://ehr.example')
    expect(page.headers['x-frame-options']).toBeUndefined()
  })

  test('AL-38 several locations of ours make one grant for all of them', async () => {
    const second = { base: 'https://fhir.example.org/dicom', name: 'Images', kind: 'dicomweb' } as const
    const at = await openClinic({ config: { resourceServers: [{ base: testAudience, name: 'FHIR' }, second] } })
    await agree(openBrowser(at.app), 'ana', authorizeUrl({ resource: second.base }))
    expect((await at.env.store.grants.listBySubject('sub-ana'))[0]?.audience).toEqual([testAudience, second.base])
  })
})
