import { narrow, parseScopes } from '@gatehouse/scopes'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { launchScope } from '../src/clients/client-scopes.ts'
import { hashSecret } from '../src/secret.ts'
import { type Browser, openBrowser, type Visited } from './browser.ts'
import { authorizeUrl, type Clinic, clientRecord, openClinic, people, share, signIn } from './people.ts'

const ehr = clientRecord('ehr', {
  auth: { method: 'client_secret_basic', secretHash: hashSecret('s') },
  scope: launchScope,
})

type Person = keyof typeof people
type App = 'chart' | 'other'

/** What each tab was opened with: the launch it must end with, if it ends. */
type Tab = {
  page: Visited
  readonly app: App
  readonly state: string
  readonly handle: string
  readonly launch?: { person: Person; patient: string }
}

const reach: Readonly<Record<Person, readonly string[]>> = {
  ana: ['ana'],
  eve: ['eve'],
  pau: ['kid', 'tot'],
  doc: ['ana', 'eve', 'kid', 'tot', 'old'],
}

const person = fc.constantFrom<Person>('ana', 'eve', 'pau', 'doc')
const app = fc.constantFrom<App>('chart', 'other')
const patient = fc.constantFrom('ana', 'eve', 'kid', 'tot')
const tab = fc.nat({ max: 1 })
const scope = fc.constantFrom('patient/Observation.rs', 'launch/patient openid patient/Goal.rs', 'openid fhirUser')

const shared = fc.constantFrom('patient/Observation.rs', 'patient/Goal.rs', 'patient/*.rs')
const hostile = fc.constantFrom('deny', 'continue', 'other-user', 'other-patient', 'review', 'reload', 'swap')

/** `go` does what the page in that tab is for; the rest does anything else with it. */
const move = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('open' as const), tab, app, scope, prompt: fc.constantFrom('', 'login') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('launch' as const), tab, app, person, patient }) },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('go' as const), tab, person, patient, shared }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('stray' as const), tab, answer: hostile }) },
)

type Move = typeof move extends fc.Arbitrary<infer M> ? M : never
type Played<K extends Move['kind']> = Extract<Move, { kind: K }>

const launchHandle = async ({ app: server }: Clinic, client_id: App, username: Person, patient: string) => {
  const authorization = `Basic ${Buffer.from('ehr:s').toString('base64')}`
  const payload = { client_id, username, patient }
  const answer = await server.inject({ method: 'POST', url: '/launch', headers: { authorization }, payload })
  return answer.json<{ launch?: string }>().launch
}

/** One move of a person at a browser with two tabs; whatever comes of it is a page or a redirect to an app. */
const play = async (at: Clinic, browser: Browser, tabs: (Tab | undefined)[], step: Move, n: number): Promise<void> => {
  const here = tabs[step.tab]
  const state = `state-${n}`
  if (step.kind === 'open') {
    const page = await browser.open(
      authorizeUrl({ client_id: step.app, scope: step.scope, state, prompt: step.prompt }),
    )
    tabs[step.tab] = { page, app: step.app, state, handle: page.fields.interaction ?? '' }
    return
  }
  if (step.kind === 'launch') {
    const launch = await launchHandle(at, step.app, step.person, step.patient)
    if (launch === undefined) return
    const scope = 'launch openid patient/Observation.rs'
    const page = await browser.open(authorizeUrl({ client_id: step.app, scope, state, launch }))
    tabs[step.tab] = {
      page,
      app: step.app,
      state,
      handle: page.fields.interaction ?? '',
      launch: { person: step.person, patient: step.patient },
    }
    return
  }
  if (here === undefined || here.page.status === 0) return
  if (here.page.fields.token === undefined) here.page = await browser.open(`/authorize?interaction=${here.handle}`)
  else if (step.kind === 'go') here.page = await goOn(browser, here.page, step)
  else await stray(browser, { here, other: tabs[1 - step.tab] }, step)
}

const goOn = (browser: Browser, page: Visited, step: Played<'go'>): Promise<Visited> => {
  if (page.url.pathname === '/sign-in') return signIn(browser, page, step.person)
  if (page.url.pathname === '/context') return browser.send(page, { choice: step.patient })
  const isContinue = !page.html.includes('value="share"')
  return isContinue ? browser.send(page, { answer: 'continue' }) : share(browser, page, { scope: [step.shared] })
}

const stray = async (
  browser: Browser,
  tabs: { readonly here: Tab; readonly other: Tab | undefined },
  { answer }: Played<'stray'>,
) => {
  const { here, other } = tabs
  if (answer === 'reload') here.page = await browser.open(here.page.url.href)
  else if (answer !== 'swap') here.page = await browser.send(here.page, { answer })
  else
    await browser.send(
      { ...here.page, fields: { ...here.page.fields, ...other?.page.fields } },
      { answer: 'share', choice: 'ana' },
    )
}

test('THR-07 THR-08 THR-14 CX-10 whatever two tabs, four people and two apps do, no grant has what its own launch and consent did not give', {
  timeout: 120_000,
}, async () => {
  let codes = 0
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 12, maxLength: 30 }), async (moves) => {
      const at = await openClinic({}, [clientRecord('other'), ehr])
      const browser = openBrowser(at.app)
      const tabs: (Tab | undefined)[] = [undefined, undefined]
      const launches = new Map<string, Tab>()
      for (const [n, step] of moves.entries()) {
        await play(at, browser, tabs, step, n)
        for (const one of tabs) if (one) launches.set(one.state, one)
      }
      for (const [name, { fhirUser }] of Object.entries(people))
        for (const grant of await at.env.store.grants.listBySubject(`sub-${name}`)) {
          const { patient: about } = grant.context
          expect(grant.fhirUser).toBe(fhirUser)
          if (about !== undefined) expect(reach[name as Person]).toContain(about)
          if (grant.scope.includes('patient/')) expect(about).toBeDefined()
          const consent = await at.env.store.grants.findConsent(grant.consentId ?? '')
          expect(consent).toMatchObject({ subject: grant.subject, clientId: grant.clientId })
          expect(narrow(parseScopes(grant.scope), parseScopes(consent?.grantedScope ?? '')).refused).toEqual([])
          expect(consent?.patient).toBe(about)
        }
      for (const { page, app: opened, state, launch } of launches.values()) {
        const { url } = page
        if (url.host === 'auth.example.org') continue
        expect(url.host).toBe(`${opened}.example`)
        expect(url.searchParams.get('state')).toBe(state)
        const code = url.searchParams.get('code')
        if (code === null) continue
        codes += 1
        const redeemed = await at.env.store.tokens.redeemCode(hashSecret(code), at.env.now())
        if (typeof redeemed === 'string' || 'kind' in redeemed) throw new Error('a code must be good')
        expect(redeemed.clientId).toBe(opened)
        const grant = await at.env.store.grants.find(redeemed.grantId)
        expect(grant?.clientId).toBe(opened)
        if (launch) expect([grant?.subject, grant?.context.patient]).toEqual([`sub-${launch.person}`, launch.patient])
      }
    }),
    { numRuns: 40 },
  )
  expect(codes).toBeGreaterThan(20)
})

test('CX-13 two launches open in two tabs at once each end with their own patient', async () => {
  const at = await openClinic({}, [clientRecord('other', { staffConsent: 'preauthorized' }), ehr])
  const browser = openBrowser(at.app)
  const open = async (about: string) => {
    const launch = await launchHandle(at, 'other', 'doc', about)
    return browser.open(
      authorizeUrl({ client_id: 'other', scope: 'launch patient/Observation.rs', launch: launch ?? '', state: about }),
    )
  }
  const [one, two] = [await open('ana'), await open('eve')]
  const second = await signIn(browser, two, 'doc')
  const first = await browser.open(one.url.href)
  const patientOf = async ({ url }: Visited) => {
    const code = await at.env.store.tokens.redeemCode(hashSecret(url.searchParams.get('code') ?? ''), at.env.now())
    if (typeof code === 'string' || 'kind' in code) throw new Error('a code must be good')
    return (await at.env.store.grants.find(code.grantId))?.context.patient
  }
  expect([await patientOf(first), await patientOf(second)]).toEqual(['ana', 'eve'])
})

test('THR-07 a person who takes over a tab inherits neither the patient nor the answer of the one before', async () => {
  const at = await openClinic()
  const browser = openBrowser(at.app)
  const first = await browser.open(authorizeUrl())
  const chosen = await browser.send(await signIn(browser, first, 'pau'), { choice: 'kid' })
  expect(chosen.html).toContain('kid Ruiz’s record')
  await signIn(browser, await browser.open(authorizeUrl({ prompt: 'login' })), 'eve')
  const again = await browser.open(first.url.href)
  expect(again.html).toContain('This was opened for someone else')
  const page = await signIn(browser, again, 'eve')
  expect([page.html.includes('eve Ruiz’s record'), page.html.includes('kid Ruiz')]).toEqual([true, false])
})
