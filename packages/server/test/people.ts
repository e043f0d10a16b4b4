import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { publicApp } from '../src/app.ts'
import type { Client } from '../src/clients/client.ts'
import { hashPassword } from '../src/sign-in/local-users.ts'
import type { User } from '../src/sign-in/user.ts'
import type { Browser, FormValues, Visited } from './browser.ts'
import { type TestEnv, type TestOverrides, testAudience, testEnv, testStart } from './env.ts'

/** A running server with people and apps in it. */
export type Clinic = { readonly app: FastifyInstance; readonly env: TestEnv }

/** The password of everyone in these tests. */
export const password = 'correct horse'

/** The verifier of every request in these tests, and its challenge. */
export const verifier = 'v'.repeat(43)
export const challenge = createHash('sha256').update(verifier).digest('base64url')

/** A patient with one record, a parent of two, and a doctor. */
export const people = {
  ana: { role: 'patient', fhirUser: 'Patient/ana', patients: ['ana'] },
  pau: { role: 'proxy', fhirUser: 'RelatedPerson/pau', patients: ['kid', 'tot'] },
  doc: { role: 'practitioner', fhirUser: 'Practitioner/doc', patients: [] },
  eve: { role: 'patient', fhirUser: 'Patient/eve', patients: ['eve'] },
} as const satisfies Readonly<Record<string, Pick<User, 'role' | 'fhirUser' | 'patients'>>>

/** A registered public web app; a test spreads what it is about. */
export const clientRecord = (id: string, changes: Partial<Client> = {}): Client => ({
  id,
  state: 'active',
  display: { name: `App ${id}`, contacts: [] },
  auth: { method: 'none' },
  grantTypes: ['authorization_code', 'refresh_token'],
  redirectUris: [`https://${id}.example/callback`],
  launchUris: [`https://${id}.example/launch`],
  postLogoutRedirectUris: [],
  scope:
    'launch launch/patient launch/encounter openid fhirUser profile offline_access online_access patient/*.cruds user/*.cruds',
  staffConsent: 'ask',
  refreshRotation: 'all',
  dpopBoundAccessTokens: false,
  createdAt: testStart,
  updatedAt: testStart,
  ...changes,
})

/** Hashed once: hashing is slow on purpose. */
let hashed: Promise<string> | undefined

/** A server with the people above and the client `chart`. */
export const openClinic = async (overrides: TestOverrides = {}, clients: readonly Client[] = []): Promise<Clinic> => {
  const env = await testEnv(overrides)
  hashed ??= hashPassword(password, env)
  const passwordHash = await hashed
  for (const [name, person] of Object.entries(people))
    await env.store.users.create({
      subject: `sub-${name}`,
      username: name,
      name: `${name} Ruiz`,
      state: 'active',
      passwordHash,
      ...person,
    })
  for (const id of ['ana', 'kid', 'tot', 'eve', 'old'])
    env.facts.patients.push({ id, name: `${id} Ruiz`, birthDate: '2001-02-03' })
  for (const client of [clientRecord('chart'), ...clients]) await env.store.clients.create(client)
  return { app: await publicApp(env), env }
}

/** `/authorize` with a request that is right; a change to `undefined` leaves the parameter out. */
export const authorizeUrl = (changes: Readonly<Record<string, string | undefined>> = {}): string => {
  const client = changes.client_id ?? 'chart'
  const parameters = {
    response_type: 'code',
    client_id: client,
    redirect_uri: `https://${client}.example/callback`,
    scope: 'launch/patient openid fhirUser patient/Observation.rs patient/Condition.rs',
    state: 's'.repeat(22),
    aud: testAudience,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  }
  const present = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `/authorize?${new URLSearchParams(present)}`
}

/** Fills in the sign-in page; everyone has the same password. */
export const signIn = (browser: Browser, page: Visited, username: string): Promise<Visited> =>
  browser.send(page, { username, password, answer: 'sign-in' })

/** Ticks of the consent page for the request of `authorizeUrl`; a test changes what it is about. */
export const share = (browser: Browser, page: Visited, values: FormValues = {}): Promise<Visited> =>
  browser.send(page, {
    answer: 'share',
    scope: ['patient/Observation.rs', 'patient/Condition.rs'],
    identity: 'yes',
    duration: '365',
    ...values,
  })

/** Signs in and agrees to the request of this URL; where the browser ended. */
export const agree = async (browser: Browser, username: string, url = authorizeUrl()): Promise<Visited> => {
  const first = await browser.open(url)
  const page = first.url.pathname === '/sign-in' ? await signIn(browser, first, username) : first
  return page.url.pathname === '/consent' ? share(browser, page) : page
}
