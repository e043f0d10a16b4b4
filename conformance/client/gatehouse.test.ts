import { generateKeyPairSync } from 'node:crypto'
import {
  type App,
  allowInsecureRequests,
  allowLaunchWithoutGesture,
  completeLaunch,
  openSession,
  type Session,
  SmartError,
  startLaunch,
} from '@gatehouse/client'
import { backend } from '@gatehouse/client/backend'
import { node } from '@gatehouse/client/node'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../browser.ts'
import { goThrough, type Intentions } from '../person.ts'
import { named, type Sandbox, type SandboxClient, type SandboxUser, startSandbox } from '../sandbox-process.ts'
import { openTool, type Tool } from '../tool.ts'

let sandbox: Sandbox
let browser: Browser
let tool: Tool
beforeAll(async () => {
  sandbox = await startSandbox()
  browser = await openBrowser()
  tool = await openTool(clientOf('demo-public').redirect_uris[0] ?? '')
})
afterAll(async () => {
  await tool?.close()
  await browser?.close()
  await sandbox?.stop()
})

const clientOf = (id: string): SandboxClient => named(sandbox.clients, ({ client_id }) => client_id === id)
const userOf = (name: string): SandboxUser => named(sandbox.users, ({ username }) => username === name)

const ownScope =
  'openid fhirUser launch/patient offline_access patient/Patient.rs patient/Condition.rs patient/Observation.rs'

const appOf = (id: string, over: Partial<App> = {}): App => ({
  clientId: id,
  redirectUri: clientOf(id).redirect_uris[0] ?? '',
  scope: ownScope,
  servers: [sandbox.ehr.fhirBase],
  platform: node(),
  [allowInsecureRequests]: true,
  ...over,
})

async function keyOf(id: string): Promise<{ readonly kind: 'key'; readonly key: CryptoKey; readonly kid: string }> {
  const jwk = { ...clientOf(id).private_jwks?.keys[0] }
  const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign'])
  return { kind: 'key', key, kid: String(jwk.kid) }
}

/** Lets a person go through the server's pages; returns the address that the app is called back at. */
async function visit(url: string, intentions: Partial<Intentions> = {}): Promise<string> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await goThrough(page, sandbox.ehr.issuer, {
    user: userOf('ana.torres'),
    patient: 'ana-torres',
    offline: true,
    ...intentions,
  })
  const back = await tool.callback()
  await context.close()
  return back.href
}

const connect = async (app: App, intentions?: Partial<Intentions>): Promise<Session> =>
  completeLaunch(app, await visit((await startLaunch(app)).url, intentions))

const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error) => (error instanceof SmartError ? error.reason : String(error)),
  )

test.each([
  ['public', async () => appOf('demo-public')],
  [
    'symmetric',
    async () => {
      const secret = clientOf('demo-symmetric').client_secret ?? ''
      return appOf('demo-symmetric', { auth: { kind: 'secret', secret } })
    },
  ],
  ['asymmetric', async () => appOf('demo-asymmetric', { auth: await keyOf('demo-asymmetric') })],
])(
  'AL-29 SDK-05 SDK-06 SDK-15 SDK-30 at Gatehouse: a %s client connects, reads, renews and reads again',
  async (_kind, make) => {
    const app = await make()
    const session = await connect(app)
    expect(session.context.patient).toBe('ana-torres')
    expect(session.user?.fhirUser).toBe(`${sandbox.ehr.fhirBase}/Patient/ana-torres`)
    expect(session.missing()).toEqual([])
    expect(await session.request(session.user?.fhirUser ?? '')).toMatchObject({ id: 'ana-torres' })
    await session.retry()
    await session.retry()
    const found = await session.request('Condition?patient=ana-torres')
    expect(found).toMatchObject({ resourceType: 'Bundle' })
    expect(await reasonOf(session.request('Patient/diego-torres'))).toBe('fhir-error')
  },
)

test('SDK-12 SDK-31 at Gatehouse: signing out ends the refresh token at once; a copy of it is told so', async () => {
  const app = appOf('demo-public')
  const session = await connect(app)
  const [key = ''] = await app.platform.vault.list('')
  const copy = await app.platform.vault.read(key)
  expect(await session.signOut()).toBe(true)
  await app.platform.vault.write(key, copy)
  const stolen = await openSession({ ...app })
  expect(await reasonOf(stolen?.retry() ?? Promise.resolve())).toBe('ended')
  expect(await openSession(app)).toBeUndefined()
})

test('SDK-11 at Gatehouse: an answer that was lost is asked for again with the same token', async () => {
  const app = appOf('demo-public')
  const { platform } = app
  await connect(app)
  let lose = true
  const losing: typeof platform.fetch = async (url, init) => {
    const answer = await platform.fetch(url, init)
    if (url.endsWith('/token') && lose) {
      lose = false
      throw new TypeError('connection lost')
    }
    return answer
  }
  const session = await openSession({ ...app, platform: { ...platform, fetch: losing } })
  expect(await reasonOf(session?.retry() ?? Promise.resolve())).toBe('try-later')
  expect(await reasonOf(session?.retry() ?? Promise.resolve())).toBe('done')
  expect((await session?.fetch('Patient/ana-torres'))?.status).toBe(200)
})

test('AL-49 at Gatehouse: a person who declines is told to the app as access_denied', async () => {
  const app = appOf('demo-public')
  const answer = await visit((await startLaunch(app)).url, { answer: 'deny' })
  await expect(completeLaunch(app, answer)).rejects.toMatchObject({
    reason: 'authorization-refused',
    error: 'access_denied',
  })
})

test('AL-25 AL-27 AL-28 CX-14 CX-16 at Gatehouse: an EHR launch carries its patient; the handle works once', async () => {
  const app = {
    ...appOf('demo-public', { scope: 'launch openid fhirUser patient/Patient.rs' }),
    [allowLaunchWithoutGesture]: true,
  }
  const ehr = clientOf('riverbend-ehr')
  const basic = Buffer.from(`${ehr.client_id}:${ehr.client_secret}`).toString('base64')
  const launch = { client_id: 'demo-public', username: 'dr.elena', patient: 'lucia-torres', need_patient_banner: false }
  const recorded = await fetch(sandbox.ehr.launchEndpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/json' },
    body: JSON.stringify(launch),
  })
  const { launch_url: url } = await recorded.json()
  const elena = { user: userOf('dr.elena') }
  const session = await completeLaunch(app, await visit((await startLaunch(app, { url })).url, elena))
  expect(session.context).toMatchObject({ patient: 'lucia-torres', needPatientBanner: false })
  expect(session.user?.fhirUser).toContain('/Practitioner/')
  expect(await session.request('Patient/lucia-torres')).toMatchObject({ id: 'lucia-torres' })
})

test('BS-02 BS-07 CA-13 at Gatehouse: a back end reads many patients with its key, and one with a foreign key reads none', async () => {
  const platform = node()
  const auth = await keyOf('demo-asymmetric')
  const service = {
    clientId: 'demo-asymmetric',
    scope: 'system/Patient.rs',
    servers: [sandbox.ehr.fhirBase],
    platform,
    auth,
  }
  const access = await backend({ ...service, [allowInsecureRequests]: true })
  const found = await access.request<{ readonly entry: readonly unknown[] }>('Patient?_count=5')
  expect(found.entry.length).toBeGreaterThan(1)
  const der = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'der', type: 'pkcs8' })
  const key = await crypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign'])
  const impostor = await backend({ ...service, auth: { ...auth, key }, [allowInsecureRequests]: true })
  await expect(impostor.fetch('Patient')).rejects.toMatchObject({ reason: 'token-refused', error: 'invalid_client' })
})
