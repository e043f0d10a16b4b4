import type { RequestListener } from 'node:http'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../browser.ts'
import { goThrough } from '../person.ts'
import { named, type Sandbox, type SandboxClient, startSandbox } from '../sandbox-process.ts'
import { openTool, type Tool } from '../tool.ts'

let sandbox: Sandbox
let browser: Browser
let client: SandboxClient
let tool: Tool

beforeAll(async () => {
  sandbox = await startSandbox()
  browser = await openBrowser()
  client = named(sandbox.clients, ({ client_id }) => client_id === 'demo-public')
  tool = await openTool(client.redirect_uris[0] ?? '', pages(await script()))
})
afterAll(async () => {
  await tool?.close()
  await browser?.close()
  await sandbox?.stop()
})

/** The two pages of fhirclient's own guide, on this SDK: only the import and the names of the servers differ. */
async function script(): Promise<string> {
  const contents = `
    import { allowInsecureRequests, allowLaunchWithoutGesture, FHIR } from '@gatehouse/client/fhirclient'
    const asked = new URLSearchParams(location.search)
    const say = (value) => { document.getElementById('said').textContent = JSON.stringify(value) }
    const failed = (error) => say({ failed: error.reason ?? String(error) })
    if (location.pathname === '/launch') {
      FHIR.oauth2.authorize({
        clientId: ${JSON.stringify(client.client_id)},
        redirectUri: '/callback',
        scope: asked.get('scope') ?? 'launch openid fhirUser online_access patient/Patient.rs patient/Encounter.rs patient/Observation.rs',
        iss: ${JSON.stringify(sandbox.ehr.fhirBase)},
        pkceMode: 'required',
        [allowInsecureRequests]: true,
        [allowLaunchWithoutGesture]: true,
      }).catch(failed)
    } else {
      FHIR.oauth2.ready().then(async (client) => {
        const patient = await client.patient.read()
        const found = await client.patient.request('Observation?_count=5', { flat: true })
        const other = await client.request('Patient/jose-rivera').then(() => 'read', (error) => error.status)
        const subjects = [...new Set(found.map(({ subject }) => subject.reference))]
        say({ patient: patient.id, encounter: client.encounter.id, fhirUser: client.user.fhirUser, subjects, other })
      }).catch(failed)
    }`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    conditions: ['source'],
  })
  return outputFiles[0]?.text ?? ''
}

const pages =
  (code: string): RequestListener =>
  ({ url }, response) => {
    if (url === '/app.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end(code)
    const page = '<!doctype html><title>App</title><p id="said"></p><script type="module" src="/app.js"></script>'
    return response.writeHead(200, { 'content-type': 'text/html' }).end(page)
  }

async function said(page: Page): Promise<Record<string, unknown>> {
  await page.waitForURL(/\/callback/)
  const place = page.locator('#said').filter({ hasText: '{' })
  await place.waitFor()
  return JSON.parse((await place.textContent()) ?? '')
}

test('SDK-34 an app written for fhirclient launches standalone, reads one patient, and again after a reload', async () => {
  const page = await browser.newPage()
  const scope = 'launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs'
  await page.goto(`${tool.origin}/launch?${new URLSearchParams({ scope })}`)
  await page.waitForURL(`${sandbox.ehr.issuer}/**`)
  const user = named(sandbox.users, ({ fhirUser }) => fhirUser === 'Patient/ana-torres')
  await goThrough(page, sandbox.ehr.issuer, { user, patient: 'ana-torres', offline: true })
  const expected = {
    patient: 'ana-torres',
    encounter: null,
    fhirUser: `${sandbox.ehr.fhirBase}/Patient/ana-torres`,
    subjects: ['Patient/ana-torres'],
    other: expect.toSatisfy((status) => status === 403 || status === 404),
  }
  expect(await said(page)).toEqual(expected)
  await page.reload()
  expect(await said(page)).toEqual(expected)
  await page.close()
})

test('SDK-03 AL-28 it is opened from the chart and gets the patient and the visit of it; another iss sends nothing', async () => {
  const context = await browser.newContext()
  const chart = await context.newPage()
  await chart.goto(`${sandbox.ehr.startPage}ehr/lucia-torres?app=${client.client_id}`)
  const open = chart.locator(`button[value="${client.client_id}"]`)
  const [page] = await Promise.all([chart.waitForEvent('popup'), open.click()])
  await page.waitForURL(`${sandbox.ehr.issuer}/**`)
  const user = named(sandbox.users, ({ username }) => username === 'dr.elena')
  await goThrough(page, sandbox.ehr.issuer, { user })
  expect(await said(page)).toMatchObject({ patient: 'lucia-torres', encounter: expect.stringMatching(/\S/) })
  await page.goto(`${tool.origin}/launch?iss=https%3A%2F%2Fevil.example%2Ffhir&launch=abc`)
  const refused = page.locator('#said').filter({ hasText: 'server-not-allowed' })
  await refused.waitFor()
  await context.close()
})
