import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Effects } from '../src/effects.ts'
import { type Browser, openBrowser, type Visited } from './browser.ts'
import { testIssuer } from './env.ts'
import { authorizeUrl, type Clinic, openClinic } from './people.ts'

/** What the hospital's provider says of the people who sign in there, by account. */
const accounts: Record<string, Record<string, string>> = {
  anna: { name: 'Anna Berg', preferred_username: 'anna', fhirUser: 'Patient/ana', patients: 'ana' },
  doktor: { name: 'Dr. Berg', preferred_username: 'ana', fhirUser: 'Practitioner/doc' },
  nobody: { name: 'No Body' },
}

let server: Server
let hospital: string

beforeAll(async () => {
  server = createServer((request, response) => handler(request, response)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  hospital = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(hospital, {
    clients: [
      {
        client_id: 'gatehouse',
        client_secret: 'hospital-secret',
        redirect_uris: [`${testIssuer}/sign-in/callback`],
        grant_types: ['authorization_code'],
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'fhirUser', 'patients'], email: ['email'] },
    conformIdTokenClaims: false,
    findAccount: async (_context, sub) => ({ accountId: sub, claims: async () => ({ sub, ...accounts[sub] }) }),
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['test'] },
  })
  const handler = provider.callback()
})

afterAll(() => {
  server.close()
})

const overNetwork: Effects['fetch'] = async (url, { method, headers, body }) => {
  const answer = await fetch(url, {
    method: method ?? 'GET',
    redirect: 'manual',
    headers: headers ?? {},
    body: body ?? null,
  })
  return { status: answer.status, headers: answer.headers, body: new Uint8Array(await answer.arrayBuffer()) }
}

const clinic = (signIn: object = {}): Promise<Clinic> =>
  openClinic({
    fetch: overNetwork,
    config: {
      signIn: {
        providers: [
          {
            id: 'hospital',
            name: 'Example Hospital',
            issuer: hospital,
            clientId: 'gatehouse',
            clientSecret: 'hospital-secret',
            claims: { patients: 'patients' },
          },
        ],
        ...signIn,
      },
    },
  })

/** Walks through the provider's own pages as this account; returns where it sends the browser back to. */
const signInThere = async (start: URL, account: string): Promise<URL> => {
  const cookies = new Map<string, string>()
  const visit = async (url: URL, form?: string): Promise<URL> => {
    if (url.origin !== hospital) return url
    const answer = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body: form ?? null,
    })
    for (const header of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = header.split(';')[0]?.split('=') ?? []
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location !== null) return visit(new URL(location, url))
    const html = await answer.text()
    const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1]
    if (prompt === undefined) throw new Error(html)
    return visit(url, `prompt=${prompt}&login=${account}&password=x`)
  }
  return visit(start)
}

const hrefOf = (page: Visited): string =>
  /<a class="button main" href="([^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? ''

const through = async (browser: Browser, account: string, request = authorizeUrl()): Promise<Visited> => {
  const away = await browser.open(hrefOf(await browser.open(request)))
  return browser.open((await signInThere(away.url, account)).href)
}

test('ID-10 a person signs in at the hospital’s provider and comes back to the app’s request', async () => {
  const { app, env } = await clinic()
  const page = await through(openBrowser(app), 'anna')
  expect(page.url.pathname).toBe('/consent')
  const user = await env.store.users.findByUsername('anna@hospital')
  expect(user).toMatchObject({ name: 'Anna Berg', role: 'patient', fhirUser: 'Patient/ana', state: 'active' })
  expect(user?.upstream?.issuer).toBe(hospital)
})

test('a person is found again, not made twice; a local user of the same name is someone else', async () => {
  const { app, env } = await clinic()
  await through(openBrowser(app), 'doktor')
  const first = await env.store.users.findByUsername('ana@hospital')
  await through(openBrowser(app), 'doktor')
  expect(await env.store.users.findByUpstream(hospital, 'doktor')).toEqual(first)
  expect(first?.subject).not.toBe('sub-ana')
})

test('ID-02 ID-06 a person whom the provider links to no record is refused', async () => {
  const { app } = await clinic()
  const page = await through(openBrowser(app), 'nobody')
  expect(page.status).toBe(403)
  expect(page.html).toContain('not-linked')
})

test('THR-07 an answer of the provider counts only in the browser that asked, and once', async () => {
  const { app } = await clinic()
  const victim = openBrowser(app)
  const attacker = openBrowser(app)
  const away = await attacker.open(hrefOf(await attacker.open(authorizeUrl())))
  const answer = await signInThere(away.url, 'anna')
  expect((await victim.open(answer.href)).status).toBe(400)
  expect((await attacker.open(answer.href)).url.pathname).toBe('/consent')
  const before = [...attacker.cookies]
  await attacker.open(answer.href)
  expect([...attacker.cookies]).toEqual(before)
  const later = await attacker.open(authorizeUrl({ prompt: 'login' }))
  expect((await attacker.open(answer.href.replace(/state=[^.]*/, `state=${later.fields.interaction}`))).status).toBe(
    403,
  )
})

test('THR-07 an answer with a changed state, or none, signs nobody in', async () => {
  const { app } = await clinic()
  const browser = openBrowser(app)
  const away = await browser.open(hrefOf(await browser.open(authorizeUrl())))
  const answer = await signInThere(away.url, 'anna')
  const state = answer.searchParams.get('state') ?? ''
  answer.searchParams.set('state', `${state.split('.')[0]}.other`)
  expect((await browser.open(answer.href)).status).toBe(403)
  expect((await browser.open('/sign-in/callback')).status).toBe(400)
})

test('with one provider and no passwords nobody meets a page with a single button', async () => {
  const { app } = await clinic({ passwords: false })
  const away = await openBrowser(app).open(authorizeUrl({ prompt: 'login', max_age: '5', login_hint: 'anna' }))
  expect(away.url.origin).toBe(hospital)
  expect(away.url.searchParams.get('max_age')).toBe('5')
  expect(away.url.searchParams.get('login_hint')).toBe('anna')
  expect(away.url.searchParams.get('code_challenge_method')).toBe('S256')
})

test('a provider that cannot be reached is an error of ours, and is asked again', async () => {
  let down = true
  const { app } = await openClinic({
    fetch: (url, options) => (down ? Promise.reject(new Error('down')) : overNetwork(url, options)),
    config: {
      signIn: {
        providers: [{ id: 'hospital', name: 'H', issuer: hospital, clientId: 'gatehouse', clientSecret: 'x' }],
      },
    },
  })
  const browser = openBrowser(app)
  const link = hrefOf(await browser.open(authorizeUrl()))
  expect((await browser.open(link)).status).toBe(503)
  down = false
  expect((await browser.open(link)).url.origin).toBe(hospital)
})

test('a page of ours signs in at the provider too, and is come back to; nothing else is', async () => {
  const { app } = await clinic({ passwords: false })
  const browser = openBrowser(app)
  const away = await browser.open('/grants')
  expect(away.url.origin).toBe(hospital)
  const answer = await signInThere(away.url, 'anna')
  expect((await openBrowser(app).open(answer.href)).status).toBe(403)
  expect((await browser.open(answer.href)).url.pathname).toBe('/grants')
  for (const to of ['https://evil.example', '//evil.example', 'consent', 'grants/../sign-out', ''])
    expect((await openBrowser(app).open(`/sign-in?${new URLSearchParams({ to })}`)).status).toBeGreaterThanOrEqual(400)
})
