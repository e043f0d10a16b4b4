import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../browser.ts'
import { goThrough } from '../person.ts'
import { named, type Sandbox, type SandboxClient, startSandbox } from '../sandbox-process.ts'
import { openTool, type Tool } from '../tool.ts'

const version = '2.6.3'

/** The published browser bundle; as an npm dependency the package would drag in 652 others. */
const publishedBundle = (): Buffer => {
  const folder = join('node_modules/.cache', `fhirclient-${version}`)
  const bundle = join(folder, 'package/build/fhir-client.min.js')
  if (!existsSync(bundle)) {
    mkdirSync(folder, { recursive: true })
    execFileSync('npm', ['pack', '--silent', `fhirclient@${version}`, '--pack-destination', folder])
    execFileSync('tar', ['-xzf', join(folder, `fhirclient-${version}.tgz`), '-C', folder])
  }
  return readFileSync(bundle)
}

let sandbox: Sandbox
let browser: Browser
let client: SandboxClient
let tool: Tool

beforeAll(async () => {
  sandbox = await startSandbox()
  browser = await openBrowser()
  client = named(sandbox.clients, ({ client_id }) => client_id === 'demo-public')
  tool = await openTool(client.redirect_uris[0] ?? '', app(publishedBundle()))
})

afterAll(async () => {
  await tool?.close()
  await browser?.close()
  await sandbox?.stop()
})

/** An app of two pages as fhirclient's own guide shows it: one that launches, one that is come back to. */
const app =
  (bundle: Buffer): RequestListener =>
  (request, response) => {
    if (request.url === '/fhir-client.js')
      return response.writeHead(200, { 'content-type': 'text/javascript' }).end(bundle)
    const isLaunch = request.url?.startsWith('/launch')
    const script = isLaunch ? launchScript() : readyScript
    const page = `<!doctype html><title>App</title><script src="/fhir-client.js"></script><p id="said"></p><script>${script}</script>`
    return response.writeHead(200, { 'content-type': 'text/html' }).end(page)
  }

const launchScript = (): string => `
  const asked = new URLSearchParams(location.search)
  FHIR.oauth2.authorize({
    clientId: ${JSON.stringify(client.client_id)},
    redirectUri: '/callback',
    scope: asked.get('scope') ?? 'launch openid fhirUser online_access patient/Patient.rs patient/Encounter.rs patient/Observation.rs',
    iss: asked.get('iss') ?? ${JSON.stringify(sandbox.ehr.fhirBase)},
    pkceMode: 'required',
  })`

const readyScript = `
  const say = (value) => { document.getElementById('said').textContent = JSON.stringify(value) }
  FHIR.oauth2.ready().then(async (client) => {
    window.client = client
    const patient = await client.patient.read()
    const { entry = [] } = await client.request('Observation?patient=' + client.patient.id + '&_count=5')
    const other = await client.request('Patient/jose-rivera').then(() => 'read', (error) => String(error.message ?? error))
    const ungranted = await client.request('MedicationRequest?patient=' + client.patient.id).then(() => 'read', (error) => String(error.message ?? error))
    say({ ungranted, patient: patient.id, fhirUser: client.user.fhirUser, scope: client.state.tokenResponse.scope,
      subjects: [...new Set(entry.map(({ resource }) => resource.subject.reference))], other })
  }).catch((error) => say({ failed: String(error.message ?? error) }))`

/** What the app's page says once it is back. */
const saidBy = async (page: Page): Promise<Record<string, unknown>> => {
  await page.waitForURL(/\/callback/)
  const said = page.locator('#said')
  await said.filter({ hasText: '{' }).waitFor()
  return JSON.parse((await said.textContent()) ?? '')
}

const ana = () => named(sandbox.users, ({ fhirUser }) => fhirUser === 'Patient/ana-torres')

const standalone = async (page: Page): Promise<Record<string, unknown>> => {
  const scope = 'launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs'
  await page.goto(`${tool.origin}/launch?${new URLSearchParams({ scope })}`)
  await page.waitForURL(`${sandbox.ehr.issuer}/**`)
  await goThrough(page, sandbox.ehr.issuer, { user: ana(), patient: 'ana-torres', offline: true })
  return saidBy(page)
}

test('AL-29, AL-38, AL-41, AL-77, AL-79, CX-03, ONC-23: fhirclient launches standalone, unmodified, and reads exactly one patient', async () => {
  const page = await browser.newPage()
  const said = await standalone(page)
  expect(said).toMatchObject({ patient: 'ana-torres', fhirUser: expect.stringMatching(/Patient\/ana-torres$/) })
  expect(said.subjects).toEqual(['Patient/ana-torres'])
  expect(said.ungranted).toMatch(/403|Forbidden/)
  expect(said.other).toMatch(/403|404|Forbidden|Not Found/)
  await page.close()
})

test('RF-07, RF-09, RF-18, IN-24: fhirclient refreshes, and goes on reading with the new token', async () => {
  const page = await browser.newPage()
  await standalone(page)
  const renewed = await page.evaluate(async () => {
    const { client } = window as unknown as {
      client: {
        state: { tokenResponse: Record<string, string> }
        refresh(): Promise<unknown>
        patient: { read(): Promise<{ id: string }> }
      }
    }
    const before = client.state.tokenResponse.access_token
    await client.refresh()
    const { access_token, patient } = client.state.tokenResponse
    return { isNew: access_token !== before, patient, read: (await client.patient.read()).id }
  })
  expect(renewed).toEqual({ isNew: true, patient: 'ana-torres', read: 'ana-torres' })
  await page.close()
})

test('AL-25, AL-28, AL-35, CX-10, RF-01: fhirclient is opened from the chart and gets the patient and the visit of it', async () => {
  const context = await browser.newContext()
  const chart = await context.newPage()
  await chart.goto(`${sandbox.ehr.startPage}ehr/lucia-torres?app=${client.client_id}`)
  const open = chart.locator(`button[value="${client.client_id}"]`)
  const [page] = await Promise.all([chart.waitForEvent('popup'), open.click()])
  await page.waitForURL(`${sandbox.ehr.issuer}/**`)
  const user = named(sandbox.users, ({ username }) => username === 'dr.elena')
  await goThrough(page, sandbox.ehr.issuer, { user })
  const said = await saidBy(page)
  expect(said).toMatchObject({ patient: 'lucia-torres', fhirUser: expect.stringMatching(/Practitioner\//) })
  expect(said.subjects).toEqual(['Patient/lucia-torres'])
  const encounter = await page.evaluate(
    () => (window as unknown as { client: { encounter: { id: string } } }).client.encounter.id,
  )
  expect(encounter).toMatch(/\S/)
  await context.close()
})
