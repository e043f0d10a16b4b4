import { openSession, type Session } from '@gatehouse/client'
import { expect, test, vi } from 'vitest'
import { json, type Sent, type SmartServer, smartServer } from './smart-server.ts'
import { refusal, signIn, type TestPlatform, testApp, testPage, testPlatform } from './test-app.ts'

type Signed = { readonly server: SmartServer; readonly platform: TestPlatform; readonly session: Session }

async function signedIn(): Promise<Signed & { readonly app: ReturnType<typeof testApp> }> {
  const server = smartServer()
  const platform = testPlatform([server])
  const app = testApp(server, platform)
  return { server, platform, app, session: await signIn(app, server) }
}

const refreshes = (server: SmartServer): readonly Sent[] =>
  server.tokenRequests().filter(({ form }) => form.get('grant_type') === 'refresh_token')
const bearer = (server: SmartServer): string | null | undefined => server.sent.at(-1)?.headers.get('authorization')
const onToken = (server: SmartServer, answer: (sent: Sent) => Response | Promise<Response>): void => {
  server.script.intercept = (sent) => (sent.url.pathname === '/token' ? answer(sent) : undefined)
}

test('SDK-16 RF-07 RF-17 a token is renewed shortly before its end, and the newest refresh token is the one used', async () => {
  const { server, platform, session } = await signedIn()
  await session.fetch('Patient/p1')
  const first = bearer(server)
  await platform.pass(250)
  await session.fetch('Patient/p1')
  expect(bearer(server)).toBe(first)
  await platform.pass(20)
  await session.fetch('Patient/p1')
  expect(bearer(server)).not.toBe(first)
  await platform.pass(280)
  await session.fetch('Patient/p1')
  expect(refreshes(server)).toHaveLength(2)
  expect(refreshes(server)[0]?.form.get('scope')).toBeNull()
  expect(new Set(refreshes(server).map(({ form }) => form.get('refresh_token'))).size).toBe(2)
})

test('SDK-10 fifty callers at once send one refresh', async () => {
  const { server, platform, session } = await signedIn()
  await platform.pass(290)
  await Promise.all(Array.from({ length: 50 }, () => session.fetch('Patient/p1')))
  expect(refreshes(server)).toHaveLength(1)
})

test('SDK-10 sessions of one vault opened apart share one refresh and all hold the new token', async () => {
  const { server, platform, app, session } = await signedIn()
  const others = await Promise.all(Array.from({ length: 9 }, () => openSession({ ...app })))
  await platform.pass(290)
  await Promise.all([session, ...others].map((one) => one?.fetch('Patient/p1')))
  expect(refreshes(server)).toHaveLength(1)
  const used = server.sent.slice(-10).map(({ headers }) => headers.get('authorization'))
  expect(new Set(used).size).toBe(1)
})

test('SDK-10 tabs that share only the stored records renew once, also when news arrive while they decide', async () => {
  const { server, platform, app } = await signedIn()
  const tab = () => openSession({ ...app, platform: { ...platform, vault: { ...platform.vault } } })
  const tabs = await Promise.all(Array.from({ length: 10 }, tab))
  await platform.pass(290)
  await Promise.all(
    tabs.map(async (one, index) => {
      for (let turn = 0; turn < index * 3; turn += 1) await Promise.resolve()
      await one?.fetch('Patient/p1')
    }),
  )
  expect(refreshes(server)).toHaveLength(1)
})

test('SDK-15 RF-15 renewal depends on the refresh token, not on offline_access in scope', async () => {
  const { server, platform, session } = await signedIn()
  server.script.tokenAnswer = { scope: 'patient/Observation.r' }
  await platform.pass(290)
  await session.fetch('Patient/p1')
  await platform.pass(290)
  await session.fetch('Patient/p1')
  expect(refreshes(server)).toHaveLength(2)
  expect(session.granted('offline_access')).toBe(true)
  expect(session.scope()).toBe('patient/Observation.r')
})

test.each<readonly [string, () => Response | Promise<Response>]>([
  ['no connection', () => Promise.reject(new TypeError('offline'))],
  ['503', () => new Response('', { status: 503 })],
  ['429 with Retry-After', () => new Response('', { status: 429, headers: { 'retry-after': '20' } })],
  ['an HTML page with 200', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
  ['an HTML page with 400', () => new Response('<html>', { status: 400 })],
  ['broken JSON', () => new Response('{', { headers: { 'content-type': 'application/json' } })],
  ['JSON without a token', () => json({})],
  ['a connection cut in the body', () => new Response(new ReadableStream({ pull: (c) => c.error(new Error('cut')) }))],
  ['a timeout', () => Promise.reject(new DOMException('slow', 'TimeoutError'))],
])('SDK-12 %s costs nothing: the token is kept and works later', async (_what, answer) => {
  const { server, platform, session } = await signedIn()
  const waiting = vi.fn()
  session.on('waiting', waiting)
  onToken(server, answer)
  await platform.pass(301)
  expect(await refusal(session.fetch('Patient/p1'))).toMatchObject({ reason: 'try-later' })
  expect(waiting).toHaveBeenCalledOnce()
  server.script.intercept = () => undefined
  await platform.pass(30)
  expect((await session.fetch('Patient/p1')).status).toBe(200)
  const [lost, later] = refreshes(server).map(({ form }) => form.get('refresh_token'))
  expect(later).toBe(lost)
})

test('SDK-12 pauses double, are not shorter than Retry-After, and nothing is sent during them', async () => {
  const { server, platform, session } = await signedIn()
  onToken(server, () => new Response('', { status: 503 }))
  await platform.pass(301)
  const waits: (number | undefined)[] = []
  for (let round = 0; round < 4; round += 1) {
    waits.push((await refusal(session.fetch('Patient/p1'))).retryAfter)
    await platform.pass(waits.at(-1) ?? 0)
  }
  expect(waits).toEqual([2, 4, 8, 16])
  const before = refreshes(server).length
  expect(await refusal(session.fetch('Patient/p1'))).toMatchObject({ reason: 'try-later' })
  expect(refreshes(server)).toHaveLength(before)
  onToken(server, () => new Response('', { status: 429, headers: { 'retry-after': '120' } }))
  await platform.pass(32)
  expect(await refusal(session.fetch('Patient/p1'))).toMatchObject({ reason: 'try-later', retryAfter: 120 })
})

test('SDK-12 a date in Retry-After counts from the answer’s own date', async () => {
  const { server, platform, session } = await signedIn()
  const headers = { date: 'Sat, 21 Nov 2026 10:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 10:01:30 GMT' }
  onToken(server, () => new Response('', { status: 503, headers }))
  await platform.pass(301)
  expect(await refusal(session.fetch('Patient/p1'))).toMatchObject({ retryAfter: 90 })
})

test('SDK-12 the pause ends by itself: the session renews when it is over', async () => {
  const { server, platform, session } = await signedIn()
  const refreshed = vi.fn()
  session.on('refreshed', refreshed)
  onToken(server, () => new Response('', { status: 503 }))
  await platform.pass(301)
  await refusal(session.fetch('Patient/p1'))
  server.script.intercept = () => undefined
  await platform.pass(3)
  await vi.waitFor(() => expect(refreshed).toHaveBeenCalledOnce())
})

test('SDK-16 a failed renewal does not take away the seconds the access token still has', async () => {
  const { server, platform, session } = await signedIn()
  onToken(server, () => new Response('', { status: 503 }))
  await platform.pass(280)
  expect((await session.fetch('Patient/p1')).status).toBe(200)
  await platform.pass(25)
  expect(await refusal(session.fetch('Patient/p1'))).toMatchObject({ reason: 'try-later' })
})

test.each(['grant_revoked', 'refresh_token_expired', 'session_ended'])(
  'SDK-12 %s is the end: forgotten, announced, not asked again',
  async (reason) => {
    const { server, platform, app, session } = await signedIn()
    const ended = vi.fn()
    session.on('ended', ended)
    onToken(server, () =>
      json({ error: 'invalid_grant', error_reason: reason, error_uri: 'https://ehr.example/e' }, 400),
    )
    await platform.pass(301)
    expect(await refusal(session.fetch('Patient/p1'))).toMatchObject({
      reason: 'ended',
      error: 'invalid_grant',
      errorReason: reason,
      errorUri: 'https://ehr.example/e',
    })
    expect(ended).toHaveBeenCalledOnce()
    expect(await refusal(session.fetch('Patient/p1'))).toMatchObject({ reason: 'ended' })
    expect(refreshes(server)).toHaveLength(1)
    expect(await openSession(app)).toBeUndefined()
  },
)

test('SDK-12 a bare invalid_grant parks the token: kept, not retried by itself, retried when the user wants', async () => {
  const { server, platform, app, session } = await signedIn()
  const parked = vi.fn()
  session.on('parked', parked)
  onToken(server, () => json({ error: 'invalid_grant' }, 400))
  await platform.pass(301)
  expect(await refusal(session.fetch('Patient/p1'))).toMatchObject({ reason: 'parked' })
  await platform.pass(86_400)
  expect(await refusal(session.fetch('Patient/p1'))).toMatchObject({ reason: 'parked' })
  expect([parked.mock.calls.length, refreshes(server).length]).toEqual([1, 1])
  server.script.intercept = () => undefined
  await (await openSession(app))?.retry()
  const [first, second] = refreshes(server).map(({ form }) => form.get('refresh_token'))
  expect(second).toBe(first)
})

test('SDK-12 a parked token is dropped when a new authorization succeeds', async () => {
  const { server, platform, app, session } = await signedIn()
  onToken(server, () => json({ error: 'invalid_grant' }, 400))
  await platform.pass(301)
  await refusal(session.fetch('Patient/p1'))
  server.script.intercept = () => undefined
  server.script.tokenAnswer = { patient: 'p2' }
  await signIn(app, server)
  expect(await openSession(app, { patient: 'p1' })).toBeUndefined()
  expect((await openSession(app))?.context.patient).toBe('p2')
})

test('SDK-12 invalid_client and the like are faults of set-up: told as they are, the token is kept', async () => {
  const { server, platform, session } = await signedIn()
  onToken(server, () => json({ error: 'invalid_client' }, 401))
  await platform.pass(301)
  expect(await refusal(session.fetch('Patient/p1'))).toMatchObject({ reason: 'token-refused', error: 'invalid_client' })
  server.script.intercept = () => undefined
  await session.retry()
  expect((await session.fetch('Patient/p1')).status).toBe(200)
})

test('SDK-15 without a refresh token the end of the access token is the end, said plainly', async () => {
  const server = smartServer()
  const platform = testPlatform([server])
  server.script.tokenAnswer = { refresh_token: undefined }
  const session = await signIn(testApp(server, platform), server)
  await platform.pass(301)
  expect(await refusal(session.fetch('Patient/p1'))).toMatchObject({ reason: 'ended' })
  expect(refreshes(server)).toEqual([])
})

test('RF-16 an answer without refresh token, scope or context leaves what was there', async () => {
  const { server, platform, session } = await signedIn()
  server.script.tokenAnswer = { refresh_token: undefined, scope: undefined, patient: undefined }
  server.script.rotate = false
  await platform.pass(290)
  await session.fetch('Patient/p1')
  await platform.pass(290)
  await session.fetch('Patient/p1')
  expect(session.context.patient).toBe('p1')
  expect(session.granted('patient/Observation.rs')).toBe(true)
  const [one, two] = refreshes(server).map(({ form }) => form.get('refresh_token'))
  expect(two).toBe(one)
})

test.each(['p2', 'Patient/p1'])('RF-18 a renewal for another patient (%s) ends the session', async (patient) => {
  const { server, platform, app, session } = await signedIn()
  server.script.tokenAnswer = { patient }
  await platform.pass(301)
  expect(await refusal(session.fetch('Patient/p1'))).toMatchObject({ reason: 'context-invalid' })
  expect(await openSession(app)).toBeUndefined()
})

test('SDK-11 a crash between sending and keeping the answer: the same token is presented once more', async () => {
  const { server, platform, app } = await signedIn()
  const [key = ''] = await platform.vault.list('')
  const dying = { ...platform, vault: { ...platform.vault, write: dieAfterFirst(platform.vault.write) } }
  const session = await openSession({ ...app, platform: dying })
  server.script.rotate = false
  await platform.pass(290)
  await expect(session?.fetch('Patient/p1')).rejects.toThrow('killed')
  expect(await platform.vault.read(key)).toMatchObject({ pending: { replayed: false } })
  const next = await openSession({ ...app })
  await next?.fetch('Patient/p1')
  const [one, two] = refreshes(server).map(({ form }) => form.get('refresh_token'))
  expect(two).toBe(one)
  expect(await platform.vault.read(key)).not.toHaveProperty('pending')
})

test('SDK-11 a second crash during that replay parks the token instead of presenting it a third time', async () => {
  const { server, platform, app } = await signedIn()
  const [key = ''] = await platform.vault.list('')
  const record = Object(await platform.vault.read(key))
  await platform.vault.write(key, { ...record, pending: { at: 0, replayed: true } })
  await platform.pass(290)
  const session = await openSession({ ...app })
  expect((await session?.fetch('Patient/p1'))?.status).toBe(200)
  await platform.pass(20)
  expect(await refusal(session?.fetch('Patient/p1') ?? Promise.resolve())).toMatchObject({ reason: 'parked' })
  expect(refreshes(server)).toEqual([])
  await session?.retry()
  expect(refreshes(server)).toHaveLength(1)
})

/** The vault of a process that is killed at its second write. */
function dieAfterFirst(write: TestPlatform['vault']['write']): TestPlatform['vault']['write'] {
  let writes = 0
  return async (key, record) => {
    writes += 1
    if (writes > 1) throw new Error('killed')
    await write(key, record)
  }
}

test('SDK-18 active_at is sent when the server answered active_ttl, and only where a page knows', async () => {
  const server = smartServer()
  server.script.tokenAnswer = { active_ttl: 900 }
  const page = testPage()
  const platform = testPlatform([server], { page })
  const session = await signIn(testApp(server, platform), server)
  await platform.pass(280)
  await session.fetch('Patient/p1')
  expect(refreshes(server)[0]?.form.get('active_at')).toBe('280')
  const act = page.onActivity.mock.calls[0]?.[0]
  await platform.pass(200)
  act?.()
  await platform.pass(80)
  await session.fetch('Patient/p1')
  expect(refreshes(server)[1]?.form.get('active_at')).toBe('80')

  const quiet = await signedIn()
  quiet.server.script.tokenAnswer = { active_ttl: 900 }
  await quiet.platform.pass(290)
  await quiet.session.fetch('Patient/p1')
  expect(refreshes(quiet.server)[0]?.form.has('active_at')).toBe(false)
})
