import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AppName, buildApp, contentSecurityPolicy } from '../../sandbox/apps/build.ts'
import { generateRecords } from '../../sandbox/patients/generate.ts'
import { openBrowser } from '../browser.ts'
import { lookAt } from '../look.ts'
import { fhirOf, type Origin, type SmartOrigin, serveFolder, serveSmart } from './stage.ts'

const everything =
  'openid fhirUser launch/patient offline_access patient/Patient.r patient/Condition.rs patient/MedicationRequest.rs patient/Observation.rs patient/Immunization.rs'
const clinical = 'launch openid fhirUser online_access patient/Patient.r patient/Observation.rs patient/Encounter.rs'
const records = generateRecords()

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

let context: BrowserContext
let smart: SmartOrigin
let site: Origin
const troubles: string[] = []
const folders: string[] = []

/** Builds an app for a patient's server and opens a page that reports what goes wrong in it. */
async function open(name: AppName, patient: string, scope: string): Promise<Page> {
  smart = await serveSmart(patient)
  const fhir = fhirOf(records as never, smart.smart.fhirBase)
  smart.smart.script.intercept = ({ url }) => fhir(url)
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-app-'))
  folders.push(folder)
  site = await serveFolder(folder, () => contentSecurityPolicy([smart.url]))
  const redirectUri = `${site.url}/callback`
  const config = { fhirBase: smart.smart.fhirBase, clientId: name, scope, redirectUri, serverName: 'Riverbend General' }
  await buildApp(name, folder, config)
  const page = await context.newPage()
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text())
  })
  return page
}

const loaded = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => document.querySelector('.card') !== null && document.querySelector('[aria-busy]') === null)

beforeEach(async () => {
  troubles.length = 0
  context = await browser.newContext({ locale: 'en-US' })
})
afterEach(async () => {
  await context.close()
  await Promise.all([smart, site].map((one) => one.close()))
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })))
})

async function connect(patient: string, grant?: string): Promise<Page> {
  const page = await open('patient-portal', patient, everything)
  smart.smart.script.grant = grant
  await page.goto(site.url)
  await page.getByRole('button', { name: 'Connect to Riverbend General' }).click()
  await page.waitForURL(`${site.url}/callback`)
  await loaded(page)
  return page
}

test('SDK-06 Health Notebook: connect, see the record with charts and tables, on a phone and a desktop', async () => {
  const page = await connect('jose-rivera')
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('José Miguel Rivera')
  for (const words of ['Type 2 diabetes mellitus', 'lisinopril 10 MG Oral Tablet', 'zoster recombinant']) {
    expect(await page.getByText(words).first().isVisible(), words).toBe(true)
  }
  const figure = page.getByRole('figure').filter({ hasText: 'Long-term blood sugar' })
  expect(await figure.getByRole('img').getAttribute('aria-label')).toMatch(/HbA1c.*\d+ values from .* to .*%/)
  expect(await figure.getByRole('row').count()).toBeGreaterThan(3)
  await lookAt(page, 'health-notebook')
  await page.emulateMedia({ colorScheme: 'dark', forcedColors: 'none' })
  await lookAt(page, 'health-notebook-dark')
  expect(troubles).toEqual([])
})

test('SDK-06 Health Notebook: with part of the record it works, says what is missing and asks for just that', async () => {
  const page = await connect(
    'ana-torres',
    'openid fhirUser launch/patient offline_access patient/Patient.r patient/Condition.rs',
  )
  expect(await page.getByText('Asthma').first().isVisible()).toBe(true)
  expect(await page.getByText('Lab results: not shared with this app.').isVisible()).toBe(true)
  await lookAt(page, 'health-notebook-partly')
  smart.smart.script.grant = undefined
  const asked = page.waitForRequest((request) => request.url().includes('/authorize?'))
  await page.getByRole('button', { name: 'Ask to share medicines' }).click()
  const scope = new URL((await asked).url()).searchParams.get('scope')
  expect(scope).toContain('patient/MedicationRequest.rs')
  expect(scope).not.toContain('patient/Condition.rs')
  await page.waitForURL(`${site.url}/callback`)
  await loaded(page)
  expect(await page.getByText('not shared with this app').count()).toBe(0)
  expect(await page.getByText('Asthma').first().isVisible()).toBe(true)
  expect(troubles).toEqual([])
})

test('SDK-31 Health Notebook: sign out ends it, a reload stays out, and the manage page is one link away', async () => {
  const page = await connect('ana-torres')
  const manage = page.getByRole('link', { name: 'Manage what you share at Riverbend General' })
  expect(await manage.getAttribute('href')).toBe(`${smart.url}/grants`)
  await page.reload()
  await loaded(page)
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Ana Lucía Torres')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out. Riverbend General shares nothing more with this app.').waitFor()
  expect(smart.smart.sent.some(({ url }) => url.pathname === '/revoke')).toBe(true)
  await lookAt(page, 'health-notebook-start')
  await page.reload()
  await page.getByRole('button', { name: 'Connect to Riverbend General' }).waitFor()
  expect(troubles).toEqual([])
})

test('Health Notebook: the person declines and is told that nothing changed', async () => {
  const page = await open('patient-portal', 'ana-torres', everything)
  await page.goto(site.url)
  const authorize = smart.smart.authorize
  await page.route(`${smart.url}/authorize?**`, (route) => {
    const back = new URL(authorize(route.request().url()))
    back.searchParams.delete('code')
    back.searchParams.set('error', 'access_denied')
    return route.fulfill({ status: 303, headers: { location: back.href } })
  })
  await page.getByRole('button', { name: 'Connect to Riverbend General' }).press('Enter')
  await page.getByText('You chose not to share. Nothing was changed.').waitFor()
  expect(await page.getByRole('button', { name: 'Connect to Riverbend General' }).isVisible()).toBe(true)
})

test('SDK-13 SDK-14 Health Notebook: a pause is explained with its four ways on, and ends', async () => {
  const page = await open('patient-portal', 'ana-torres', everything)
  Object.assign(smart.smart.script, { expiresIn: 20, grant: everything })
  await page.goto(site.url)
  const serve = smart.smart.script.intercept
  const errorUri = `${smart.url}/errors/1`
  smart.smart.script.intercept = (sent) =>
    sent.form.get('grant_type') === 'refresh_token'
      ? Response.json({ error: 'invalid_grant', error_reason: 'grant_suspended', error_uri: errorUri }, { status: 400 })
      : serve(sent)
  await page.getByRole('button', { name: 'Connect to Riverbend General' }).click()
  await page.getByText('Access may be paused until you look at what changed.').waitFor()
  const names = await page.locator('#pause').getByRole('button').allTextContents()
  expect(names).toEqual(['More information', 'Try again', 'Ask for access again', 'Stop using this app'])
  await lookAt(page, 'health-notebook-paused')
  smart.smart.script.intercept = serve
  smart.smart.script.expiresIn = 300
  await page.getByRole('button', { name: 'Try again' }).first().click()
  await page.getByText('Asthma').first().waitFor()
})

test('AL-06 Health Notebook: markup and script in a record are shown as text and never run', async () => {
  const page = await open('patient-portal', 'ana-torres', everything)
  const serve = smart.smart.script.intercept
  const hostile = '<img src=x onerror="globalThis.ran=1"><script>globalThis.ran=1</script>'
  smart.smart.script.intercept = async (sent) => {
    const answer = await serve(sent)
    if (answer === undefined || !sent.url.pathname.startsWith('/fhir/')) return answer
    const text = (await answer.text()).replaceAll('"text":"Asthma"', `"text":${JSON.stringify(hostile)}`)
    return new Response(text.replaceAll('"family":"Torres"', `"family":${JSON.stringify(hostile)}`), answer)
  }
  await page.goto(site.url)
  await page.getByRole('button', { name: 'Connect to Riverbend General' }).click()
  await page.waitForURL(`${site.url}/callback`)
  await loaded(page)
  await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toContain('<img src=x')
  expect(
    await page.evaluate(() => ['ran' in globalThis, document.querySelectorAll('main img, main script').length]),
  ).toEqual([false, 0])
})

const launch = (): string => `${site.url}/launch?iss=${encodeURIComponent(smart.smart.fhirBase)}&launch=abc`

test('CX-16 Growth Chart: launched from the chart, shows banner, visit and growth with percentiles', async () => {
  const page = await open('growth-chart', 'mateo-torres', clinical)
  const encounter = records.findLast(
    (one) => one.resourceType === 'Encounter' && one.subject?.reference === 'Patient/mateo-torres',
  )
  smart.smart.script.tokenAnswer = { need_patient_banner: true, encounter: encounter?.id }
  await page.goto(launch())
  await page.waitForURL(`${site.url}/callback`)
  await loaded(page)
  const banner = page.getByRole('region', { name: 'Patient' })
  expect(await banner.textContent()).toContain('Mateo Torres')
  expect(await banner.textContent()).toContain('8 years')
  expect(await page.getByRole('heading', { name: 'This visit' }).isVisible()).toBe(true)
  expect(await page.getByText('Demonstration curves, not for care.').isVisible()).toBe(true)
  expect(await page.getByRole('figure').first().textContent()).toContain('Height')
  await lookAt(page, 'growth-chart')
  expect(troubles).toEqual([])
})

test('CX-16 Growth Chart: no banner where the EHR shows one; an adult gets usual ranges', async () => {
  const page = await open('growth-chart', 'jose-rivera', clinical)
  smart.smart.script.tokenAnswer = { need_patient_banner: false }
  await page.goto(launch())
  await page.waitForURL(`${site.url}/callback`)
  await loaded(page)
  expect(await page.getByRole('region', { name: 'Patient', exact: true }).count()).toBe(0)
  expect(await page.getByRole('figure').first().textContent()).toContain('Blood pressure')
  await lookAt(page, 'growth-chart-adult')
})

test('SDK-03 Growth Chart: opened without a launch it says where to start; a foreign server gets nothing', async () => {
  const page = await open('growth-chart', 'jose-rivera', clinical)
  await page.goto(site.url)
  await page.getByText('Open Growth Chart from the patient’s chart').waitFor()
  await lookAt(page, 'growth-chart-closed')
  await page.goto(`${site.url}/launch?iss=https%3A%2F%2Fevil.example%2Ffhir&launch=abc`)
  await page.getByText('The server and this app could not agree. Nothing was shared.').waitFor()
  expect(smart.smart.sent).toEqual([])
})
