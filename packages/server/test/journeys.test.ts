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

const move = fc.oneof(
  fc.record({ kind: fc.constant('open' as const), tab, app, scope }),
  fc.record({ kind: fc.constant('launch' as const), tab, app, person, patient }),
  fc.record({ kind: fc.constant('sign-in' as const), tab, person }),
  fc.record({ kind: fc.constant('choose' as const), tab, patient }),
  fc.record({
    kind: fc.constant('share' as const),
    tab,
    scope: fc.constantFrom('patient/Observation.rs', 'patient/Goal.rs', 'patient/*.rs'),
  }),
  fc.record({
    kind: fc.constant('answer' as const),
    tab,
    answer: fc.constantFrom('continue', 'deny', 'other-user', 'other-patient', 'review'),
  }),
  fc.record({ kind: fc.constant('reload' as const), tab }),
  fc.record({ kind: fc.constant('swap' as const), tab }),
)

type Move = typeof move extends fc.Arbitrary<infer M> ? M : never

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
    const page = await browser.open(authorizeUrl({ client_id: step.app, scope: step.scope, state }))
    tabs[step.tab] = { page, app: step.app, state }
    return
  }
  if (step.kind === 'launch') {
    const launch = await launchHandle(at, step.app, step.person, step.patient)
    if (launch === undefined) return
    const scope = 'launch openid patient/Observation.rs'
    const page = await browser.open(authorizeUrl({ client_id: step.app, scope, state, launch }))
    tabs[step.tab] = { page, app: step.app, state, launch: { person: step.person, patient: step.patient } }
    return
  }
  if (here === undefined || here.page.status === 0) return
  const { page } = here
  const answers = {
    'sign-in': () => signIn(browser, page, step.kind === 'sign-in' ? step.person : 'ana'),
    choose: () => browser.send(page, { choice: step.kind === 'choose' ? step.patient : '' }),
    share: () => share(browser, page, { scope: step.kind === 'share' ? [step.scope] : [] }),
    answer: () => browser.send(page, { answer: step.kind === 'answer' ? step.answer : '' }),
    reload: () => browser.open(page.url.href),
    swap: () =>
      browser.send(
        { ...page, fields: { ...page.fields, ...tabs[1 - step.tab]?.page.fields } },
        { answer: 'share', choice: 'ana' },
      ),
  }
  if (page.fields.token === undefined && step.kind !== 'reload') return
  const next = await answers[step.kind]()
  if (step.kind !== 'swap' || next.status === 0) here.page = step.kind === 'swap' ? here.page : next
}

test('THR-07 THR-08 THR-14 CX-10 whatever two tabs, four people and two apps do, no grant has what its own launch and consent did not give', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 6, maxLength: 24 }), async (moves) => {
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
          expect(consent).toMatchObject({ subject: grant.subject, clientId: grant.clientId, grantedScope: grant.scope })
          expect(consent?.patient).toBe(about)
        }
      for (const { page, app: opened, state, launch } of launches.values()) {
        const { url } = page
        if (url.host === 'auth.example.org') continue
        expect(url.host).toBe(`${opened}.example`)
        expect(url.searchParams.get('state')).toBe(state)
        const code = url.searchParams.get('code')
        if (code === null) continue
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
