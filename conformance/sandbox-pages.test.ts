import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from './browser.ts'
import { lookAt } from './look.ts'
import { type Sandbox, startSandbox } from './sandbox-process.ts'

let sandbox: Sandbox
let browser: Browser
beforeAll(async () => {
  sandbox = await startSandbox()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await sandbox?.stop()
})

async function withContext(
  options: BrowserContextOptions,
  run: (context: BrowserContext) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options)
  await run(context)
  await context.close()
}

const pages = { start: '/', charts: '/ehr', chart: '/ehr/lucia-torres', developer: '/developer', nobody: '/ehr/nobody' }

for (const colorScheme of ['light', 'dark'] as const) {
  test(`CON-13 the sandbox's own pages are accessible on a phone and a desktop, ${colorScheme}`, async () => {
    await withContext({ colorScheme }, async (context) => {
      const page = await context.newPage()
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(sandbox.ehr.issuer + path)
        await lookAt(page, `sandbox-${name}-${colorScheme}`)
      }
    })
  })
}

test('CON-12 the doors work without JavaScript', async () => {
  await withContext({ javaScriptEnabled: false }, async (context) => {
    const page = await context.newPage()
    await page.goto(sandbox.ehr.startPage)
    await page.getByRole('link', { name: 'Open the chart' }).click()
    expect(await page.locator('h1').textContent()).toBe('Lucía Inés Torres')
    await page.getByRole('link', { name: 'Charts' }).click()
    await page.getByRole('searchbox').fill('rivera')
    await page.getByRole('button', { name: 'Find' }).click()
    expect(await page.locator('.person strong').allTextContents()).toEqual(['José Miguel Rivera'])
  })
})

test('AL-25 a clinician opens Growth Chart from a chart, and the drawing lights up on the way', async () => {
  await withContext({}, async (context) => {
    const start = await context.newPage()
    await start.goto(sandbox.ehr.startPage)
    const chart = await context.newPage()
    await chart.goto(`${sandbox.ehr.issuer}/ehr/lucia-torres`)
    const opened = context.waitForEvent('page')
    await chart.getByRole('button', { name: 'Open Growth Chart' }).click()
    const app = await opened
    await app.locator('#username').fill('dr.elena')
    await app.locator('#password').fill('riverbend')
    await app.locator('button[value="sign-in"]').click()
    await start.locator('[data-stop="gate"].lit').waitFor()
    expect(await start.locator('#news').textContent()).toMatch(/^The app asks for /)
    await app.getByRole('heading', { name: 'Weight' }).first().waitFor()
    expect(await app.locator('#banner').textContent()).toContain('Lucía Inés Torres')
  })
})
