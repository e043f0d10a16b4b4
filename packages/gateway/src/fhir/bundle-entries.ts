import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import { isObject, type Json, objectsOf, type Resource, textAt } from './json.ts'
import { type ParsedRequest, parseFhirRequest } from './parse-request.ts'
import type { LocationUrls } from './reference.ts'
import type { RawBody } from './request-body.ts'
import { parsePathBelow } from './request-path.ts'

/** An entry of a batch or transaction as the request it stands for; `fullUrl` is what other entries call it. */
export type BundleEntry = { readonly fullUrl: string | undefined; readonly parsed: ParsedRequest | Denial }

/** The most entries that are looked at. */
const mostEntries = { batch: 100, transaction: 500 } as const

/**
 * The entries of a Bundle, each read by the same parser as a request of its own: there is no second, laxer grammar inside.
 * Spec: SC-11, GW-13, THR-30
 */
export const readEntries = (
  bundle: Resource,
  prefer: string | undefined,
  urls: LocationUrls,
): readonly BundleEntry[] | Denial => {
  const most = bundle.type === 'batch' ? mostEntries.batch : mostEntries.transaction
  const entries = Array.isArray(bundle.entry) ? bundle.entry : []
  if (entries.length > most) return deny('too-large')
  return entries.map((entry) => readEntry(entry, prefer, urls))
}

const readEntry = (entry: unknown, prefer: string | undefined, urls: LocationUrls): BundleEntry => {
  const [found] = objectsOf([entry])
  const request = isObject(found?.request) ? found.request : undefined
  if (found === undefined || request === undefined) return { fullUrl: undefined, parsed: deny('malformed-body') }
  return { fullUrl: textAt(found, 'fullUrl'), parsed: parseEntry(found, request, { prefer, urls }) }
}

type Around = { readonly prefer: string | undefined; readonly urls: LocationUrls }

const parseEntry = (entry: Json, request: Json, { prefer, urls }: Around): ParsedRequest | Denial => {
  const method = textAt(request, 'method') ?? ''
  const url = textAt(request, 'url') ?? ''
  const relative = url.startsWith(`${urls.publicBase}/`) ? url.slice(urls.publicBase.length + 1) : url
  if (relative === '' || /^[a-z][a-z0-9+.-]*:/i.test(relative)) return deny('malformed-path')
  const [path = '', ...query] = relative.split('?')
  const below = parsePathBelow(`/${path.replace(/^\//, '')}`)
  if (isDenial(below)) return below
  if (below.kind === 'root' || below.kind === 'export') return deny('interaction-not-allowed')
  const body = bodyOf(entry.resource, method)
  if (body === undefined) return deny('malformed-body')
  const headers: Readonly<Record<string, string | undefined>> = {
    prefer,
    'content-type': body.kind === 'bytes' ? body.contentType : 'application/fhir+json',
    'if-match': textAt(request, 'ifMatch'),
    'if-none-match': textAt(request, 'ifNoneMatch'),
    'if-none-exist': textAt(request, 'ifNoneExist'),
    'if-modified-since': textAt(request, 'ifModifiedSince'),
  }
  return parseFhirRequest({ method, path: below, query: query.join('?'), header: (name) => headers[name], body })
}

const none: RawBody = { kind: 'bytes', bytes: new Uint8Array(), contentType: undefined }

/** A patch in a Bundle travels as a Binary with its own media type. */
const bodyOf = (resource: unknown, method: string): RawBody | undefined => {
  if (resource === undefined) return none
  if (method !== 'PATCH' || !isObject(resource) || resource.resourceType !== 'Binary')
    return { kind: 'parsed', value: resource }
  const data = textAt(resource, 'data')
  return data === undefined
    ? undefined
    : { kind: 'bytes', bytes: Buffer.from(data, 'base64'), contentType: textAt(resource, 'contentType') }
}
