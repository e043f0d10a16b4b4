/** Opens the page under test in Chromium, beside a scripted SMART server. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { contentSecurityPolicy } from '../../sandbox/apps/build.ts'
import { openBrowser } from '../browser.ts'
import { type Origin, type SmartOrigin, serveFolder, serveSmart } from './stage.ts'

/** The stage of the browser tests; `open` gives a page on which `sdk` and `app` are ready. */
export type Stage = {
  readonly browser: Browser
  readonly site: Origin
  readonly close: () => Promise<void>
  /** A fresh scripted server. */
  readonly server: () => Promise<SmartOrigin>
  readonly open: (context: BrowserContext, server: SmartOrigin, path?: string) => Promise<Page>
}

/** Builds the page and starts site and browser. */
export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-page-'))
  await build({
    entryPoints: { main: join(import.meta.dirname, 'page.ts'), worker: join(import.meta.dirname, 'worker.ts') },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2023',
    conditions: ['source'],
    logLevel: 'error',
  })
  const html =
    '<!doctype html><html lang="en"><title>SDK</title><script type="module" src="/main.js"></script><body></body></html>'
  await writeFile(join(folder, 'index.html'), html)
  const servers: SmartOrigin[] = []
  const site = await serveFolder(
    folder,
    () => `${contentSecurityPolicy(servers.map(({ url }) => url))}; worker-src 'self'`,
  )
  const browser = await openBrowser()
  return {
    browser,
    site,
    server: async () => {
      const server = await serveSmart()
      servers.push(server)
      return server
    },
    open: async (context, server, path = '/') => {
      const page = await context.newPage()
      await page.goto(`${site.url}${path}`)
      await appOnPage(page, server)
      return page
    },
    close: async () => {
      await browser.close()
      await Promise.all([site, ...servers].map((one) => one.close()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Makes `app` on the page: a public client of the server. To be called again after every navigation. */
export async function appOnPage(page: Page, { smart }: SmartOrigin, clientId = 'app-1'): Promise<void> {
  await page.waitForFunction(() => 'sdk' in globalThis)
  const servers = [smart.fhirBase]
  await page.evaluate(
    ({ servers, clientId }) => {
      globalThis.app = {
        clientId,
        redirectUri: `${location.origin}/`,
        scope: 'openid fhirUser launch/patient offline_access patient/Observation.rs patient/Patient.r',
        servers,
        platform: sdk.browser(),
        [sdk.allowInsecureRequests]: true,
        [sdk.allowLaunchWithoutGesture]: true,
      }
    },
    { servers, clientId },
  )
}

/** Launches from the page and comes back to it with a session. Returns the patient of the session. */
export async function signInOnPage(page: Page, server: SmartOrigin, clientId?: string): Promise<string | undefined> {
  const back = page.waitForURL(/[?&]state=/, { waitUntil: 'load' })
  await page.evaluate(() => void sdk.startLaunch(app))
  await back
  await appOnPage(page, server, clientId)
  return page.evaluate(async () => (await sdk.completeLaunch(app, location.href)).context.patient)
}

/** Reads a patient through the kept session of the page; the status, or the reason why not. */
export const readOnPage = (page: Page): Promise<number | string> =>
  page.evaluate(async () => {
    try {
      const session = await sdk.openSession(app)
      return session === undefined ? 'no session' : (await session.fetch('Patient/p1')).status
    } catch (error) {
      return error instanceof sdk.SmartError ? error.reason : String(error)
    }
  })
