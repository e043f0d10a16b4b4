import { completeLaunch, openSession, startLaunch } from '@gatehouse/client'
import { expect, test } from 'vitest'
import { smartServer } from './smart-server.ts'
import { signIn, testApp, testPlatform } from './test-app.ts'

const laboratory = 'category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory'
const vitals = 'category=http://terminology.hl7.org/CodeSystem/observation-category|vital-signs'
const asked =
  'openid fhirUser launch/patient offline_access patient/Condition.rs patient/Observation.rs patient/Patient.r'

function stage(grant?: string) {
  const server = smartServer()
  server.script.grant = grant
  const app = testApp(server, testPlatform([server]), { scope: asked })
  return { server, app }
}

test('SDK-06 SC-26 granted and missing follow what the server granted; nothing crashes', async () => {
  const { server, app } = stage('openid fhirUser patient/Patient.r patient/Observation.r patient/Observation.s')
  const session = await signIn(app, server)
  expect(session.granted('patient/Observation.rs')).toBe(true)
  expect(session.granted('patient/Observation.cud')).toBe(false)
  expect(session.granted('user/Observation.rs')).toBe(false)
  expect(session.granted('patient/Nonsense.rs')).toBe(false)
  expect(session.missing()).toEqual(['patient/Condition.rs'])
})

test('SDK-06 a wildcard, a v1 scope and a granular scope are compared by meaning', async () => {
  const wide = stage('openid fhirUser patient/*.read')
  const all = await signIn(wide.app, wide.server)
  expect(all.granted('patient/Condition.rs')).toBe(true)
  expect(all.missing()).toEqual([])
  const narrow = stage(`openid fhirUser patient/Patient.r patient/Observation.rs?${laboratory}`)
  const some = await signIn(narrow.app, narrow.server)
  expect(some.granted(`patient/Observation.rs?${laboratory}`)).toBe(true)
  expect(some.granted(`patient/Observation.rs?${vitals}`)).toBe(false)
  expect(some.missing()).toEqual(['patient/Condition.rs', 'patient/Observation.rs'])
})

test('SDK-06 RF-15 context, identity and offline scopes are granted when the thing they ask for is there', async () => {
  const { server, app } = stage('patient/Patient.r')
  server.script.tokenAnswer = { patient: undefined, refresh_token: undefined }
  const session = await signIn(app, server)
  for (const scope of ['openid', 'fhirUser', 'launch/patient', 'launch/encounter', 'offline_access']) {
    expect(session.granted(scope), scope).toBe(false)
  }
  const full = stage('patient/Patient.r')
  full.server.script.tokenAnswer = { encounter: 'e1', fhirContext: [{ reference: 'ImagingStudy/1' }] }
  const rich = await signIn(full.app, full.server)
  for (const scope of ['launch', 'launch/patient', 'launch/encounter', 'launch/imagingstudy', 'offline_access']) {
    expect(rich.granted(scope), scope).toBe(true)
  }
})

test('SDK-06 asking again sends the difference, and the answer joins what there was', async () => {
  const { server, app } = stage('openid fhirUser offline_access patient/Patient.r patient/Condition.rs')
  const session = await signIn(app, server)
  const again = await session.askAgain()
  const scope = new URL(again.url).searchParams.get('scope')
  expect(scope).toBe('openid fhirUser launch/patient offline_access patient/Observation.rs')

  server.script.grant = undefined
  const joined = await completeLaunch(app, server.authorize(again.url))
  expect(joined.missing()).toEqual([])
  const tokenOf = async (path: string, init = {}): Promise<string | null | undefined> => {
    await joined.fetch(path, init)
    return server.sent.at(-1)?.headers.get('authorization')
  }
  const forCondition = await tokenOf('Condition?patient=p1')
  expect(await tokenOf('Patient/p1')).toBe(forCondition)
  expect(await tokenOf('Observation?patient=p1')).not.toBe(forCondition)
  expect(await tokenOf('Observation/_search', { method: 'POST', body: 'patient=p1' })).not.toBe(forCondition)
  expect((await openSession(app))?.missing()).toEqual([])
  expect(await joined.signOut()).toBe(true)
  expect(await app.platform.vault.list('')).toEqual([])
})

test('SDK-06 AL-29 an EHR launch asks again as a standalone one; a new launch replaces what had joined', async () => {
  const { server } = stage('launch patient/Patient.r')
  const app = testApp(server, testPlatform([server]), { scope: 'launch patient/Patient.r patient/Condition.rs' })
  const launch = { url: `https://app.example/launch?iss=${server.fhirBase}&launch=x` }
  const session = await completeLaunch(app, server.authorize((await startLaunch(app, launch)).url))
  const again = new URL((await session.askAgain()).url).searchParams
  expect(again.get('scope')).toBe('launch/patient patient/Condition.rs')
  expect(again.has('launch')).toBe(false)
  server.script.grant = undefined
  await completeLaunch(app, server.authorize((await session.askAgain()).url))
  expect(await app.platform.vault.list('')).toHaveLength(2)
  await completeLaunch(app, server.authorize((await startLaunch(app, launch)).url))
  expect(await app.platform.vault.list('')).toHaveLength(1)
})

test('SDK-23 servers, clients and patients of one origin do not see each other’s sessions', async () => {
  const [one, two] = [smartServer(), smartServer({ issuer: 'https://two.example' })]
  const platform = testPlatform([one, two])
  const app = testApp(one, platform, { servers: [one.fhirBase, two.fhirBase] })
  await signIn(app, one)
  expect(await openSession(app, { server: two.fhirBase })).toBeUndefined()
  expect(await openSession({ ...app, clientId: 'app-2' })).toBeUndefined()
  expect(await openSession(app, { patient: 'p2' })).toBeUndefined()
  one.script.tokenAnswer = { patient: 'p2' }
  await signIn(app, one)
  expect((await openSession(app, { patient: 'p1' }))?.context.patient).toBe('p1')
  expect((await openSession(app, { patient: 'p2' }))?.context.patient).toBe('p2')
  for (const key of await platform.vault.list('')) expect(key).not.toMatch(/p1|p2|app-1|example/)
})
