import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Resource } from '@medplum/fhirtypes'
import { recordsPath } from './addresses.ts'
import type { FhirAnswer } from './fhir/answer.ts'
import { refusal } from './fhir/answer.ts'
import { indexDefinitions } from './fhir/definitions.ts'
import { type Body, type FhirCall, type FhirEndpoint, fhirEndpoint } from './fhir/endpoint.ts'
import type { Journal } from './fhir/journal.ts'
import { recordStore } from './fhir/repository.ts'

/** What the hospital's FHIR server needs. Port 0 takes any free port. */
export type FhirServerOptions = {
  readonly port: number
  readonly records: () => readonly Resource[]
  readonly journal: Journal
  /** The only credential it takes (`Authorization: Bearer …`): it is the gateway's, apps never see it. */
  readonly credential: string
}

/** A running FHIR server. `fhirBase` is on 127.0.0.1 and serves nobody but the holder of the credential. */
export type FhirServer = { readonly fhirBase: string; readonly close: () => Promise<void> }

const MOST_BYTES = 16 * 1024 * 1024

async function readBytes(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.byteLength
    if (size > MOST_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseBody(bytes: Buffer, contentType: string): Body | undefined {
  if (bytes.byteLength === 0) return { kind: 'none' }
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return { kind: 'form', pairs: [...new URLSearchParams(bytes.toString('utf8'))] }
  }
  if (!/^application\/([\w.-]+\+)?json\b/.test(contentType)) return { kind: 'bytes', type: contentType, bytes }
  try {
    return { kind: 'json', value: JSON.parse(bytes.toString('utf8')) }
  } catch {
    return undefined
  }
}

function isAllowed(request: IncomingMessage, credential: string): boolean {
  const expected = Buffer.from(`Bearer ${credential}`)
  const sent = Buffer.from(request.headers.authorization ?? '')
  return sent.byteLength === expected.byteLength && timingSafeEqual(sent, expected)
}

function parsePath(pathname: string): readonly string[] | undefined {
  if (pathname !== recordsPath && !pathname.startsWith(`${recordsPath}/`)) return undefined
  try {
    return pathname
      .slice(recordsPath.length + 1)
      .split('/')
      .filter(Boolean)
      .map(decodeURIComponent)
  } catch {
    return undefined
  }
}

async function answerRequest(
  request: IncomingMessage,
  endpoint: FhirEndpoint,
  credential: string,
): Promise<FhirAnswer> {
  if (!isAllowed(request, credential)) return refusal(401, "this server answers the hospital's gateway only")
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const path = parsePath(url.pathname)
  if (path === undefined) return refusal(404, `nothing here; the FHIR base is ${recordsPath}`)
  const bytes = await readBytes(request)
  if (bytes === undefined) return refusal(413, 'the body is larger than 16 MiB')
  const body = parseBody(bytes, request.headers['content-type'] ?? '')
  if (body === undefined) return refusal(400, 'the body is not JSON')
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
  const call: FhirCall = { method: request.method ?? 'GET', path, query: [...url.searchParams], headers, body }
  return endpoint(call)
}

function send(response: ServerResponse, { status, headers, body }: FhirAnswer): void {
  const length = body === undefined ? 0 : Buffer.byteLength(body)
  response.writeHead(status, status === 304 || status === 204 ? headers : { ...headers, 'content-length': length })
  response.end(body)
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/** Indexes the definitions, loads the records, replays the journal, and listens on 127.0.0.1. */
export async function startFhirServer({ port, records, journal, credential }: FhirServerOptions): Promise<FhirServer> {
  indexDefinitions()
  const store = await recordStore(records, journal)
  let endpoint: FhirEndpoint = async () => refusal(503, 'starting')
  const server = createServer((request, response) => {
    answerRequest(request, endpoint, credential).then(
      (answer) => send(response, answer),
      () => response.destroy(),
    )
  })
  const fhirBase = `http://127.0.0.1:${await listen(server, port)}${recordsPath}`
  endpoint = fhirEndpoint(store, fhirBase)
  return {
    fhirBase,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
