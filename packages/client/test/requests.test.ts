import type { Bundle, Session } from '@gatehouse/client'
import { expect, test, vi } from 'vitest'
import { json, type SmartServer, smartServer } from './smart-server.ts'
import { refusal, signIn, testApp, testPlatform } from './test-app.ts'

async function signedIn(issuer?: string) {
  const server = smartServer(issuer === undefined ? {} : { issuer })
  const elsewhere = smartServer({ issuer: 'https://elsewhere.example' })
  const platform = testPlatform([server, elsewhere])
  const session = await signIn(testApp(server, platform), server)
  server.sent.length = 0
  return { server, elsewhere, platform, session }
}

async function allPages(session: Session): Promise<readonly Bundle[]> {
  const found: Bundle[] = []
  for await (const page of session.pages('Observation')) found.push(page)
  return found
}

const onFhir = (server: SmartServer, answer: (path: string) => Response | undefined): void => {
  server.script.intercept = ({ url }) => (url.pathname.startsWith('/fhir/') ? answer(url.pathname) : undefined)
}

test('SDK-17 AL-81 the token goes under its FHIR base and nowhere else', async () => {
  const { server, elsewhere, session } = await signedIn()
  const foreign = [
    'https://elsewhere.example/fhir/Patient/1',
    'http://ehr.example/fhir/Patient/1',
    'https://ehr.example/other/Patient/1',
    'https://ehr.example/fhirx/Patient/1',
    'https://ehr.example:8443/fhir/Patient/1',
    'https://a@ehr.example/fhir/Patient/1',
    'https://ehr.example.evil.example/fhir/Patient/1',
    '../admin',
    'Patient/../../admin',
    '%2e%2e/admin',
    '//elsewhere.example/fhir/Patient/1',
    '\\\\elsewhere.example/fhir',
    'data:text/plain,x',
  ]
  for (const path of foreign) {
    expect(await refusal(session.fetch(path)), path).toMatchObject({
      reason: 'foreign-url',
    })
  }
  expect([...server.sent, ...elsewhere.sent]).toEqual([])
  for (const path of ['Patient/1', '/Patient/1', `${server.fhirBase}/Patient/1`, 'Patient?x=..', '']) {
    expect((await session.fetch(path)).status).toBe(200)
  }
  expect(server.sent.every(({ url }) => url.href.startsWith(server.fhirBase))).toBe(true)
})

test('SDK-17 a redirect is not followed: the token would go with it', async () => {
  const { server, elsewhere, session } = await signedIn()
  for (const status of [301, 302, 303, 307, 308]) {
    onFhir(server, () => new Response(null, { status, headers: { location: `${elsewhere.fhirBase}/Patient/1` } }))
    expect(await refusal(session.fetch('Patient/1'))).toMatchObject({ reason: 'redirect-refused', status })
  }
  onFhir(server, () => new Response(null, { status: 304 }))
  expect((await session.fetch('Patient/1')).status).toBe(304)
  expect(elsewhere.sent).toEqual([])
})

test('SDK-17 pages are followed on the same base; a next link elsewhere ends them before a request leaves', async () => {
  const { server, elsewhere, session } = await signedIn()
  const page = (next?: string): Response =>
    json({ resourceType: 'Bundle', type: 'searchset', ...(next ? { link: [{ relation: 'next', url: next }] } : {}) })
  onFhir(server, (path) => page({ '/fhir/Observation': `${server.fhirBase}/p2`, '/fhir/p2': 'p3?x=1' }[path]))
  expect(await allPages(session)).toHaveLength(3)
  onFhir(server, () => page(`${elsewhere.fhirBase}/Observation?page=2`))
  expect(await refusal(allPages(session))).toMatchObject({ reason: 'foreign-url' })
  expect(elsewhere.sent).toEqual([])
})

test('SDK-17 BS-26 references: on this server read, contained found, elsewhere and logical ones not followed', async () => {
  const { server, elsewhere, session } = await signedIn()
  expect(await session.resolve({ reference: 'Practitioner/7' })).toMatchObject({ id: '7' })
  expect(await session.resolve(`${server.fhirBase}/Practitioner/8`)).toMatchObject({ id: '8' })
  const within = { resourceType: 'Observation', contained: [{ resourceType: 'Device', id: 'd' }] }
  expect(await session.resolve({ reference: '#d' }, within)).toMatchObject({ resourceType: 'Device' })
  const sent = server.sent.length
  expect(await session.resolve({ reference: '#x' }, within)).toBeUndefined()
  expect(await session.resolve({ reference: `${elsewhere.fhirBase}/Practitioner/7` })).toBeUndefined()
  expect(await session.resolve({ reference: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' })).toBeUndefined()
  expect(await session.resolve({ identifier: { value: '1' } })).toBeUndefined()
  expect([server.sent.length, elsewhere.sent.length]).toEqual([sent, 0])
})

const challenge = (error: string): HeadersInit => ({ 'www-authenticate': `Bearer error="${error}"` })

test('SDK-16 one retry after 401 invalid_token, with a new token', async () => {
  const { server, session } = await signedIn()
  const seen: (string | null)[] = []
  server.script.intercept = ({ url, headers }) => {
    if (!url.pathname.startsWith('/fhir/')) return undefined
    seen.push(headers.get('authorization'))
    return seen.length === 1 ? new Response('', { status: 401, headers: challenge('invalid_token') }) : undefined
  }
  expect((await session.fetch('Patient/1', { method: 'PUT', body: '{}' })).status).toBe(200)
  expect(new Set(seen).size).toBe(2)
  onFhir(server, () => new Response('', { status: 401 }))
  expect((await session.fetch('Patient/1')).status).toBe(401)
  expect(server.sent.filter(({ url }) => url.pathname === '/token')).toHaveLength(2)
})

test('SDK-16 no retry after 403, after another challenge, or when the body was a stream', async () => {
  const { server, session } = await signedIn()
  for (const answer of [
    new Response('', { status: 403 }),
    new Response('', { status: 401, headers: challenge('insufficient_scope') }),
  ]) {
    onFhir(server, () => answer)
    await session.fetch('Patient/1')
  }
  onFhir(server, () => new Response('', { status: 401, headers: challenge('invalid_token') }))
  const body = new Blob(['{}']).stream()
  expect((await session.fetch('Binary', { method: 'POST', body })).status).toBe(401)
  expect(server.sent.map(({ url }) => url.pathname)).toEqual(['/fhir/Patient/1', '/fhir/Patient/1', '/fhir/Binary'])
})

test('a refused FHIR request is an error with status and OperationOutcome; no answer is try-later', async () => {
  const { server, session } = await signedIn()
  const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found' }] }
  onFhir(server, () => json(outcome, 404))
  expect(await refusal(session.request('Patient/9'))).toMatchObject({ reason: 'fhir-error', status: 404, outcome })
  onFhir(server, () => new Response('<html>', { status: 200 }))
  expect(await refusal(session.request('Patient/9'))).toMatchObject({ reason: 'fhir-error', status: 200 })
  onFhir(server, () => new Response(null, { status: 204 }))
  expect(await session.request('Patient/9', { method: 'DELETE' })).toBeUndefined()
  server.script.intercept = () => Promise.reject(new TypeError('offline'))
  expect(await refusal(session.request('Patient/9'))).toMatchObject({ reason: 'try-later' })
})

test('a request sends FHIR JSON, keeps the caller’s headers and can be aborted', async () => {
  const { server, session } = await signedIn()
  await session.request('Observation', {
    method: 'POST',
    body: '{"resourceType":"Observation"}',
    headers: { prefer: 'return=minimal', authorization: 'Bearer mine', dpop: 'mine' },
  })
  const sent = server.sent.at(-1)
  expect(sent?.headers.get('content-type')).toBe('application/fhir+json')
  expect(sent?.headers.get('accept')).toBe('application/fhir+json')
  expect(sent?.headers.get('prefer')).toBe('return=minimal')
  expect(sent?.headers.get('authorization')).not.toContain('mine')
  expect(sent?.headers.has('dpop')).toBe(false)
  const abort = new AbortController()
  server.script.intercept = () => {
    abort.abort()
    return Promise.reject(abort.signal.reason)
  }
  await expect(session.fetch('Patient/1', { signal: abort.signal })).rejects.toThrow(/abort/i)
})

test('SDK-31 RFC-10 signing out revokes the refresh token, forgets everything and tells the other tabs', async () => {
  const { server, platform, session } = await signedIn()
  const ended = vi.fn()
  session.on('ended', ended)
  expect(await session.signOut()).toBe(true)
  const revocation = server.sent.find(({ url }) => url.pathname === '/revoke')
  expect(server.refreshTokens.has(revocation?.form.get('token') ?? '')).toBe(true)
  expect(revocation?.form.get('token_type_hint')).toBe('refresh_token')
  expect(ended).toHaveBeenCalledOnce()
  expect(await platform.vault.list('')).toEqual([])
  expect(await refusal(session.fetch('Patient/1'))).toMatchObject({ reason: 'ended' })
})

test('SDK-31 signing out works offline and without a revocation endpoint, and says that the server was not told', async () => {
  const offline = await signedIn()
  offline.server.script.intercept = () => Promise.reject(new TypeError('offline'))
  expect(await offline.session.signOut()).toBe(false)
  expect(await offline.platform.vault.list('')).toEqual([])
  const server = smartServer()
  server.script.configuration = { revocation_endpoint: undefined }
  const session: Session = await signIn(testApp(server, testPlatform([server])), server)
  expect(await session.signOut()).toBe(false)
  expect(session.manageUrl).toBe(`${server.issuer}/grants`)
})
