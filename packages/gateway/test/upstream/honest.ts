import type { Env, UpstreamAnswer, UpstreamRequest } from '../../src/env.ts'
import type { Json, Resource } from '../../src/fhir/json.ts'
import { parseParameters } from '../../src/fhir/parameters.ts'
import type { LocationUrls } from '../../src/fhir/reference.ts'
import { searchPaths } from '../../src/fhir/search-paths.data.ts'
import type { Parameter } from '../../src/upstream-call.ts'
import { findIncludes, findMatches, sorted, Unknown } from './search.ts'
import { createStore, type Store, type Version } from './store.ts'

/**
 * A FHIR server in memory that does what it is told: versions, `If-Match`, search with includes and pages, conditional
 * create, batch and transaction. It is the upstream that the gateway's guarantees are stated for.
 */
export type Upstream = { readonly send: Env['upstream']; readonly store: Store; readonly received: UpstreamRequest[] }

/** Where the test upstream believes it lives. */
export const upstreamUrl = 'http://upstream.test/fhir'

const bases: LocationUrls = { publicBase: upstreamUrl, upstreamBase: upstreamUrl }

/** A server over these resources. `pageSize` is the most matches it puts on a page. */
export const honestUpstream = (resources: readonly Resource[], pageSize = 1000): Upstream => {
  const store = createStore(resources)
  const received: UpstreamRequest[] = []
  return {
    store,
    received,
    send: async (request) => {
      received.push(request)
      return answerRequest(store, request, pageSize)
    },
  }
}

const reply = (status: number, body: unknown, headers: UpstreamAnswer['headers'] = {}): UpstreamAnswer => ({
  status,
  headers: { 'content-type': 'application/fhir+json', ...headers },
  body: body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body)),
})

const outcome = (status: number, code: string, diagnostics: string): UpstreamAnswer =>
  reply(status, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] })

const shown = (status: number, { version, at, resource }: Version, location = false): UpstreamAnswer =>
  reply(status, resource, {
    etag: `W/"${version}"`,
    'last-modified': new Date(at).toUTCString(),
    ...(location && { location: `${upstreamUrl}/${resource?.resourceType}/${resource?.id}/_history/${version}` }),
  })

const answerRequest = (store: Store, request: UpstreamRequest, pageSize: number): UpstreamAnswer => {
  const [path = '', query = ''] = request.target.split('?')
  const [type = '', id, third, version] = path.split('/')
  if (path === 'metadata') return reply(200, capabilityStatement())
  if (path === '' && request.method === 'POST') return bundle(store, bodyOf(request), pageSize)
  const isForm = id === '_search'
  if (request.method === 'GET' && id === undefined) return search(store, { type, query, pageSize })
  if (isForm) return search(store, { type, query: String(request.body ?? ''), pageSize })
  if (request.method === 'POST' && id === undefined) return create(store, request, type)
  const key = `${type}/${id}`
  if (third === '_history') return version === undefined ? history(store, key) : readVersion(store, key, version)
  return onInstance(store, request, { key, type, id: id ?? '' })
}

const bodyOf = (request: UpstreamRequest): Resource => JSON.parse(Buffer.from(request.body ?? '').toString('utf8'))

const readVersion = (store: Store, key: string, version: string): UpstreamAnswer => {
  const found = store.records.get(key)?.find((each) => each.version === version)
  return found?.resource === undefined
    ? outcome(404, 'not-found', `${key} has no version ${version}`)
    : shown(200, found)
}

const onInstance = (
  store: Store,
  request: UpstreamRequest,
  { key, type, id }: { readonly key: string; readonly type: string; readonly id: string },
): UpstreamAnswer => {
  const current = store.current(key)
  const expected = request.headers['if-match']
  if (expected !== undefined && expected !== `W/"${current?.version}"`)
    return outcome(412, 'conflict', `${key} is not at ${expected}`)
  switch (request.method) {
    case 'GET':
      if (current === undefined) return outcome(404, 'not-found', `${key} is not known`)
      return current.resource === undefined ? outcome(410, 'deleted', `${key} was deleted`) : shown(200, current)
    case 'PUT': {
      const stored = store.put({ ...bodyOf(request), resourceType: type, id } as Resource)
      return shown(current === undefined ? 201 : 200, stored, true)
    }
    case 'DELETE':
      if (current?.resource !== undefined) store.remove(key)
      return { ...reply(204, undefined), body: new Uint8Array() }
    default:
      return outcome(405, 'not-supported', request.method)
  }
}

const create = (store: Store, request: UpstreamRequest, type: string): UpstreamAnswer => {
  const criteria = request.headers['if-none-exist']
  if (criteria !== undefined) {
    const found = findMatches(store, type, { parameters: pairs(criteria), bases })
    const [only] = found
    if (found.length > 1) return outcome(412, 'multiple-matches', 'several')
    if (only !== undefined) return shown(200, store.current(`${type}/${only.id}`) as Version)
  }
  return shown(201, store.put({ ...bodyOf(request), id: store.newId() } as Resource), true)
}

const pairs = (query: string): readonly Parameter[] => {
  const parameters = parseParameters(query, 1024 * 1024)
  return 'kind' in parameters ? [] : parameters
}

const controls = /^(_count|_sort|_total|_summary|_elements|_page|_(rev)?include.*)$/

type Searching = { readonly type: string; readonly query: string; readonly pageSize: number }

const search = (store: Store, { type, query, pageSize }: Searching): UpstreamAnswer => {
  const parameters = pairs(query)
  const value = (name: string): string | undefined => parameters.find((each) => each.name === name)?.value
  try {
    const criteria = parameters.filter(({ name }) => !controls.test(name))
    const matches = sorted(findMatches(store, type, { parameters: criteria, bases }), value('_sort'))
    const self = { relation: 'self', url: `${upstreamUrl}/${type}?${query}` }
    if (value('_summary') === 'count')
      return reply(200, { resourceType: 'Bundle', type: 'searchset', total: matches.length, link: [self] })
    const from = Number(value('_page') ?? 0)
    const size = Math.min(Number(value('_count') ?? pageSize), pageSize)
    const page = matches.slice(from, from + size)
    const includes = findIncludes(store, page, {
      parameters: parameters.filter(({ name }) => /^_(rev)?include/.test(name)),
      bases,
    })
    const rest = query
      .split('&')
      .filter((part) => !part.startsWith('_page='))
      .join('&')
    const next = { relation: 'next', url: `${upstreamUrl}/${type}?${rest}&_page=${from + size}` }
    return reply(200, {
      resourceType: 'Bundle',
      type: 'searchset',
      total: matches.length,
      link: from + size < matches.length ? [self, next] : [self],
      entry: [
        ...page.map((resource) => entry(resource, 'match')),
        ...includes.map((resource) => entry(resource, 'include')),
      ],
    })
  } catch (error) {
    if (error instanceof Unknown) return outcome(400, 'not-supported', `unknown parameter ${error.message}`)
    throw error
  }
}

const entry = (resource: Resource, mode: string): Json => ({
  fullUrl: `${upstreamUrl}/${resource.resourceType}/${resource.id}`,
  resource,
  search: { mode },
})

const history = (store: Store, key: string): UpstreamAnswer => {
  const versions = store.records.get(key)
  if (versions === undefined) return outcome(404, 'not-found', key)
  const entries = versions.toReversed().map(({ version, at, resource }) => ({
    fullUrl: `${upstreamUrl}/${key}`,
    ...(resource !== undefined && { resource }),
    request: { method: resource === undefined ? 'DELETE' : version === '1' ? 'POST' : 'PUT', url: key },
    response: { status: '200', etag: `W/"${version}"`, lastModified: at },
  }))
  return reply(200, { resourceType: 'Bundle', type: 'history', total: entries.length, entry: entries })
}

/** Batch and transaction: entry by entry; a transaction that fails leaves everything as it was. */
const bundle = (store: Store, body: Resource, pageSize: number): UpstreamAnswer => {
  const entries = (body.entry ?? []) as readonly { fullUrl?: string; resource?: Resource; request: Json }[]
  const before = new Map(store.records)
  const assigned = new Map<string, string>()
  for (const { fullUrl, resource, request } of entries)
    if (fullUrl?.startsWith('urn:') && request.method === 'POST')
      assigned.set(fullUrl, `${resource?.resourceType}/${store.newId()}`)
  const answers = entries.map((each) => {
    const resource = each.resource && (JSON.parse(replaceAll(JSON.stringify(each.resource), assigned)) as Resource)
    const target = assigned.get(each.fullUrl ?? '')
    return runEntry(store, { ...each, ...(resource !== undefined && { resource }) }, { target, pageSize })
  })
  if (body.type === 'transaction' && answers.some(({ status }) => status >= 400)) {
    store.records.clear()
    for (const [key, versions] of before) store.records.set(key, versions)
    return answers.find(({ status }) => status >= 400) as UpstreamAnswer
  }
  const responses = answers.map((answer) => ({
    ...(answer.body instanceof Uint8Array &&
      answer.body.length > 0 && { resource: JSON.parse(Buffer.from(answer.body).toString('utf8')) }),
    response: { status: String(answer.status), etag: answer.headers.etag, location: answer.headers.location },
  }))
  return reply(200, { resourceType: 'Bundle', type: `${body.type}-response`, entry: responses })
}

const replaceAll = (text: string, assigned: ReadonlyMap<string, string>): string =>
  [...assigned].reduce((changed, [from, to]) => changed.replaceAll(from, to), text)

const runEntry = (
  store: Store,
  { resource, request }: { readonly resource?: Resource; readonly request: Json },
  { target, pageSize }: { readonly target: string | undefined; readonly pageSize: number },
): UpstreamAnswer => {
  const headers: Record<string, string> = {}
  if (typeof request.ifMatch === 'string') headers['if-match'] = request.ifMatch
  if (typeof request.ifNoneExist === 'string') headers['if-none-exist'] = request.ifNoneExist
  if (target !== undefined && resource !== undefined && request.ifNoneExist === undefined)
    return shown(201, store.put({ ...resource, id: target.split('/')[1] } as Resource), true)
  const call: UpstreamRequest = {
    location: '',
    method: String(request.method),
    target: String(request.url),
    headers,
    ...(resource !== undefined && { body: JSON.stringify(resource) }),
    take: 'bytes',
    maxBytes: 1,
  }
  return answerRequest(store, call, pageSize)
}

/** Says that it can search everything R4 defines, as an honest server of that size would. */
const capabilityStatement = (): Json => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: '2026-01-01',
  kind: 'instance',
  fhirVersion: '4.0.1',
  format: ['json', 'xml'],
  rest: [
    {
      mode: 'server',
      interaction: ['transaction', 'batch', 'search-system'].map((code) => ({ code })),
      resource: Object.keys(searchPaths)
        .filter((type) => type !== '*')
        .map((type) => ({
          type,
          interaction: ['read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'create', 'search-type'].map(
            (code) => ({ code }),
          ),
          searchParam: [...Object.keys(searchPaths['*'] ?? {}), ...Object.keys(searchPaths[type] ?? {})].map(
            (name) => ({ name, type: 'token' }),
          ),
          operation: [
            { name: 'everything', definition: 'x' },
            { name: 'graphql', definition: 'x' },
          ],
          searchInclude: ['*', `${type}:patient`],
        })),
    },
  ],
})
