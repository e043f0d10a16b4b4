import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Sent } from '../../packages/client/test/smart-server.ts'
import { appOnPage, openStage, readOnPage, type Stage, signInOnPage } from './pages.ts'
import type { SmartOrigin } from './stage.ts'

let stage: Stage
let context: BrowserContext
let server: SmartOrigin
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
beforeEach(async () => {
  context = await stage.browser.newContext()
  server = await stage.server()
})
afterEach(() => context.close())

const refreshes = (): readonly Sent[] =>
  server.smart.tokenRequests().filter(({ form }) => form.get('grant_type') === 'refresh_token')
/** The next answers expire at once, so that the next request renews. */
const expire = (): void => {
  server.smart.script.expiresIn = 20
}
const fresh = (): void => {
  server.smart.script.expiresIn = 300
}

async function signedIn(clientId?: string): Promise<Page> {
  const page = await stage.open(context, server)
  expect(await signInOnPage(page, server, clientId)).toBe('p1')
  return page
}

/** Every record the origin keeps, as text; keys of the key store as what can be said about them. */
const dump = (page: Page): Promise<{ readonly text: string; readonly extractable: readonly boolean[] }> =>
  page.evaluate(async () => {
    const open = indexedDB.open('gatehouse')
    const database = await new Promise<IDBDatabase>((resolve) => {
      open.onsuccess = () => resolve(open.result)
    })
    const all = (store: string): Promise<unknown[]> =>
      new Promise((resolve) => {
        const request = database.transaction(store).objectStore(store).getAll()
        request.onsuccess = () => resolve(request.result)
      })
    const bytes = (value: ArrayBuffer): string => String.fromCharCode(...new Uint8Array(value))
    const records = (await all('records')) as { readonly sealed: ArrayBuffer }[]
    const keys = (await all('keys')).flatMap((key) =>
      key instanceof CryptoKey ? [key] : [(key as CryptoKeyPair).privateKey],
    )
    database.close()
    return { text: records.map(({ sealed }) => bytes(sealed)).join(), extractable: keys.map((key) => key.extractable) }
  })

test('SDK-01 SDK-41 a launch in Chromium under a strict policy: leaves, comes back, reads, survives a reload', async () => {
  const page = await signedIn()
  expect(page.url()).toBe(`${stage.site.url}/`)
  expect(await readOnPage(page)).toBe(200)
  await page.reload()
  await appOnPage(page, server)
  expect(await readOnPage(page)).toBe(200)
  expect(await page.evaluate(() => Object.keys(sessionStorage).filter((name) => name.includes('launch')))).toEqual([])
})

test('SDK-07 AL-45 a long request leaves as a form', async () => {
  const page = await stage.open(context, server)
  const posted = page.waitForRequest((request) => request.url().endsWith('/authorize') && request.method() === 'POST')
  const back = page.waitForURL(/[?&]state=/, { waitUntil: 'load' })
  await page.evaluate(() => {
    const scope = `${app.scope} ${Array.from({ length: 90 }, (_, n) => `patient/Observation.rs?code=${n}-12345`).join(' ')}`
    void sdk.startLaunch({ ...app, scope })
  })
  expect((await posted).postData()).toContain('code_challenge_method=S256')
  await back
  await appOnPage(page, server)
  expect(await page.evaluate(async () => (await sdk.completeLaunch(app, location.href)).context.patient)).toBe('p1')
})

test('AL-08 AL-09 SDK-20 SDK-22 SDK-33 nothing readable is stored: no localStorage, no cookie, sealed records, keys that stay', async () => {
  server.smart.script.configuration = { dpop_signing_alg_values_supported: ['ES256'] }
  const page = await signedIn()
  const visible = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, document.cookie, { ...sessionStorage }]),
  )
  const { text, extractable } = await dump(page)
  expect(server.smart.secrets.length).toBeGreaterThan(2)
  for (const secret of server.smart.secrets) {
    expect(visible).not.toContain(secret)
    expect(text).not.toContain(secret)
  }
  expect(await page.evaluate(() => localStorage.length)).toBe(0)
  expect(await context.cookies()).toEqual([])
  expect(extractable).toEqual([false, false])
})

test('SDK-30 the DPoP key survives a reload', async () => {
  server.smart.script.configuration = { dpop_signing_alg_values_supported: ['ES256'] }
  const page = await signedIn()
  await page.reload()
  await appOnPage(page, server)
  await page.evaluate(async () => (await sdk.openSession(app))?.retry())
  const [one, two] = server.smart.tokenRequests().map(({ headers }) => headers.get('dpop')?.split('.')[0])
  expect(one).toBeTruthy()
  expect(two).toBe(one)
})

test.each([
  ['Web Locks', () => {}],
  [
    'without Web Locks, by leases',
    () => {
      Object.defineProperty(Navigator.prototype, 'locks', { value: undefined, configurable: true })
      delete (Navigator.prototype as { locks?: unknown }).locks
    },
  ],
])('SDK-10 ten tabs at once send one refresh and all hold the new token: %s', async (_how, prepare) => {
  await context.addInitScript(prepare)
  expire()
  const first = await signedIn()
  const tabs = [first]
  while (tabs.length < 10) tabs.push(await stage.open(context, server))
  fresh()
  expect(await Promise.all(tabs.map(readOnPage))).toEqual(Array.from({ length: 10 }, () => 200))
  expect(refreshes()).toHaveLength(1)
  const reads = server.smart.sent.filter(({ url }) => url.pathname === '/fhir/Patient/p1')
  expect(new Set(reads.map(({ headers }) => headers.get('authorization'))).size).toBe(1)
})

test('SDK-11 a tab killed while its refresh is under way: the next tab presents the same token and goes on', async () => {
  expire()
  const first = await signedIn()
  const second = await stage.open(context, server)
  server.smart.script.rotate = false
  let arrived = (): void => {}
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve
  })
  server.smart.script.intercept = ({ form }) => {
    if (form.get('grant_type') !== 'refresh_token') return undefined
    arrived()
    return new Promise<Response>(() => {})
  }
  void readOnPage(first).catch(() => {})
  await arrival
  await first.close()
  server.smart.script.intercept = () => undefined
  fresh()
  expect(await readOnPage(second)).toBe(200)
  const [lost, again] = refreshes().map(({ form }) => form.get('refresh_token'))
  expect(again).toBe(lost)
})

test('SDK-12 offline, 503 and an HTML answer keep the token; back online it works', async () => {
  expire()
  const page = await signedIn()
  const session = await page.evaluateHandle(async () => sdk.openSession(app))
  const retry = (): Promise<string> =>
    page.evaluate(
      (one) =>
        one?.retry().then(
          () => 'renewed',
          (error) => error.reason,
        ),
      session,
    ) as Promise<string>
  await context.setOffline(true)
  expect(await retry()).toBe('try-later')
  await context.setOffline(false)
  for (const answer of [
    () => new Response('', { status: 503 }),
    () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
  ]) {
    server.smart.script.intercept = ({ url }) => (url.pathname === '/token' ? answer() : undefined)
    expect(await retry()).toBe('try-later')
  }
  server.smart.script.intercept = () => undefined
  fresh()
  expect(await retry()).toBe('renewed')
  expect(new Set(refreshes().map(({ form }) => form.get('refresh_token'))).size).toBe(1)
})

test('SDK-10 SDK-31 news reach other tabs: a sign-out here is a sign-out there', async () => {
  const first = await signedIn()
  const second = await stage.open(context, server)
  const ended = second.evaluate(async () => {
    const session = await sdk.openSession(app)
    return new Promise<string>((resolve) => session?.on('ended', () => resolve('ended')))
  })
  await expect.poll(() => readOnPage(second)).toBe(200)
  await first.evaluate(async () => (await sdk.openSession(app))?.signOut())
  expect(await ended).toBe('ended')
  expect(await readOnPage(second)).toBe('no session')
})

test('SDK-01 AL-04 THR-07 an answer brought to another tab, another browser or twice is refused', async () => {
  const page = await stage.open(context, server)
  const answer = server.smart.authorize(
    await page.evaluate(async () => {
      const quiet = { ...app.platform, page: undefined as never }
      return (await sdk.startLaunch({ ...app, platform: quiet })).url
    }),
  )
  const complete = (where: Page): Promise<string> =>
    where.evaluate(
      (url) =>
        sdk.completeLaunch({ ...app }, url).then(
          () => 'session',
          (error) => error.reason,
        ),
      answer,
    )
  const other = await stage.browser.newContext()
  expect(await complete(await stage.open(context, server))).toBe('state-unknown')
  expect(await complete(await stage.open(other, server))).toBe('state-unknown')
  expect(await complete(page)).toBe('session')
  expect(await complete(page)).toBe('state-unknown')
  await other.close()
})

test('SDK-03 THR-08 a page load is no gesture, a click is one', async () => {
  const { fhirBase } = server.smart
  await context.addInitScript((base) => {
    const start = (): Promise<unknown> => {
      const servers = [base]
      const redirectUri = `${location.origin}/`
      const shown = { clientId: 'app-1', scope: 'launch', servers, redirectUri, platform: sdk.browser() }
      return sdk
        .startLaunch({ ...shown, [sdk.allowInsecureRequests]: true }, { url: location.href })
        .catch((error) => document.body.prepend(error.reason))
    }
    addEventListener('load', () => {
      document.body.append(Object.assign(document.createElement('button'), { textContent: 'Open', onclick: start }))
      void start()
    })
  }, fhirBase)
  const page = await context.newPage()
  await page.goto(`${stage.site.url}/?iss=${encodeURIComponent(fhirBase)}&launch=abc`)
  await expect.poll(() => page.textContent('body')).toContain('gesture-required')
  expect(server.smart.sent).toEqual([])
  const asked = page.waitForRequest((request) => request.url().includes('/authorize?'))
  await page.getByRole('button', { name: 'Open' }).click()
  expect(new URL((await asked).url()).searchParams.get('launch')).toBe('abc')
})

test('SDK-23 two servers and two clients in one origin do not see each other', async () => {
  const page = await signedIn()
  const elsewhere = await stage.server()
  await appOnPage(page, elsewhere)
  expect(await readOnPage(page)).toBe('no session')
  await appOnPage(page, server, 'app-2')
  expect(await readOnPage(page)).toBe('no session')
  await appOnPage(page, server)
  expect(await readOnPage(page)).toBe(200)
})

test('a reload never changes whose record a tab shows', async () => {
  const [one, two] = [await signedIn(), await stage.open(context, server)]
  server.smart.script.tokenAnswer = { patient: 'p2' }
  expect(await signInOnPage(two, server)).toBe('p2')
  for (const [page, patient] of [
    [one, 'p1'],
    [two, 'p2'],
  ] as const) {
    await page.reload()
    await appOnPage(page, server)
    expect(await page.evaluate(async () => (await sdk.openSession(app))?.context.patient)).toBe(patient)
  }
})

test('SDK-20 SDK-41 the SDK runs in a worker, with tokens in its memory only', async () => {
  const page = await signedIn()
  const said = await page.evaluate(async (fhirBase) => {
    const { vault } = app.platform
    const keys = await vault.list('')
    const records = await Promise.all(keys.map(async (key) => [key, await vault.read(key)]))
    const worker = new Worker('/worker.js', { type: 'module' })
    return new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data)
      worker.postMessage({ fhirBase, records })
    })
  }, server.smart.fhirBase)
  expect(said).toEqual({ answer: { resourceType: 'Patient', id: 'p1' }, hasPage: false })
})

test('SDK-21 a passkey opens the vault: sealed without it, prompted once, refused when declined', async () => {
  const page = await stage.open(context, server)
  const cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const result = await page.evaluate(async () => {
    const { platform } = app
    const reasonOf = (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => 'done',
        (error) => error.reason ?? String(error),
      )
    const vault = sdk.unlockVault(platform, navigator.credentials)
    const before = [await vault.enrolled(), await reasonOf(vault.write('x', 1))]
    await vault.enrol({ userName: 'ana', displayName: 'Health Notebook' })
    await vault.write('secret', { refreshToken: 'top-secret' })
    const stored = JSON.stringify(await platform.vault.read('secret'))
    vault.lock()
    const again = sdk.unlockVault(platform, navigator.credentials)
    return {
      before,
      stored,
      enrolled: await again.enrolled(),
      read: await again.read('secret'),
      list: await again.list(''),
    }
  })
  expect(result).toMatchObject({
    before: [false, 'locked'],
    enrolled: true,
    read: { refreshToken: 'top-secret' },
    list: ['secret'],
  })
  expect(result.stored).not.toContain('top-secret')
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  const declined = await page.evaluate(async () => {
    const vault = sdk.unlockVault(app.platform, navigator.credentials)
    return vault.read('secret').then(
      () => 'read',
      (error) => error.reason,
    )
  })
  expect(declined).toBe('unlock-failed')
})

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

test('SDK-13 SDK-14 SDK-32 the pause dialog has its four ways, closes when access is back; links about the maker are safe', async () => {
  const errorUri = 'https://ehr.example/errors/1'
  const page = await signedIn()
  server.smart.script.intercept = ({ url }) =>
    url.pathname === '/token'
      ? Response.json({ error: 'invalid_grant', error_reason: 'grant_suspended', error_uri: errorUri }, { status: 400 })
      : undefined
  await page.evaluate(async () => {
    const session = await sdk.openSession(app)
    if (session === undefined) throw new Error('no session')
    await session.retry().catch(() => {})
    const dialog = sdk.pauseDialog(session, { document, ask: () => {}, stopped: () => {} })
    const about = {
      clientUri: 'https://maker.example',
      policyUri: 'javascript:alert(1)',
      contacts: ['help@maker.example', 'http://plain.example'],
    }
    document.body.append(Object.assign(document.createElement('h1'), { textContent: 'App' }))
    document.body.append(dialog, sdk.aboutList(about, document))
    dialog.showModal()
  })
  expect(await page.getByRole('dialog', { name: 'Access may be paused' }).isVisible()).toBe(true)
  const names = await page.getByRole('dialog').getByRole('button').allTextContents()
  expect(names).toEqual(['More information', 'Try again', 'Ask for access again', 'Stop using this app'])
  expect(
    await page.evaluate(() => Array.from(document.querySelectorAll('li a'), (link) => link.getAttribute('href'))),
  ).toEqual(['https://maker.example', 'mailto:help@maker.example'])
  const found = await page.evaluate(`${axe}; axe.run(document, { rules: { region: { enabled: false } } })`)
  expect((found as { violations: { id: string }[] }).violations.map(({ id }) => id)).toEqual([])
  server.smart.script.intercept = () => undefined
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect.poll(() => page.evaluate(() => document.querySelector('dialog')?.open)).toBe(false)
})
