import { isOk, isResource, normalizeOperationOutcome, OperationOutcomeError } from '@medplum/core'
import { type FhirRequest, FhirRouter, type HttpMethod } from '@medplum/fhir-router'
import type { Bundle, Resource } from '@medplum/fhirtypes'
import {
  etagOf,
  type FhirAnswer,
  historyBundle,
  outcomeAnswer,
  refusal,
  resourceAnswer,
  searchBundle,
  writtenAnswer,
} from './answer.ts'
import { capabilityStatement } from './capabilities.ts'
import { resourceTypes, searchParametersOf } from './definitions.ts'
import type { RecordStore } from './repository.ts'
import { type Pair, readSearch } from './search-query.ts'

/** One request as the edge reads it: path below the FHIR base, decoded query, headers in lower case, parsed body. */
export type FhirCall = {
  readonly method: string
  readonly path: readonly string[]
  readonly query: readonly Pair[]
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Parsed JSON, the pairs of a form, or the bytes of anything else. */
  readonly body: Body
}

/** The body of a call. */
export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'form'; readonly pairs: readonly Pair[] }
  | { readonly kind: 'bytes'; readonly type: string; readonly bytes: Buffer }

/** Answers FHIR calls from a record store. */
export type FhirEndpoint = (call: FhirCall) => Promise<FhirAnswer>

type Context = {
  readonly store: RecordStore
  readonly router: FhirRouter
  readonly fhirBase: string
  readonly metadata: string
}

const METHODS: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

function engineRequest(method: HttpMethod, url: string, call: FhirCall): FhirRequest {
  const headers = { 'if-match': call.headers['if-match'], 'if-none-exist': call.headers['if-none-exist'] }
  return {
    method,
    url,
    pathname: '',
    params: {},
    query: {},
    body: call.body.kind === 'json' ? call.body.value : undefined,
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
    config: { transactions: true },
  }
}

async function search(type: string, pairs: readonly Pair[], { call, context }: Asked): Promise<FhirAnswer> {
  const { fhirBase, router, store } = context
  const strict = call.headers.prefer?.includes('handling=strict') === true
  const read = readSearch(type, pairs, { parameters: searchParametersOf, fhirBase, strict })
  if (read.kind === 'refused') return refusal(400, read.why)
  const query = new URLSearchParams(read.engine.map(([name, value]) => [name, value]))
  const [outcome, bundle] = await router.handleRequest(engineRequest('GET', `${type}?${query}`, call), store.repository)
  if (!isResource<Bundle>(bundle, 'Bundle')) return outcomeAnswer(outcome)
  return resourceAnswer(200, searchBundle(bundle, { fhirBase, type, applied: read.applied, page: read.page }))
}

type Asked = { readonly call: FhirCall; readonly context: Context }

/** A Binary as the file it is, when its own type is asked for; the header says whose permission it needs. */
function binaryContent(resource: Resource, accept: string | undefined): FhirAnswer | undefined {
  if (resource.resourceType !== 'Binary' || accept === undefined || /json|\*\/\*/.test(accept)) return undefined
  const etag = etagOf(resource)
  const context = resource.securityContext?.reference
  const headers = {
    'content-type': resource.contentType,
    ...(etag === undefined ? {} : { etag }),
    ...(context === undefined ? {} : { 'x-security-context': context }),
  }
  return { status: 200, headers, body: Buffer.from(resource.data ?? '', 'base64') }
}

async function read({ call, context }: Asked): Promise<FhirAnswer> {
  const [outcome, resource] = await context.router.handleRequest(
    engineRequest('GET', call.path.map(encodeURIComponent).join('/'), call),
    context.store.repository,
  )
  if (!isOk(outcome) || resource === undefined) return outcomeAnswer(outcome)
  if (call.path.at(-1) === '_history' && isResource<Bundle>(resource, 'Bundle')) {
    return resourceAnswer(200, historyBundle(resource, context.fhirBase))
  }
  const etag = etagOf(resource)
  if (etag !== undefined && call.headers['if-none-match'] === etag) return { status: 304, headers: { etag } }
  return binaryContent(resource, call.headers.accept) ?? resourceAnswer(200, resource)
}

/** A create never chooses its id; a Binary may be sent as it is. */
function createBody(type: string, { body, headers }: FhirCall): Body {
  if (body.kind === 'bytes' && type === 'Binary') {
    const context = headers['x-security-context']
    const security = context === undefined ? {} : { securityContext: { reference: context } }
    const data = body.bytes.toString('base64')
    return { kind: 'json', value: { resourceType: 'Binary', contentType: body.type, ...security, data } }
  }
  if (body.kind !== 'json' || typeof body.value !== 'object' || body.value === null) return body
  const { id: _chosen, ...resource } = { id: undefined, ...body.value }
  return { kind: 'json', value: resource }
}

async function exists({ call, context }: Asked): Promise<boolean> {
  const [type = '', id = ''] = call.path
  return context.store.repository.readResource(type, id).then(
    () => true,
    () => false,
  )
}

async function write({ call, context }: Asked): Promise<FhirAnswer> {
  const { store, router, fhirBase } = context
  const method = METHODS.find((one) => one === call.method) ?? 'POST'
  const [type = '', id] = call.path
  const ifMatch = call.headers['if-match']
  if (ifMatch !== undefined && !/^W\/"[^"]+"$/.test(ifMatch)) return refusal(400, 'If-Match must be W/"version"')
  const body = method === 'POST' ? createBody(type, call) : call.body
  if (method !== 'DELETE' && body.kind !== 'json') return refusal(415, 'the body must be application/fhir+json')
  const fresh = method === 'PUT' && id !== undefined && !(await exists({ call, context }))
  const query = new URLSearchParams(call.query.map(([name, value]) => [name, value])).toString()
  const url = `${call.path.map(encodeURIComponent).join('/')}${query === '' ? '' : `?${query}`}`
  const [outcome, resource] = await router.handleRequest(
    engineRequest(method, url, { ...call, body }),
    store.repository,
  )
  if (!isOk(outcome)) return outcomeAnswer(outcome)
  if (resource === undefined) return { status: 204, headers: {} }
  const minimal = call.headers.prefer?.includes('return=minimal') === true
  const status = fresh || outcome.id === 'created' ? 201 : 200
  return writtenAnswer(status, resource, { fhirBase, minimal })
}

function bundleFailed(answer: FhirAnswer): boolean {
  return answer.status !== 200
}

async function bundle({ call, context }: Asked): Promise<FhirAnswer> {
  if (call.body.kind !== 'json' || !isResource<Bundle>(call.body.value, 'Bundle'))
    return refusal(400, 'the body must be a Bundle')
  const isTransaction = call.body.value.type === 'transaction'
  const run = async (): Promise<FhirAnswer> => {
    const [outcome, result] = await context.router.handleRequest(
      engineRequest('POST', '', call),
      context.store.repository,
    )
    return result === undefined ? outcomeAnswer(outcome) : resourceAnswer(200, result)
  }
  return isTransaction ? context.store.atomically(run, bundleFailed) : run()
}

async function dispatch(asked: Asked): Promise<FhirAnswer> {
  const { call, context } = asked
  const [type, second] = call.path
  if (type === undefined) return call.method === 'POST' ? bundle(asked) : refusal(405, 'only POST of a Bundle here')
  if (type === 'metadata' && call.method === 'GET') {
    return { status: 200, headers: { 'content-type': 'application/fhir+json; charset=utf-8' }, body: context.metadata }
  }
  if (!resourceTypes().includes(type)) return refusal(404, `unknown resource type ${type}`)
  if (call.path.some((part, index) => index > 0 && part.startsWith('$'))) return refusal(404, 'no operations here')
  if (call.method === 'GET' && second === undefined) return search(type, call.query, asked)
  if (call.method === 'POST' && second === '_search' && call.path.length === 2) {
    return search(type, [...call.query, ...(call.body.kind === 'form' ? call.body.pairs : [])], asked)
  }
  if (call.method === 'GET') return read(asked)
  return METHODS.some((one) => one === call.method) ? write(asked) : refusal(405, `${call.method} is not offered`)
}

/** Makes the endpoint. Whatever the engine throws becomes an OperationOutcome, never a dropped connection. */
export function fhirEndpoint(store: RecordStore, fhirBase: string): FhirEndpoint {
  const context = { store, router: new FhirRouter(), fhirBase, metadata: JSON.stringify(capabilityStatement(fhirBase)) }
  return async (call) => {
    try {
      return await dispatch({ call: call.method === 'HEAD' ? { ...call, method: 'GET' } : call, context })
    } catch (error) {
      return outcomeAnswer(error instanceof OperationOutcomeError ? error.outcome : normalizeOperationOutcome(error))
    }
  }
}
