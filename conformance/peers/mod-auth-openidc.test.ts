import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../browser.ts'
import { goThrough } from '../person.ts'
import { named, type Sandbox, startSandbox } from '../sandbox-process.ts'
import { type Apache, startApache } from './apache.ts'

let sandbox: Sandbox
let browser: Browser
let apache: Apache

beforeAll(async () => {
  sandbox = await startSandbox()
  browser = await openBrowser()
  apache = await startApache(
    named(sandbox.clients, ({ client_id }) => client_id === 'demo-symmetric'),
    sandbox,
  )
})

afterAll(async () => {
  await apache?.stop()
  await browser?.close()
  await sandbox?.stop()
})

test('ID-10, ID-18, ID-19, SY-01, IN-16: mod_auth_openidc, configured by discovery alone, lets a patient in by our ID token', async () => {
  const user = named(sandbox.users, ({ fhirUser }) => fhirUser === 'Patient/ana-torres')
  const page = await browser.newPage()
  await page.goto(`${apache.origin}/who.shtml`)
  const seen = await goThrough(page, sandbox.ehr.issuer, { user, patient: 'ana-torres' })
  expect(seen.length).toBeGreaterThanOrEqual(2)
  expect(await page.locator('h1').textContent()).toBe(`Signed in as ${sandbox.ehr.fhirBase}/Patient/ana-torres`)
  await page.close()
})

// Version 2.4.12 takes the `iss` that RFC 9207 puts into error responses for the start of a discovery, and says so in its page.
test('AL-49: a patient who does not share is not let in', async () => {
  const user = named(sandbox.users, ({ fhirUser }) => fhirUser === 'Patient/ana-torres')
  const page = await browser.newPage()
  await page.goto(`${apache.origin}/who.shtml`)
  await goThrough(page, sandbox.ehr.issuer, { user, patient: 'ana-torres', answer: 'deny' })
  const answer = new URL(page.url())
  expect(`${answer.origin}${answer.pathname}`).toBe(`${apache.origin}/callback`)
  expect(answer.searchParams.get('error')).toBe('access_denied')
  expect(await page.textContent('body')).not.toContain('Signed in')
  await page.close()
})
