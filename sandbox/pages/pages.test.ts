import { expect, test } from 'vitest'
import { addressesFrom } from '../addresses.ts'
import type { OpenChart } from '../hospital/charts.ts'
import { demoUsers } from '../hospital/users.ts'
import { chartListPage, chartPage } from './charts-page.ts'
import { developerPage } from './developer-page.ts'
import { renderPage } from './page.ts'
import { startPage } from './start-page.ts'

const patient = { id: 'x', name: '<b>Mallory</b>', line: 'female, born May 1, 2000', number: '7', inClinic: true }
const chart: OpenChart = {
  patient,
  clinician: 'dr-elena-marin',
  problems: ['Asthma'],
  allergies: [],
  medicines: [],
  visits: [
    { id: 'x-2', day: 'May 2, 2026', words: 'Check-up', now: true },
    { id: 'x-1', day: 'May 1, 2026', words: 'Check-up', now: false },
  ],
}
const clinicians = demoUsers.filter(({ kind }) => kind === 'practitioner')
const apps = [{ clientId: 'growth-chart', name: 'Growth Chart', does: 'Vital signs.' }]

test('the start page has three doors, each with one sentence and one button', () => {
  const { body } = renderPage(startPage('http://localhost:4010'))
  expect(body.match(/class="door"/g)).toHaveLength(3)
  expect(body.match(/class="button main"/g)).toHaveLength(3)
  for (const href of ['http://localhost:4010/', '/ehr/lucia-torres', '/developer'])
    expect(body).toContain(`href="${href}"`)
})

test('the drawing works without the script: its places are in the page', () => {
  const { body } = renderPage(startPage('http://localhost:4010'))
  for (const stop of ['app', 'desk', 'gate', 'records']) expect(body).toContain(`data-stop="${stop}"`)
})

test('a page is ours: no inline script, no other origins, no frames', () => {
  const { headers, body } = renderPage(startPage('http://localhost:4010'))
  expect(headers['content-security-policy']).toContain("default-src 'none'; style-src 'self'")
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(body).not.toMatch(/<script>|onclick=|style="/)
})

test('a name is text wherever it stands', () => {
  for (const page of [
    chartListPage([patient], '"><i>'),
    chartPage(chart, { clinicians, apps, trouble: '<u>no</u>' }),
  ]) {
    const { body } = renderPage(page)
    expect(body).toContain('&lt;b>Mallory')
    expect(body).not.toMatch(/<b>|<i>|<u>/)
  }
})

test('a chart offers its app for the latest visit, as the clinician who knows the patient', () => {
  const { body } = renderPage(chartPage(chart, { clinicians, apps }))
  expect(body).toContain('action="/ehr/x/launch"')
  expect(body).toMatch(/value="x-2" checked/)
  expect(body).not.toMatch(/value="x-1" checked/)
  expect(body).toMatch(/<option selected value="dr.elena"|<option value="dr.elena" selected/)
  expect(body).toContain('value="growth-chart"')
})

test('the developer page shows no secret', () => {
  const client = {
    id: 'c',
    auth: { method: 'client_secret_basic', secretHash: 'hash' },
    redirectUris: ['http://localhost:4090/callback'],
  }
  const demo = { client: client as never, secret: 'the-secret', tell: 'for you' }
  const { body } = renderPage(developerPage({ addresses: addressesFrom(4000), users: demoUsers, clients: [demo] }))
  expect(body).toContain('http://localhost:4001/fhir')
  expect(body).not.toMatch(/the-secret|hash/)
})
