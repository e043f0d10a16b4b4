import { appState } from '@gatehouse/client/app-state'
import { expect, test } from 'vitest'
import { json, type Sent, smartServer } from './smart-server.ts'
import { refusal, signIn, testApp, testPlatform } from './test-app.ts'

const code = { system: 'https://app.example', code: 'settings' }
const subject = 'https://ehr.example/fhir/Patient/p1'

/** A state endpoint of one record. */
async function stage(configuration: Record<string, unknown> = {}) {
  const server = smartServer()
  server.script.configuration = {
    associated_endpoints: [{ url: 'https://ehr.example/app-state', capabilities: ['smart-app-state'] }],
    ...configuration,
  }
  let version = 0
  let kept: Record<string, unknown> | undefined
  const write = ({ body, headers, method }: Sent): Response => {
    const outdated = method !== 'POST' && headers.get('if-match') !== `W/"${version}"`
    if (outdated) return json({ resourceType: 'OperationOutcome' }, 412)
    version += 1
    kept = method === 'DELETE' ? undefined : { ...JSON.parse(body), id: 's1', meta: { versionId: String(version) } }
    return kept === undefined ? new Response(null, { status: 204 }) : json(kept, 200, { etag: `W/"${version}"` })
  }
  server.script.intercept = (sent) => {
    if (!sent.url.pathname.includes('/Basic')) return undefined
    const entry = kept === undefined ? [] : [{ resource: kept }]
    return sent.method === 'GET' ? json({ resourceType: 'Bundle', type: 'searchset', entry }) : write(sent)
  }
  const session = await signIn(testApp(server, testPlatform([server])), server)
  return { server, session }
}

test('ST-06 ST-12 ST-13 ST-15 ST-16 ST-18 ST-19 ST-24 ST-28 state is made, found, changed and removed by its version', async () => {
  const { server, session } = await stage()
  const store = appState(session, { code, subject })
  const made = await store.create({ 'https://app.example/theme': 'dark' })
  const sent = JSON.parse(server.sent.at(-1)?.body ?? '')
  expect(sent).toEqual({
    resourceType: 'Basic',
    code: { coding: [code] },
    subject: { reference: subject },
    extension: [{ url: 'https://app.example/theme', valueString: 'dark' }],
  })
  expect(server.sent.at(-1)?.url.href).toBe('https://ehr.example/app-state/Basic')
  expect(server.sent.at(-1)?.headers.get('authorization')).toMatch(/^Bearer /)
  expect(made).toEqual({ id: 's1', etag: 'W/"1"', subject, values: { 'https://app.example/theme': 'dark' } })
  expect(await store.find()).toEqual([made])
  expect(server.sent.at(-1)?.url.searchParams.get('code')).toBe('https://app.example|settings')
  expect(server.sent.at(-1)?.url.searchParams.get('subject')).toBe(subject)
  const changed = await store.update(made, { 'https://app.example/theme': 'light' })
  expect(server.sent.at(-1)?.headers.get('if-match')).toBe('W/"1"')
  expect(JSON.parse(server.sent.at(-1)?.body ?? '').id).toBe('s1')
  await store.remove(changed)
  expect(await store.find()).toEqual([])
})

test('ST-20 ST-21 ST-23 whoever writes second is told, and nothing is overwritten', async () => {
  const { session } = await stage()
  const store = appState(session, { code, subject })
  const made = await store.create({ a: '1' })
  await store.update(made, { a: '2' })
  expect(await refusal(store.update(made, { a: '3' }))).toMatchObject({ reason: 'version-conflict', status: 412 })
  expect(await refusal(store.remove(made))).toMatchObject({ reason: 'version-conflict' })
  expect((await store.find())[0]?.values).toEqual({ a: '2' })
})

test('ST-07 ST-11 state of the whole installation has no subject; more than 256 kB is refused before it leaves', async () => {
  const { server, session } = await stage()
  const store = appState(session, { code })
  await store.find()
  expect(server.sent.at(-1)?.url.search).toContain('subject:missing=true')
  const sent = server.sent.length
  expect(await refusal(store.create({ a: 'x'.repeat(262_144) }))).toMatchObject({ reason: 'option-refused' })
  expect(server.sent).toHaveLength(sent)
})

test('ST-33 texts only: what is no text is left out; a record that is none is refused', async () => {
  const { server, session } = await stage()
  const basic = (extension: unknown) => ({ resourceType: 'Basic', id: 's1', meta: { versionId: '4' }, extension })
  const entry = [
    { resource: basic([{ url: 'a', valueString: 'x' }, { url: 'b', valueCode: 'y' }, 7]) },
    { resource: null },
  ]
  server.script.intercept = ({ method }) =>
    method === 'GET' ? json({ resourceType: 'Bundle', entry }) : json({ resourceType: 'Patient' }, 201)
  const store = appState(session, { code })
  expect(await store.find()).toEqual([{ id: 's1', etag: 'W/"4"', values: { a: 'x' } }])
  expect(await refusal(store.create({}))).toMatchObject({ reason: 'fhir-error' })
})

test('ST-01 CF-16 IX-21 SDK-17 state lives at an associated endpoint of the same hosts, else at the base, else nowhere', async () => {
  const atBase = await stage({ associated_endpoints: undefined, capabilities: ['smart-app-state'] })
  await appState(atBase.session, { code }).find()
  expect(atBase.server.sent.at(-1)?.url.pathname).toBe('/fhir/Basic')
  const foreign = [{ url: 'https://elsewhere.example/state', capabilities: ['smart-app-state'] }]
  const elsewhere = await stage({ associated_endpoints: foreign, capabilities: ['smart-app-state'] })
  expect(() => appState(elsewhere.session, { code })).toThrow(/no app state/)
  const without = await stage({ associated_endpoints: [], capabilities: [] })
  expect(() => appState(without.session, { code })).toThrow(/no app state/)
})
