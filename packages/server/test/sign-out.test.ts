import { expect, test } from 'vitest'
import { openBrowser } from './browser.ts'
import { testIssuer } from './env.ts'
import { authorizeUrl, clientRecord, openClinic, signIn } from './people.ts'

const byeUri = 'https://bye.example/signed-out'

const clinic = async () => {
  const at = await openClinic({}, [clientRecord('bye', { postLogoutRedirectUris: [byeUri] })])
  const browser = openBrowser(at.app)
  await signIn(browser, await browser.open(authorizeUrl()), 'ana')
  const hint = (subject = 'sub-ana', aud = 'bye') =>
    at.env.keys.sign('RS256', 'JWT', { iss: testIssuer, sub: subject, aud, exp: 1 })
  const isSignedIn = async () => (await browser.open(authorizeUrl())).url.pathname !== '/sign-in'
  return { ...at, browser, hint, isSignedIn }
}

const url = (parameters: Readonly<Record<string, string>>): string => `/sign-out?${new URLSearchParams(parameters)}`

test('RF-02 a person signs out, after being asked, and the session is over', async () => {
  const { browser, isSignedIn } = await clinic()
  const page = await browser.open('/sign-out')
  expect(await isSignedIn()).toBe(true)
  expect((await browser.send(page, {})).html).toContain('You are signed out')
  expect(await isSignedIn()).toBe(false)
})

test('THR-45 a form of another site signs nobody out', async () => {
  const { browser, isSignedIn } = await clinic()
  expect((await browser.post('/sign-out', { token: 'guess' })).status).toBe(403)
  expect((await browser.post('/sign-out', {})).html).toContain('Sign out')
  expect(await isSignedIn()).toBe(true)
})

test('an app that proves whom it means signs them out and gets them back, with its state', async () => {
  const { browser, hint, isSignedIn } = await clinic()
  const request = { id_token_hint: await hint(), post_logout_redirect_uri: byeUri, state: 'a b&c' }
  const { url: back } = await browser.open(url(request))
  expect(back.origin + back.pathname).toBe(byeUri)
  expect(back.searchParams.get('state')).toBe('a b&c')
  expect(await isSignedIn()).toBe(false)
})

test('an app that proves nothing gets the person back only after they were asked', async () => {
  const { browser, isSignedIn } = await clinic()
  const page = await browser.open(url({ client_id: 'bye', post_logout_redirect_uri: byeUri }))
  expect(page.html).toContain('Sign out of')
  expect(await isSignedIn()).toBe(true)
  expect((await browser.send(page, {})).url.href).toBe(byeUri)
})

test.each([
  [
    'a hint about someone else',
    async (hint: (s?: string) => Promise<string>) => ({ id_token_hint: await hint('sub-eve') }),
  ],
  ['a hint we did not sign', async () => ({ id_token_hint: 'e30.e30.AAAA' })],
])('%s signs nobody out', async (_title, parameters) => {
  const { browser, hint, isSignedIn } = await clinic()
  await browser.open(url(await parameters(hint)))
  expect(await isSignedIn()).toBe(true)
})

test.each([
  ['not registered', { client_id: 'bye', post_logout_redirect_uri: 'https://evil.example/' }],
  ['of another app', { client_id: 'chart', post_logout_redirect_uri: byeUri }],
  ['of nobody', { post_logout_redirect_uri: byeUri }],
])('THR-02 a way back that is %s leads nowhere', async (_title, parameters) => {
  const { browser } = await clinic()
  const page = await browser.open(url(parameters))
  expect((await browser.send(page, {})).html).toContain('You are signed out')
})

test('THR-02 a hint for one app does not open the way back of another', async () => {
  const { browser, hint } = await clinic()
  const request = { id_token_hint: await hint('sub-ana', 'chart'), client_id: 'bye', post_logout_redirect_uri: byeUri }
  expect((await browser.open(url(request))).html).toContain('You are signed out')
})

test('THR-02 a link without proof leads nobody away who is signed out', async () => {
  const { app } = await clinic()
  const page = await openBrowser(app).open(url({ client_id: 'bye', post_logout_redirect_uri: byeUri }))
  expect([page.url.origin, page.html.includes('You are signed out')]).toEqual([testIssuer, true])
})

test('an app that proves itself gets back a person whose session is over already', async () => {
  const { app, hint } = await clinic()
  const request = { id_token_hint: await hint(), post_logout_redirect_uri: byeUri }
  expect((await openBrowser(app).open(url(request))).url.href).toBe(byeUri)
})

test.each([
  ['registered itself and holds a token of its own maker', { registrationTokenHash: 'ab'.repeat(32) }],
  ['is not active', { state: 'suspended' }],
] as const)('THR-02 an app that %s leads nobody away who is signed out', async (_title, changes) => {
  const { app, env, hint } = await clinic()
  await env.store.clients.save(
    clientRecord('bye', { postLogoutRedirectUris: [byeUri], ...changes, updatedAt: env.now() + 1 }),
    env.now(),
  )
  const request = { id_token_hint: await hint('sub-eve'), post_logout_redirect_uri: byeUri }
  expect((await openBrowser(app).open(url(request))).html).toContain('You are signed out')
})

test('THR-02 an app that is not active gets nobody back, even who was asked', async () => {
  const { browser, env } = await clinic()
  const bye = clientRecord('bye', { postLogoutRedirectUris: [byeUri], state: 'blocked', updatedAt: env.now() + 1 })
  await env.store.clients.save(bye, env.now())
  const page = await browser.open(url({ client_id: 'bye', post_logout_redirect_uri: byeUri }))
  expect((await browser.send(page, {})).html).toContain('You are signed out')
})
