import { describe, expect, test } from 'vitest'
import type { Directory } from '../src/directory/directory.ts'
import { type Browser, openBrowser, type Visited } from './browser.ts'
import { testDirectory } from './directory.ts'
import { testIssuer } from './env.ts'
import { agree, authorizeUrl, type Clinic, clientRecord, openClinic, share, signIn } from './people.ts'

const scope = 'launch/patient openid fhirUser offline_access patient/Observation.rs patient/Condition.rs'

type Opened = Clinic & { readonly browser: Browser; readonly page: Visited }

/** Ana before the consent page. */
const atConsent = async (changes: Readonly<Record<string, string>> = {}): Promise<Opened> => {
  const at = await openClinic({}, [
    clientRecord('self-made', {
      registrationTokenHash: 'x'.repeat(64),
      display: { name: 'Clinic Portal', contacts: [] },
    }),
    clientRecord('staffy', { staffConsent: 'preauthorized' }),
  ])
  const browser = openBrowser(at.app)
  const page = await signIn(browser, await browser.open(authorizeUrl({ scope, ...changes })), 'ana')
  return { ...at, browser, page }
}

const grantOf = async ({ env }: Clinic, subject = 'sub-ana') =>
  (await env.store.grants.listBySubject(subject)).toSorted((a, b) => b.createdAt - a.createdAt)[0]

const errorOf = ({ url }: Visited) => [url.searchParams.get('error'), url.searchParams.get('iss')]

describe('the page', () => {
  test('CON-01 CON-02 CON-06 CON-16 says who asks, whose record, what, in words, and how to stop', async () => {
    const { page } = await atConsent()
    for (const text of [
      'Share with App chart?',
      'chart.example',
      'ana Ruiz’s record',
      'App chart wants to see:',
      'your health problems',
      'know who you are',
      'Not you? Use another sign-in',
      '+1 555 0100',
      `${testIssuer}/grants`,
    ])
      expect(page.html).toContain(text)
    expect(page.html.indexOf('Don’t share')).toBeLessThan(page.html.indexOf('>Share<'))
  })

  test('CON-05 ONC-14 offline access is its own choice and is not ticked', async () => {
    const { page } = await atConsent()
    expect(/<input type="checkbox" id="offline"[^>]*>/.exec(page.html)?.[0]).not.toContain('checked')
    expect(/<input type="checkbox" id="identity"[^>]*>/.exec(page.html)?.[0]).toContain('checked')
  })

  test('CON-07 the date is there for every duration', async () => {
    const { page } = await atConsent()
    for (const date of ['Until November 3, 2026', 'Until January 31, 2027', 'Until November 2, 2027'])
      expect(page.html).toContain(date)
  })

  test('CON-18 ONC-13 Condition and Observation can be narrowed to kinds', async () => {
    const { page } = await atConsent()
    expect(page.html).toContain('Share only these kinds instead:')
    expect(page.html).toContain('lab results')
  })

  test('CON-03 what the app needs is marked, and refusable', async () => {
    const { browser, env } = await atConsent()
    await env.store.clients.create(clientRecord('needy', { requiredScope: 'patient/Condition.rs' }))
    const page = await browser.open(authorizeUrl({ client_id: 'needy' }))
    expect(page.html.match(/Needed/g)).toHaveLength(1)
    const { url } = await share(browser, page, { scope: ['patient/Observation.rs'] })
    expect(url.searchParams.get('code')).toBeTruthy()
  })

  test('CON-24 THR-13 an app that registered itself is an unknown app, whatever it calls itself', async () => {
    const { browser, page } = await atConsent()
    expect(page.html).not.toContain('Unknown app')
    const other = await browser.open(authorizeUrl({ client_id: 'self-made' }))
    expect(other.html).toContain('Unknown app. It calls itself “Clinic Portal”')
    expect(other.html).toContain('self-made.example')
    expect(other.html.match(/class="notice/g)).toHaveLength(1)
  })

  test.each([
    ['<script>alert(1)</script>', '&lt;script>'],
    ['"><img src=x onerror=alert(1)>', '&quot;>&lt;img'],
    ['\u202Egnp.exe', 'gnp.exe'],
    ['x'.repeat(10_000), `${'x'.repeat(59)}…`],
  ])('CON-24 THR-45 the name %j is harmless on every page', async (name, shown) => {
    const at = await openClinic({}, [
      clientRecord('hostile', { display: { name, contacts: [], policyUri: 'https://x.example/"><b>' } }),
    ])
    const browser = openBrowser(at.app)
    const first = await browser.open(authorizeUrl({ client_id: 'hostile' }))
    for (const { html } of [first, await signIn(browser, first, 'ana')]) {
      expect(html).toContain(shown)
      expect(html).not.toMatch(/<script|<img|<b>|\u202E/)
    }
  })
})

describe('the answer', () => {
  test('CON-14 THR-14 the record keeps what was shown and chosen', async () => {
    const at = await atConsent()
    await share(at.browser, at.page, { scope: ['patient/Observation.rs'] })
    const grant = await grantOf(at)
    const record = await at.env.store.grants.findConsent(grant?.consentId ?? '')
    expect(record).toMatchObject({
      subject: 'sub-ana',
      patient: 'ana',
      clientName: 'App chart',
      discloser: 'Example Hospital',
      requestedScope: scope,
      grantedScope: 'launch/patient openid fhirUser patient/Observation.rs',
      locale: 'en',
      access: 'once',
      sessionMethods: ['pwd'],
    })
    expect(record?.rows.find((row) => row.scope === 'patient/Condition.rs')).toMatchObject({ chosen: false })
    expect(record?.rows.find((row) => row.scope === 'patient/Observation.rs')).toMatchObject({ chosen: true })
  })

  test('CON-05 RF-03 offline_access is granted when it is ticked, with an end', async () => {
    const at = await atConsent()
    await share(at.browser, at.page, { offline: 'yes', duration: '90' })
    const grant = await grantOf(at)
    expect([grant?.access, grant?.scope, (grant?.endsAt ?? 0) - at.env.now()]).toEqual(['offline', scope, 90 * 86_400])
  })

  test('CON-07 "this time only" is never offline', async () => {
    const at = await atConsent()
    await share(at.browser, at.page, { offline: 'yes', duration: 'once' })
    expect((await grantOf(at))?.access).toBe('once')
  })

  test('RF-02 online_access lasts with the session', async () => {
    const at = await atConsent({ scope: 'launch/patient online_access patient/Observation.rs' })
    await share(at.browser, at.page, { offline: 'yes' })
    expect((await grantOf(at))?.access).toBe('online')
  })

  test('CON-09 IN-03 "don’t share" and nothing ticked are the same refusal', async () => {
    for (const values of [{ answer: 'deny' }, { scope: [], identity: [] }]) {
      const at = await atConsent()
      expect(errorOf(await share(at.browser, at.page, values))).toEqual(['access_denied', testIssuer])
      expect(await grantOf(at)).toBeUndefined()
    }
  })

  test('CON-17 CON-18 ONC-35 kinds in place of a type are granted byte for byte, without the type', async () => {
    const at = await atConsent()
    const kind = 'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory'
    expect(at.page.html).toContain(kind)
    await share(at.browser, at.page, { only: [kind] })
    expect((await grantOf(at))?.scope).toBe(`launch/patient openid fhirUser patient/Condition.rs ${kind}`)
  })

  test('CON-22 a query nobody has words for is refused to patients', async () => {
    const at = await atConsent({ scope: 'patient/Observation.rs?code=http://x.example|1' })
    expect(errorOf(at.page)[0]).toBe('invalid_scope')
  })
})

describe('THR-14 CON-10 a form that was changed or is not the one we gave grants nothing', () => {
  const tampered: readonly (readonly [string, Readonly<Record<string, string | string[]>>])[] = [
    ['another token', { token: 'x'.repeat(43) }],
    ['no token', { token: '' }],
    ['an answer of another page', { answer: 'continue' }],
    ['no answer', { answer: '' }],
  ]
  test.each(tampered)('%s', async (_title, values) => {
    const at = await atConsent()
    const { url } = await share(at.browser, at.page, values)
    expect(url.searchParams.get('code')).toBeNull()
    expect(await grantOf(at)).toBeUndefined()
  })

  test('scopes that were not offered are left out', async () => {
    const at = await atConsent()
    await share(at.browser, at.page, {
      scope: ['patient/Observation.rs patient/*.cruds', 'system/*.rs', 'patient/Goal.rs'],
    })
    expect((await grantOf(at))?.scope).toBe('launch/patient openid fhirUser patient/Observation.rs')
  })

  test('another patient in the form changes nothing', async () => {
    const at = await atConsent()
    await share(at.browser, at.page, { patient: 'eve', choice: 'eve' })
    expect((await grantOf(at))?.context.patient).toBe('ana')
  })

  test('a form that was used', async () => {
    const at = await atConsent()
    await share(at.browser, at.page)
    expect((await share(at.browser, at.page)).status).toBe(400)
    expect(await at.env.store.grants.listBySubject('sub-ana')).toHaveLength(1)
  })

  test('a form of another browser, and of another person in this one', async () => {
    const at = await atConsent()
    const thief = openBrowser(at.app)
    await agree(thief, 'eve')
    expect(
      (await thief.post('/consent', { ...at.page.fields, answer: 'share', scope: 'patient/Observation.rs' })).status,
    ).toBe(400)
    const page = await at.browser.open(authorizeUrl({ prompt: 'login' }))
    await signIn(at.browser, page, 'eve')
    const late = await share(at.browser, at.page)
    expect(late.url.pathname).toBe('/sign-in')
    expect(await grantOf(at)).toBeUndefined()
  })

  test('a form of one interaction in another', async () => {
    const at = await atConsent()
    const other = await at.browser.open(authorizeUrl({ scope: 'patient/Goal.rs' }))
    const mixed = await at.browser.post('/consent', {
      ...other.fields,
      token: at.page.fields.token ?? '',
      answer: 'share',
      scope: 'patient/Goal.rs',
    })
    expect([mixed.status, mixed.html.includes('form-expired')]).toEqual([403, true])
  })

  test('20 answers at once give one code', async () => {
    const at = await atConsent()
    const answers = await Promise.all(Array.from({ length: 20 }, () => share(at.browser, at.page)))
    expect(answers.filter(({ url }) => url.searchParams.has('code'))).toHaveLength(1)
    expect(await at.env.store.grants.listBySubject('sub-ana')).toHaveLength(1)
  })
})

describe('CON-08 CON-11 asked before', () => {
  test('the same again is one tap, without boxes, and keeps the date', async () => {
    const at = await atConsent()
    await share(at.browser, at.page, { offline: 'yes', duration: '90' })
    const first = await grantOf(at)
    at.env.clock.advance(60)
    const page = await at.browser.open(authorizeUrl({ scope }))
    expect([page.html.includes('Continue to App chart?'), page.html.includes('type="checkbox"')]).toEqual([true, false])
    expect(page.html).toContain(`/receipts/${first?.consentId}`)
    const { url } = await at.browser.send(page, { answer: 'continue' })
    expect(url.searchParams.get('code')).toBeTruthy()
    expect(await grantOf(at)).toMatchObject({ scope, endsAt: first?.endsAt, consentId: first?.consentId })
  })

  test('what was refused is not asked again, and can be changed', async () => {
    const at = await atConsent()
    await share(at.browser, at.page, { scope: ['patient/Observation.rs'] })
    const page = await at.browser.open(authorizeUrl({ scope }))
    expect(page.html).toContain('Continue to App chart?')
    const review = await at.browser.send(page, { answer: 'review' })
    const boxOf = (value: string) => new RegExp(`<input[^>]*value="${value}"[^>]*>`).exec(review.html)?.[0] ?? ''
    expect([
      boxOf('patient/Observation.rs').includes('checked'),
      boxOf('patient/Condition.rs').includes('checked'),
    ]).toEqual([true, false])
  })

  test('one scope more is the full page, and says what is new', async () => {
    const at = await atConsent()
    await share(at.browser, at.page)
    const page = await at.browser.open(authorizeUrl({ scope: `${scope} patient/Goal.rs` }))
    expect(page.html).toContain('type="checkbox"')
    expect(page.html.match(/>New</g)).toHaveLength(1)
  })

  test('another app, another patient, an ended or withdrawn agreement: the full page', async () => {
    const at = await atConsent()
    await share(at.browser, at.page, { duration: '1' })
    expect((await at.browser.open(authorizeUrl({ client_id: 'staffy', scope }))).html).toContain('type="checkbox"')
    at.env.clock.advance(86_401)
    expect((await agreePage(at)).html).toContain('type="checkbox"')
    const grant = await grantOf(at)
    if (grant) await at.env.store.grants.end(grant.id, { state: 'revoked', reason: 'withdrawn_by_user' }, at.env.now())
    expect((await agreePage(at)).html).toContain('type="checkbox"')
  })

  test('CON-08 a suspended agreement is asked again, in full, and says why', async () => {
    const at = await atConsent()
    await share(at.browser, at.page)
    const grant = await grantOf(at)
    if (grant) await at.env.store.grants.suspend(grant.id, 'unused', at.env.now())
    const page = await agreePage(at)
    expect([page.html.includes('was paused'), page.html.includes('type="checkbox"')]).toEqual([true, true])
  })

  const agreePage = async (at: Opened): Promise<Visited> => {
    const page = await at.browser.open(authorizeUrl({ scope }))
    return page.url.pathname === '/sign-in' ? signIn(at.browser, page, 'ana') : page
  }
})

describe('CON-16 "not you?" and "whose record?"', () => {
  test('another sign-in ends this one and forgets what was chosen', async () => {
    const at = await atConsent()
    const page = await at.browser.send(at.page, { answer: 'other-user' })
    expect(page.url.pathname).toBe('/sign-in')
    await share(at.browser, await signIn(at.browser, page, 'eve'))
    expect((await grantOf(at, 'sub-eve'))?.context.patient).toBe('eve')
    expect(await grantOf(at)).toBeUndefined()
  })

  test('a parent changes the child', async () => {
    const at = await openClinic()
    const browser = openBrowser(at.app)
    const picker = await signIn(browser, await browser.open(authorizeUrl()), 'pau')
    const page = await browser.send(picker, { choice: 'kid' })
    const again = await browser.send(page, { answer: 'other-patient' })
    expect(again.url.pathname).toBe('/context')
    expect((await browser.send(again, { choice: 'tot' })).html).toContain('tot Ruiz’s record')
  })
})

test('CON-11 THR-15 staff policy opens a public app only out of the EHR without a page', async () => {
  const at = await openClinic({}, [clientRecord('staffy', { staffConsent: 'preauthorized' })])
  const browser = openBrowser(at.app)
  const picker = await signIn(browser, await browser.open(authorizeUrl({ client_id: 'staffy' })), 'doc')
  const page = await browser.send(picker, { choice: 'ana' })
  expect(page.html).toContain('Continue to App staffy?')
  expect((await browser.send(page, { answer: 'continue' })).url.searchParams.get('code')).toBeTruthy()
})

describe('CON-14 MNG-20 the receipt', () => {
  test('says who, what, until when and how to stop, to the person who agreed', async () => {
    const at = await atConsent()
    await share(at.browser, at.page, { scope: ['patient/Observation.rs'], offline: 'yes', duration: '90' })
    const id = (await grantOf(at))?.consentId
    const page = await at.browser.open(`/receipts/${id}`)
    for (const text of [
      'What you shared with App chart',
      'November 2, 2026',
      'Until January 31, 2027',
      'your test results',
      'ana Ruiz’s record',
      '/grants',
      'when you are not using it',
    ])
      expect(page.html).toContain(text)
    expect(page.html.indexOf('your health problems')).toBeGreaterThan(page.html.indexOf('You do not share'))
  })

  test('links to where one stops, and lists no permission to come back among what is not shared', async () => {
    const at = await atConsent()
    await share(at.browser, at.page, { scope: ['patient/Observation.rs', 'patient/Condition.rs'] })
    const page = await at.browser.open(`/receipts/${(await grantOf(at))?.consentId}`)
    expect(page.html).toContain('<a href="https://auth.example.org/grants"')
    expect(page.html).not.toContain('when I am not using the app')
  })

  test('is nobody else’s: another person finds nothing, a stranger signs in first', async () => {
    const at = await atConsent()
    await share(at.browser, at.page)
    const id = (await grantOf(at))?.consentId
    const other = openBrowser(at.app)
    const first = await other.open(`/receipts/${id}`)
    expect(first.url.pathname).toBe('/sign-in')
    const page = await signIn(other, first, 'eve')
    expect([page.status, page.html.includes('App chart')]).toEqual([404, false])
    expect((await other.open('/receipts/none')).status).toBe(404)
  })
})

describe('CON-34 who may agree to what is the organization’s rule', () => {
  const opened = async (shareable: Directory['shareable']) => {
    const plain = await openClinic()
    const directory = { ...testDirectory(plain.env.facts), ...(shareable && { shareable }) }
    const at = await openClinic({ directory })
    const browser = openBrowser(at.app)
    return { ...at, browser, page: await signIn(browser, await browser.open(authorizeUrl({ scope })), 'ana') }
  }

  test('what a person may not share is not on the page, and cannot be posted', async () => {
    const at = await opened(async (_user, _audience, { scopes }) =>
      scopes.filter((text) => !text.includes('Condition')),
    )
    expect(at.page.html).not.toContain('your health problems')
    await share(at.browser, at.page)
    expect((await grantOf(at))?.scope).toBe('launch/patient openid fhirUser patient/Observation.rs')
  })

  test('who may share nothing is refused', async () => {
    expect(errorOf((await opened(async () => [])).page)[0]).toBe('invalid_scope')
  })
})

describe('BP-06 the preview for developers', () => {
  test('is the true page with a made-up person, and nothing on it can be pressed', async () => {
    const at = await atConsent()
    const page = await at.browser.open(
      `/developer/consent-preview?client_id=chart&scope=${encodeURIComponent(scope)}&lang=es`,
    )
    for (const text of ['vista previa', '¿Compartir con App chart?', 'quiere ver', '<fieldset disabled'])
      expect(page.html).toContain(text)
    expect(page.html).not.toContain('ana Ruiz')
    expect(page.fields).toEqual({})
  })

  test('of an unknown app is an error', async () => {
    const at = await atConsent()
    expect((await at.browser.open('/developer/consent-preview?client_id=nobody')).status).toBe(400)
  })
})
