import { completeLaunch, openSession, type Session } from '@gatehouse/client'
import { expect, test, vi } from 'vitest'
import { json, type SmartServer, smartServer } from './smart-server.ts'
import { refusal, signIn, testApp, testPage, testPlatform } from './test-app.ts'

const errorUri = 'https://ehr.example/errors/x/instances/3f6c?lang=en'
const suspension = {
  kind: 'identity',
  reasons: ['organization_changed'],
  since: 1795300000,
  user_action_required: true,
  retry_after: null,
}
const body = { error: 'invalid_grant', error_reason: 'grant_suspended', error_uri: errorUri, suspension }

async function paused(over: Record<string, unknown> = {}) {
  const server = smartServer()
  const page = testPage()
  const platform = testPlatform([server], { page })
  const app = testApp(server, platform)
  const session = await signIn(app, server)
  pause(server, over)
  await platform.pass(301)
  return { server, page, platform, app, session }
}

const pause = (server: SmartServer, over: Record<string, unknown> = {}): void => {
  server.script.intercept = ({ url }) =>
    url.pathname === '/token' ? json({ ...body, suspension: { ...suspension, ...over } }, 400) : undefined
}
const resume = (server: SmartServer): void => {
  server.script.intercept = () => undefined
}
const refreshTokens = (server: SmartServer): readonly (string | null)[] =>
  server.tokenRequests().flatMap(({ form }) => (form.has('refresh_token') ? form.get('refresh_token') : []))

/** Where the error page sends the window back, and the state it carries. */
function wayBack(page: ReturnType<typeof testPage>, over: Record<string, string> = {}): string {
  const opened = new URL(page.open.mock.calls[0]?.[0] ?? '')
  const back = new URL(opened.searchParams.get('resume_uri') ?? '')
  const state = opened.searchParams.get('resume_state') ?? ''
  back.search = new URLSearchParams({ resume: 'approved', state, iss: 'https://ehr.example', ...over }).toString()
  return back.href
}

const read = (session: Session): Promise<Response> => session.fetch('Patient/p1')

test('SDK-13 AID-21 a pause is told with kind, reasons and page; nothing more is sent until the person acted', async () => {
  const { server, session, platform } = await paused()
  const told = vi.fn()
  session.on('suspended', told)
  const expected = { kind: 'identity', reasons: ['organization_changed'], userActionRequired: true, errorUri }
  expect(await refusal(read(session))).toMatchObject({
    reason: 'suspended',
    error: undefined,
    errorUri,
    suspension: expected,
  })
  expect(told).toHaveBeenCalledOnce()
  expect(session.suspension()).toEqual(expected)
  await platform.pass(86_400)
  expect(await refusal(read(session))).toMatchObject({ reason: 'suspended' })
  expect(refreshTokens(server)).toHaveLength(1)
})

test('SDK-12 SDK-13 agree on the page, come back: the same refresh token works', async () => {
  const { server, page, app, session } = await paused()
  await refusal(read(session))
  await session.openErrorUri()
  const opened = new URL(page.open.mock.calls[0]?.[0] ?? '')
  expect(opened.href.split('&resume_uri')[0]).toBe(errorUri)
  expect(opened.searchParams.get('resume_uri')).toBe(app.redirectUri)
  expect(opened.searchParams.get('resume_state')).toMatch(/^[A-Za-z0-9_-]{43}$/)
  resume(server)
  const other = await completeLaunch({ ...app }, wayBack(page))
  expect((await read(other)).status).toBe(200)
  const [refused, worked] = refreshTokens(server)
  expect(worked).toBe(refused)
  expect((await read(session)).status).toBe(200)
  expect(session.suspension()).toBeUndefined()
  expect(refreshTokens(server)).toHaveLength(2)
})

test('SDK-13 a way back with a forged or used state, or from another issuer, triggers nothing', async () => {
  const { server, page, app, session } = await paused()
  await refusal(read(session))
  await session.openErrorUri()
  const sent = server.sent.length
  const forged = wayBack(page, { state: 'x'.repeat(43) })
  expect(await refusal(completeLaunch(app, forged))).toMatchObject({ reason: 'state-unknown' })
  const swapped = wayBack(page, { iss: 'https://evil.example' })
  expect(await refusal(completeLaunch(app, swapped))).toMatchObject({ reason: 'issuer-mismatch' })
  expect(await refusal(completeLaunch(app, wayBack(page)))).toMatchObject({ reason: 'state-unknown' })
  expect(server.sent).toHaveLength(sent)
})

test('SDK-13 the person decides later: one attempt, the pause stays, the token too', async () => {
  const { server, page, app, session } = await paused()
  await refusal(read(session))
  await session.openErrorUri()
  const other = await completeLaunch({ ...app }, wayBack(page, { resume: 'later' }))
  expect(refreshTokens(server)).toHaveLength(2)
  expect(other.suspension()?.kind).toBe('identity')
  expect(await openSession(app)).toBeDefined()
})

test.each([
  ['hygiene', 3600],
  ['user', 10],
])('SDK-13 a pause of kind %s without the person’s part ends by itself after retry_after', async (kind, seconds) => {
  const { server, platform, session } = await paused({ kind, user_action_required: false, retry_after: seconds })
  expect(await refusal(read(session))).toMatchObject({ reason: 'suspended', retryAfter: seconds })
  resume(server)
  await platform.pass(seconds - 1)
  expect(await refusal(read(session))).toMatchObject({ reason: 'suspended' })
  await platform.pass(1)
  await vi.waitFor(() => expect(session.suspension()).toBeUndefined())
  expect((await read(session)).status).toBe(200)
})

test.each(['blocked', 'unused', 'something-new'])('SDK-12 a pause of kind %s keeps the token', async (kind) => {
  const { server, session } = await paused({ kind })
  expect(await refusal(read(session))).toMatchObject({ suspension: { kind } })
  resume(server)
  await session.retry()
  expect((await read(session)).status).toBe(200)
})

test('SDK-13 a pause without the suspension member still counts as one', async () => {
  const { server, session } = await paused()
  server.script.intercept = ({ url }) =>
    url.pathname === '/token' ? json({ error: 'invalid_grant', error_reason: 'grant_suspended' }, 400) : undefined
  expect(await refusal(read(session))).toMatchObject({ reason: 'suspended', suspension: { kind: 'unknown' } })
  expect(await refusal(session.openErrorUri())).toMatchObject({ reason: 'option-refused' })
})

test.each(['javascript:alert(1)', 'http://ehr.example/e', 'data:text/html,x'])(
  'SDK-13 AL-01 an error page at %s is not opened',
  async (address) => {
    const { server, page, session } = await paused()
    server.script.intercept = ({ url }) =>
      url.pathname === '/token' ? json({ ...body, error_uri: address }, 400) : undefined
    await refusal(read(session))
    expect(await refusal(session.openErrorUri())).toMatchObject({ reason: 'insecure-url' })
    expect(page.open).not.toHaveBeenCalled()
  },
)

test('SDK-10 SDK-13 other tabs hear of the pause and of its end', async () => {
  const { server, app, session } = await paused()
  const other = await openSession({ ...app })
  const news: string[] = []
  for (const name of ['suspended', 'refreshed'] as const) other?.on(name, () => news.push(name))
  await refusal(read(session))
  await vi.waitFor(() => expect(news).toEqual(['suspended']))
  expect(other?.suspension()?.kind).toBe('identity')
  resume(server)
  await session.retry()
  await vi.waitFor(() => expect(news).toEqual(['suspended', 'refreshed']))
  expect(other?.suspension()).toBeUndefined()
})
