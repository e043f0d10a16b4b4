import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, type Clinic, clientRecord, openClinic, password } from '../packages/server/test/people.ts'
import { openBrowser } from './browser.ts'
import { lookAt } from './look.ts'

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

let clinic: Clinic
let issuer: string
let browser: Browser
let theApp: Server
let callback: string

beforeAll(async () => {
  const port = await freePort()
  issuer = `http://localhost:${port}`
  const links = { policyUri: 'https://growth.example/privacy', tosUri: 'https://growth.example/terms' }
  clinic = await openClinic({ config: { issuer } }, [
    clientRecord('growth', {
      display: { name: 'Growth Chart', contacts: [], ...links },
      redirectUris: ['http://127.0.0.1/callback'],
      requiredScope: 'patient/Patient.rs',
    }),
    clientRecord('stranger', { registrationTokenHash: 'x', redirectUris: ['http://127.0.0.1/callback'] }),
  ])
  await clinic.app.listen({ port, host: '127.0.0.1' })
  theApp = createHttpServer((_request, response) => response.end('the app'))
  await new Promise<void>((resolve) => theApp.listen(0, '127.0.0.1', resolve))
  callback = `http://127.0.0.1:${(theApp.address() as AddressInfo).port}/callback`
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await clinic?.app.close()
  theApp?.close()
})

const usual =
  'launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs patient/Condition.rs'

const open = (page: Page, changes: Readonly<Record<string, string>> = {}) =>
  page.goto(
    issuer +
      authorizeUrl({
        client_id: 'growth',
        redirect_uri: callback,
        scope: usual,
        prompt: 'consent',
        ...changes,
      }),
  )

const signIn = async (page: Page, username: string, word = password): Promise<void> => {
  await page.fill('#username', username)
  await page.fill('#password', word)
  await page.click('button[value="sign-in"]')
}

const withPage = async (
  options: Parameters<Browser['newContext']>[0],
  run: (page: Page, context: BrowserContext) => Promise<void>,
) => {
  const context = await browser.newContext(options)
  await run(await context.newPage(), context)
  await context.close()
}

const looks = [
  { locale: 'en', colorScheme: 'light' },
  { locale: 'en', colorScheme: 'dark' },
  { locale: 'en', forcedColors: 'active' },
  { locale: 'ar', colorScheme: 'light' },
  { locale: 'de', colorScheme: 'light' },
  { locale: 'zh-CN', colorScheme: 'dark' },
] as const

describe.each(looks)('CON-13 pages in $locale', (look) => {
  const name = Object.values(look).join('-')

  test(`are accessible on a phone and a desktop, ${name}`, async () => {
    await withPage(look, async (page) => {
      const see = (what: string) => lookAt(page, `${what}-${name}`)
      await open(page)
      await see('sign-in')
      await signIn(page, 'pau', 'wrong')
      await see('sign-in-wrong')
      await signIn(page, 'pau')
      await see('context')
      await page.click('button[name="choice"] >> nth=0')
      await see('consent')
      for (const more of await page.locator('summary').all()) await more.click()
      await see('consent-more')
      await open(page, { client_id: 'stranger', scope: 'launch/patient openid patient/*.rs patient/Observation.cud' })
      await page.click('button[name="choice"] >> nth=0')
      await see('consent-stranger')
      await open(page, { aud: 'https://evil.example' })
      await see('error')
      await open(page)
      await page.click('button[name="choice"] >> nth=0')
      await page.click('button[value="share"]')
      await open(page, { prompt: '' })
      await page.click('button[name="choice"] >> nth=0')
      await see('continue')
      await page.click('a[href*="/receipts/"]')
      await see('receipt')
      await page.goto(`${issuer}/grants`)
      await see('grants')
      await page.goto(`${issuer}/developer/consent-preview?client_id=growth`)
      await see('preview')
      await page.goto(`${issuer}/sign-out`)
      await see('sign-out')
      await page.click('button.main')
      await see('signed-out')
    })
  })
})

test('CON-12 the whole way works without JavaScript, and the browser’s policy lets the answer reach the app', async () => {
  await withPage({ javaScriptEnabled: false }, async (page) => {
    await open(page)
    await signIn(page, 'ana')
    await page.click('button[value="share"]')
    await page.waitForURL(`${callback}?**`)
    expect(new URL(page.url()).searchParams.get('code')).toBeTruthy()
  })
})

test('the consent page for three kinds of record fits a 320 × 640 screen up to its answers', async () => {
  await withPage({ viewport: { width: 320, height: 640 } }, async (page) => {
    await open(page)
    await signIn(page, 'ana')
    const box = await page.locator('.answers').boundingBox()
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(640)
  })
})

test('CON-13 2.5.8 everything to press is at least 24 px, the answers 44 px, and both answers are alike', async () => {
  await withPage({ viewport: { width: 320, height: 640 } }, async (page) => {
    await open(page)
    await signIn(page, 'ana')
    for (const target of await page
      .locator('button, select, input:not([type=hidden]), summary')
      .filter({ visible: true })
      .all()) {
      const box = await target.boundingBox()
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24)
    }
    const [deny, share] = await page.locator('.answers button').all()
    const [one, other] = [await deny?.boundingBox(), await share?.boundingBox()]
    expect([one?.width, one?.height]).toEqual([other?.width, other?.height])
    expect(one?.height).toBeGreaterThanOrEqual(44)
  })
})

test('CON-13 with the keyboard alone a person signs in, unticks a row and shares, always seeing where they are', async () => {
  await withPage({ viewport: { width: 320, height: 640 } }, async (page) => {
    await open(page)
    await page.locator('#username:focus').waitFor()
    await page.keyboard.type('ana')
    await page.keyboard.press('Tab')
    await page.keyboard.type(password)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/consent?**')
    await page.locator('#offline').waitFor()
    const focused = () =>
      page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement as Element)
        const box = (document.activeElement as Element).getBoundingClientRect()
        const { value = '', outerHTML: what } = document.activeElement as HTMLInputElement
        return {
          value,
          what: what.slice(0, 80),
          ring: `${outlineStyle} ${outlineWidth}`,
          seen: box.top >= 0 && box.bottom <= innerHeight,
        }
      })
    const visited: string[] = []
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press('Tab')
      const at = await focused()
      visited.push(at.value)
      expect([visited, at.what, at.ring, at.seen]).toEqual([visited, at.what, 'solid 3px', true])
      if (at.value === 'patient/Condition.rs') await page.keyboard.press('Space')
      if (at.value === 'share') break
    }
    expect(visited.indexOf('deny')).toBe(visited.indexOf('share') - 1)
    await page.keyboard.press('Enter')
    await page.waitForURL(`${callback}?**`)
    const grants = await clinic.env.store.grants.listBySubject('sub-ana')
    expect(grants.map(({ scope }) => scope)).toContain(
      'launch/patient openid fhirUser patient/Patient.rs patient/Observation.rs',
    )
  })
})

test('CON-13 1.4.4 text twice as large stays on the page', async () => {
  await withPage({ viewport: { width: 640, height: 640 } }, async (page) => {
    await open(page)
    await signIn(page, 'ana')
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '34px'
    })
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  })
})
