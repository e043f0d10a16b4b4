import { allowInsecureRequests } from '@gatehouse/client'
import { allowOpenServer, oauth2Of } from '@gatehouse/client/fhirclient'
import { expect, test, vi } from 'vitest'
import { json, type SmartServer, smartServer } from './smart-server.ts'
import { refusal, testPage, testPlatform } from './test-app.ts'

const scope = 'openid fhirUser launch/patient patient/*.read'

function stage() {
  const server = smartServer()
  const page = { ...testPage(), url: vi.fn(() => 'https://app.example/index.html') }
  const platform = testPlatform([server], { page })
  const options = { clientId: 'my_web_app', scope, iss: server.fhirBase }
  return { server, page, options, oauth2: oauth2Of(platform) }
}

async function connected() {
  const all = stage()
  const { server, page, options, oauth2 } = all
  await oauth2.authorize(options)
  page.url.mockReturnValue(server.authorize(page.go.mock.calls.at(-1)?.[0].url ?? ''))
  const client = await oauth2.ready()
  page.url.mockReturnValue('https://app.example/index.html')
  server.sent.length = 0
  return { ...all, client }
}

const onFhir = (
  server: SmartServer,
  answer: (url: URL, method: string, body: string) => Response | undefined,
): void => {
  server.script.intercept = ({ url, method, body }) =>
    url.pathname.startsWith('/fhir/') ? answer(url, method, body) : undefined
}

test('authorize then ready: the documented two pages', async () => {
  const { client, server } = await connected()
  expect(await client.patient.read()).toMatchObject({ resourceType: 'Patient', id: 'p1' })
  expect([client.patient.id, client.getPatientId(), client.encounter.id]).toEqual(['p1', 'p1', null])
  expect([client.user.id, client.user.resourceType]).toEqual(['d1', 'Practitioner'])
  expect(await client.user.read()).toMatchObject({ id: 'd1' })
  expect(client.state).toMatchObject({ serverUrl: server.fhirBase, clientId: 'my_web_app' })
  expect(await refusal(client.encounter.read())).toMatchObject({ reason: 'context-invalid' })
})

test('ready after a reload finds the session of this tab; in a new tab there is none', async () => {
  const { oauth2, server } = await connected()
  expect((await oauth2.ready()).patient.id).toBe('p1')
  expect(await refusal(oauth2Of(testPlatform([server], { page: testPage() })).ready())).toMatchObject({
    reason: 'state-unknown',
  })
})

test('init: one page that leaves, comes back and stays', async () => {
  const { server, page, options, oauth2 } = stage()
  void oauth2.init(options)
  await vi.waitFor(() => expect(page.go).toHaveBeenCalledOnce())
  page.url.mockReturnValue(server.authorize(page.go.mock.calls[0]?.[0].url ?? ''))
  expect((await oauth2.init(options)).patient.id).toBe('p1')
  page.url.mockReturnValue('https://app.example/index.html')
  expect((await oauth2.init(options)).patient.id).toBe('p1')
  expect(page.go).toHaveBeenCalledOnce()
})

test('SDK-03 an EHR launch takes iss and launch from the URL, from listed servers only', async () => {
  const { server, page, oauth2 } = stage()
  page.url.mockReturnValue(`https://app.example/launch.html?iss=${server.fhirBase}&launch=abc`)
  const options = { clientId: 'app', scope: 'launch', servers: [server.fhirBase], redirectUri: 'index.html' }
  await oauth2.authorize(options)
  const sent = new URL(page.go.mock.calls[0]?.[0].url ?? '').searchParams
  expect([sent.get('launch'), sent.get('redirect_uri')]).toEqual(['abc', 'https://app.example/index.html'])
  const refused = await refusal(oauth2.authorize({ ...options, servers: ['https://other.example/fhir'] }))
  expect(refused).toMatchObject({ reason: 'server-not-allowed' })
  expect(await refusal(oauth2.authorize({ clientId: 'app', scope: 'launch' }))).toMatchObject({
    reason: 'option-refused',
  })
})

test('noRedirect returns the address and leaves the page where it is', async () => {
  const { page, options, oauth2 } = stage()
  expect(await oauth2.authorize({ ...options, noRedirect: true })).toMatch(/^https:\/\/ehr\.example\/authorize\?/)
  expect(page.go).not.toHaveBeenCalled()
})

test.each([
  ['pkceMode', 'disabled', /PKCE/],
  ['patientId', 'p9', /launch\/patient/],
  ['encounterId', 'e9', /launch\/encounter/],
  ['launch', 'x', /launch URL/],
  ['clientSecret', 's', /back end/],
  ['clientPrivateJwk', {}, /CryptoKey/],
  ['fhirServiceUrl', 'https://open.example', /allowOpenServer/],
  ['fakeTokenResponse', { patient: '1' }, /allowOpenServer/],
  ['storage', 'localStorage', /IndexedDB/],
  ['issMatch', /x/, /servers/],
  ['clientID', 'typo', /unknown/],
])('SDK-20 SDK-22 the option %s is refused, saying what replaces it', async (name, value, instead) => {
  const { options, oauth2, server } = stage()
  const refused = await refusal(oauth2.authorize({ ...options, [name]: value }))
  expect(refused).toMatchObject({ reason: 'option-refused', message: expect.stringMatching(instead) })
  expect(server.sent).toEqual([])
})

test('settled options change nothing', async () => {
  const { options, oauth2, page } = stage()
  await oauth2.authorize({ ...options, pkceMode: 'required', completeInTarget: true, target: '_self', width: 1 })
  expect(page.go).toHaveBeenCalledOnce()
})

test('in development an open server works without authorization, and gets no token', async () => {
  const { server, oauth2 } = stage()
  const options = { clientId: 'x', scope: '', fhirServiceUrl: server.fhirBase, fakeTokenResponse: { patient: 'p7' } }
  const client = await oauth2.init({ ...options, [allowOpenServer]: true, [allowInsecureRequests]: true })
  expect(await client.patient.read()).toMatchObject({ id: 'p7' })
  expect(server.sent.at(-1)?.headers.has('authorization')).toBe(false)
})

test('create, update, patch and delete send what fhirclient sends', async () => {
  const { client, server } = await connected()
  const seen: unknown[] = []
  onFhir(server, (url, method, body) => {
    seen.push([method, url.pathname, body === '' ? undefined : JSON.parse(body)])
    return method === 'DELETE' ? new Response(null, { status: 204 }) : json({ resourceType: 'Observation', id: '1' })
  })
  const observation = { resourceType: 'Observation', id: '1' }
  const operations = [{ op: 'replace', path: '/status', value: 'final' }]
  await client.create({ resourceType: 'Observation' })
  await client.update(observation)
  await client.patch('Observation/1', operations)
  await client.delete('Observation/1')
  expect(seen).toEqual([
    ['POST', '/fhir/Observation', { resourceType: 'Observation' }],
    ['PUT', '/fhir/Observation/1', observation],
    ['PATCH', '/fhir/Observation/1', operations],
    ['DELETE', '/fhir/Observation/1', undefined],
  ])
  expect(server.sent[2]?.headers.get('content-type')).toBe('application/json-patch+json')
})

/** Three pages of one observation each. */
const threePages = (url: URL): Response => {
  const page = Number(url.searchParams.get('page') ?? 1)
  const link = page < 3 ? [{ relation: 'next', url: `https://ehr.example/fhir/Observation?page=${page + 1}` }] : []
  const resource = { resourceType: 'Observation', id: String(page), performer: [{ reference: 'Practitioner/7' }] }
  return json({ resourceType: 'Bundle', type: 'searchset', link, entry: [{ resource }] })
}

test('request: one page by default, several with pageLimit, resources with flat, onPage for each', async () => {
  const { client, server } = await connected()
  onFhir(server, (url) => (url.pathname.endsWith('/Observation') ? threePages(url) : undefined))
  expect(await client.request('Observation')).toMatchObject({ resourceType: 'Bundle' })
  expect(await client.request('Observation', { pageLimit: 2 })).toHaveLength(2)
  const onPage = vi.fn()
  const all = await client.request('Observation', { pageLimit: 0, flat: true, onPage })
  expect(all).toMatchObject([{ id: '1' }, { id: '2' }, { id: '3' }])
  expect(onPage).toHaveBeenCalledTimes(3)
  await client.patient.request('Observation?code=1')
  expect(server.sent.at(-1)?.url.search).toBe('?code=1&patient=p1')
})

test('request: references are put in place, or beside the data; those of other servers are left', async () => {
  const { client, server } = await connected()
  onFhir(server, (url) => (url.pathname.endsWith('/Observation') ? threePages(url) : undefined))
  const graph = await client.request('Observation', { flat: true, resolveReferences: 'performer' })
  expect(graph).toMatchObject([{ performer: [{ id: '7' }] }])
  const beside = await client.request('Observation', { flat: true, resolveReferences: ['performer.0'], graph: false })
  expect(beside).toMatchObject({
    data: [{ performer: [{ reference: 'Practitioner/7' }] }],
    references: { 'Practitioner/7': { id: '7' } },
  })
  const elsewhere = { resourceType: 'Encounter', subject: { reference: 'https://evil.example/fhir/Patient/1' } }
  onFhir(server, (url) => (url.pathname.endsWith('/Encounter/1') ? json(elsewhere) : undefined))
  expect(await client.request('Encounter/1', { resolveReferences: 'subject' })).toEqual(elsewhere)
})

test('request: errors, foreign addresses and text', async () => {
  const { client, server } = await connected()
  onFhir(server, () => json({ resourceType: 'OperationOutcome' }, 404))
  expect(await refusal(client.request('Patient/9'))).toMatchObject({ reason: 'fhir-error', status: 404 })
  expect(await refusal(client.request('https://evil.example/fhir/Patient/1'))).toMatchObject({ reason: 'foreign-url' })
  onFhir(server, () => new Response('plain', { headers: { 'content-type': 'text/plain' } }))
  expect(await client.request({ url: 'Binary/1', headers: { accept: 'text/plain' } })).toBe('plain')
})

test('SDK-33 tokenResponse has the context and no tokens; asking for one says where to go', async () => {
  const { client } = await connected()
  const { tokenResponse } = client.state
  expect(tokenResponse).toMatchObject({ patient: 'p1' })
  expect(JSON.stringify(tokenResponse)).not.toContain('token')
  for (const name of ['access_token', 'refresh_token', 'id_token']) {
    expect(() => tokenResponse[name]).toThrow(/stays inside/)
  }
  expect(() => Object.assign(tokenResponse, { patient: 'p2' })).toThrow()
})
