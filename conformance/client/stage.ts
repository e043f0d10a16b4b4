/**
 * A stage for the SDK in a real browser: a scripted SMART server and an app's files, each on an origin of its own. No
 * Gatehouse code but the SDK takes part, so a failure here is the SDK's.
 */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { json, type SmartServer, smartServer } from '../../packages/client/test/smart-server.ts'

const kinds: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** A running server and the way to end it. */
export type Origin = { readonly url: string; readonly close: () => Promise<void> }

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<Origin> {
  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error) => response.writeHead(500).end(String(error)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://localhost:${port}`, close }
}

/** Serves a folder of built files under a Content-Security-Policy, `index.html` for folders. */
export function serveFolder(folder: string, policy: () => string): Promise<Origin> {
  return listen(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://app')
    const path = extname(pathname) === '' ? join(pathname, 'index.html') : pathname
    const body = await readFile(join(folder, path)).catch(() => undefined)
    const headers = { 'content-type': kinds[extname(path)] ?? 'text/plain', 'content-security-policy': policy() }
    response.writeHead(body === undefined ? 404 : 200, headers).end(body)
  })
}

/** A running scripted SMART server. */
export type SmartOrigin = Origin & { readonly smart: SmartServer }

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, content-type, dpop, accept',
  'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  'access-control-expose-headers': 'dpop-nonce, www-authenticate, date, etag, location',
}

/** The scripted server over HTTP; its authorization endpoint agrees at once and sends the browser back. */
export async function serveSmart(patient = 'p1'): Promise<SmartOrigin> {
  let smart: SmartServer | undefined
  const origin = await listen(async (request, response) => {
    if (smart === undefined) throw new Error('not ready')
    const url = new URL(request.url ?? '/', smart.issuer)
    if (request.method === 'OPTIONS') return void response.writeHead(204, cors).end()
    const body = await readBody(request)
    if (url.pathname === '/authorize') {
      if (request.method === 'POST') url.search = body
      return void response.writeHead(303, { location: smart.authorize(url.href) }).end()
    }
    const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const init = { method: request.method ?? 'GET', headers, ...(body === '' ? {} : { body }) }
    const answer = await smart.fetch(url.href, init)
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...cors })
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  smart = smartServer({ issuer: origin.url, patient })
  return { ...origin, smart }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

type Json = { readonly [member: string]: unknown }

/** A FHIR server of few words: read by id, search by patient and category. For the scripted server's `intercept`. */
export function fhirOf(resources: readonly Json[], base: string): (path: URL) => Response | undefined {
  return (url) => {
    if (!url.href.startsWith(`${base}/`) || url.pathname.includes('.well-known')) return undefined
    const [type, id] = url.pathname.slice(new URL(base).pathname.length + 1).split('/')
    const ofType = resources.filter(({ resourceType }) => resourceType === type)
    if (id !== undefined) {
      const found = ofType.find((one) => one.id === id)
      return found === undefined ? json({ resourceType: 'OperationOutcome', issue: [] }, 404) : json(found)
    }
    const patient = `Patient/${url.searchParams.get('patient')}`
    const category = url.searchParams.get('category')?.split('|')[1]
    const entry = ofType
      .filter((one) => JSON.stringify(one.subject ?? one.patient ?? '').includes(patient))
      .filter((one) => category === undefined || JSON.stringify(one.category ?? '').includes(`"${category}"`))
      .map((resource) => ({ resource }))
    return json({ resourceType: 'Bundle', type: 'searchset', entry })
  }
}
