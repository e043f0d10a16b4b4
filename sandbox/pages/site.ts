import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { style } from '../../packages/server/src/ui/style.data.ts'
import type { Addresses } from '../addresses.ts'
import type { Charts } from '../hospital/charts.ts'
import type { DemoClient } from '../hospital/clients.ts'
import type { LaunchApp } from '../hospital/launch-app.ts'
import type { Lights } from '../hospital/lights.ts'
import type { DemoUser } from '../hospital/users.ts'
import { type ChartApp, chartListPage, chartPage } from './charts-page.ts'
import { developerPage } from './developer-page.ts'
import { hospitalName, html, type PageAnswer, renderPage } from './page.ts'
import { startPage } from './start-page.ts'

/** What the sandbox's own pages show and do. */
export type SiteParts = {
  readonly addresses: Addresses
  readonly users: readonly DemoUser[]
  readonly clients: readonly DemoClient[]
  readonly chartApps: readonly ChartApp[]
  readonly charts: Charts
  readonly launchApp: LaunchApp
  readonly lights: Lights
}

/** Answers a request for one of the sandbox's own pages; false: not ours, the authorization server's. */
export type Site = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

const MOST_FORM_BYTES = 4096

const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
  '/sandbox/style.css': [
    'text/css; charset=utf-8',
    `${style}\n${readFileSync(new URL('./style.css', import.meta.url), 'utf8')}`,
  ],
  '/sandbox/lights.js': [
    'text/javascript; charset=utf-8',
    readFileSync(new URL('./lights.js', import.meta.url), 'utf8'),
  ],
  '/sandbox/icon.svg': ['image/svg+xml', readFileSync(new URL('./icon.svg', import.meta.url), 'utf8')],
}

function fileAnswer(path: string): PageAnswer | undefined {
  const file = files[path === '/favicon.ico' ? '/sandbox/icon.svg' : path]
  if (file === undefined) return undefined
  const [type, body] = file
  return {
    status: 200,
    headers: { 'content-type': type, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' },
    body,
  }
}

function notFound(): PageAnswer {
  const main = html`<h1>Nothing here</h1><p><a href="/">Back to the start page</a></p>`
  return { ...renderPage({ title: `Not found – ${hospitalName}`, main }), status: 404 }
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > MOST_FORM_BYTES) return undefined
  }
  return new URLSearchParams(text)
}

/** The form comes from our own page: browsers say where a POST comes from, and no other page may open an app. */
function isOwnForm({ method, headers }: IncomingMessage, issuer: string): boolean {
  return method === 'POST' && headers.origin === issuer
}

/** What a chart is shown with: a registered app of a developer that may be opened from it too, and what went wrong. */
type ChartWish = { readonly app?: string | null; readonly trouble?: string }

async function showChart(id: string, parts: SiteParts, { app, trouble }: ChartWish): Promise<PageAnswer> {
  const chart = await parts.charts.open(id)
  if (chart === undefined) return notFound()
  const clinicians = parts.users.filter(({ kind }) => kind === 'practitioner')
  const own = parts.clients.filter(({ client }) => client.id === app && client.launchUris.length > 0)
  const ownApps = own.map(({ client, tell }) => ({
    clientId: client.id,
    name: client.display.name,
    does: `It is ${tell}.`,
  }))
  const apps = [...ownApps, ...parts.chartApps]
  const targets = own.flatMap(({ client }) => client.launchUris.map((uri) => new URL(uri).origin))
  const surroundings = { clinicians, apps, ...(trouble === undefined ? {} : { trouble }) }
  return renderPage(chartPage(chart, surroundings), [parts.addresses.clinicianApp, ...targets])
}

async function openApp(id: string, request: IncomingMessage, parts: SiteParts): Promise<PageAnswer> {
  if (!isOwnForm(request, parts.addresses.issuer)) return { ...notFound(), status: 403 }
  const form = await readForm(request)
  const encounter = form?.get('encounter') ?? undefined
  const opened = await parts.launchApp({
    clientId: form?.get('client_id') ?? '',
    username: form?.get('username') ?? '',
    patient: id,
    ...(encounter === undefined ? {} : { encounter }),
  })
  if (opened.kind === 'opened')
    return { status: 303, headers: { location: opened.url, 'cache-control': 'no-store' }, body: '' }
  return { ...(await showChart(id, parts, { trouble: `The app was not opened. ${opened.why}` })), status: 409 }
}

async function pageAnswer(url: URL, request: IncomingMessage, parts: SiteParts): Promise<PageAnswer | undefined> {
  const [first, id, action] = url.pathname.split('/').slice(1)
  if (url.pathname === '/') return renderPage(startPage(parts.addresses.patientApp))
  if (url.pathname === '/developer') return renderPage(developerPage(parts))
  if (first !== 'ehr') return fileAnswer(url.pathname)
  if (id === undefined || id === '') {
    const search = (url.searchParams.get('q') ?? '').trim()
    return renderPage(chartListPage(await parts.charts.list(search), search))
  }
  if (action === undefined) return showChart(decodeURIComponent(id), parts, { app: url.searchParams.get('app') })
  return action === 'launch' ? openApp(decodeURIComponent(id), request, parts) : notFound()
}

/** Server-sent events: one message per light, until the page is left. */
function streamLights(response: ServerResponse, lights: Lights): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write(': watching\n\n')
  const stop = lights.watch((light) => response.write(`data: ${JSON.stringify(light)}\n\n`))
  response.on('close', stop)
}

/** The sandbox's own pages, in front of the authorization server on the same origin. */
export function openSite(parts: SiteParts): Site {
  return async (request, response) => {
    const url = new URL(request.url ?? '/', parts.addresses.issuer)
    if (url.pathname === '/sandbox/lights') {
      streamLights(response, parts.lights)
      return true
    }
    const answer = await pageAnswer(url, request, parts)
    if (answer === undefined) return false
    response.writeHead(answer.status, { ...answer.headers })
    response.end(answer.body)
    return true
  }
}
