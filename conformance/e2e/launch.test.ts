import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../browser.ts'
import { lookAt } from '../look.ts'
import { goThrough } from '../person.ts'
import { named, type Sandbox, type SandboxUser, startSandbox } from '../sandbox-process.ts'

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

const userOf = (fhirUser: string): SandboxUser => named(sandbox.users, (user) => user.fhirUser === fhirUser)

/** A browser profile of its own: nobody is signed in. */
const newPage = async (): Promise<Page> => (await browser.newContext()).newPage()

/** Words of a heading as a file name. */
const fileName = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')

const toApp = async (page: Page, user: SandboxUser, answer: 'share' | 'deny' = 'share'): Promise<readonly string[]> => {
  await page.waitForURL(`${sandbox.ehr.issuer}/**`)
  return goThrough(page, sandbox.ehr.issuer, {
    user,
    patient: user.patients[0] ?? 'ana-torres',
    answer,
    onPage: (at, heading) => lookAt(at, `${user.kind}-${fileName(heading)}`),
  })
}

describe('the first door: a patient connects an app', () => {
  const openNotebook = async (): Promise<Page> => {
    const page = await newPage()
    await page.goto(sandbox.ehr.startPage)
    await lookAt(page, 'start')
    await page.getByRole('link', { name: 'Open Health Notebook' }).click()
    await page.getByRole('button', { name: /^Connect to/ }).waitFor()
    await lookAt(page, 'health-notebook')
    await page.getByRole('button', { name: /^Connect to/ }).click()
    return page
  }

  test('AL-29, AL-47, CON-01, CON-02: Ana signs in, sees what is asked, shares, and reads her own record in plain words', async () => {
    const page = await openNotebook()
    const seen = await toApp(page, userOf('Patient/ana-torres'))
    expect(seen.length).toBeGreaterThanOrEqual(2)
    await page.getByRole('heading', { level: 1, name: /Ana/ }).waitFor()
    await page.locator('svg, canvas').first().waitFor()
    expect(await page.locator('main').textContent()).toMatch(/asthma/i)
    await lookAt(page, 'health-notebook-record')
  })

  test('AL-49: Ana does not share, and the app says so in a sentence', async () => {
    const page = await openNotebook()
    await toApp(page, userOf('Patient/ana-torres'), 'deny')
    await page.getByText('You chose not to share').waitFor()
    await lookAt(page, 'health-notebook-denied')
  })
})

describe('the second door: a clinician opens an app', () => {
  const openChart = async (): Promise<Page> => {
    const page = await newPage()
    await page.goto(sandbox.ehr.startPage)
    await page.getByRole('link', { name: 'Open the chart' }).click()
    await page.getByRole('button', { name: 'Open Growth Chart' }).waitFor()
    await lookAt(page, 'chart')
    const [app] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Open Growth Chart' }).click(),
    ])
    return app
  }

  test('AL-25, AL-26, AL-27, AL-28, CX-10: Dr. Elena opens Growth Chart from the chart and sees this child, and only this child', async () => {
    const page = await openChart()
    const user = named(sandbox.users, ({ username }) => username === 'dr.elena')
    await toApp(page, user)
    await page.locator('svg, canvas').first().waitFor()
    expect(await page.textContent('body')).toContain('Lucía')
    await lookAt(page, 'growth-chart')
  })

  test('THR-08: a launch made for Dr. Elena does not open for somebody else', async () => {
    const page = await openChart()
    const refused = await toApp(page, userOf('Patient/ana-torres'))
    expect(refused.length).toBeGreaterThan(0)
    await page
      .getByText(/not allowed to see this patient|another|other/i)
      .first()
      .waitFor()
    expect(await page.textContent('body')).not.toContain('Lucía')
  })
})

describe('the third door: a developer builds an app', () => {
  test('the developer page says everything a first app needs', async () => {
    const page = await newPage()
    await page.goto(`${sandbox.ehr.issuer}/developer`)
    const text = (await page.textContent('main')) ?? ''
    for (const fact of [sandbox.ehr.fhirBase, 'demo-public', 'ana.torres']) expect(text).toContain(fact)
    await lookAt(page, 'developer')
  })
})
