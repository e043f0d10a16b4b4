import { isResourceType } from '@gatehouse/scopes'
import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { maxFormBytes, maxQueryBytes, parseParameters, valuesOf } from './parameters.ts'
import type { FhirRequest, Prefer } from './request.ts'
import { isFhirJson, mediaTypeOf, type RawBody, readPatch, readResource, textOf } from './request-body.ts'
import type { FhirPath } from './request-path.ts'
import { readElements, type Shape } from './search-control.ts'

/** What of an HTTP request a FHIR request is read from. `header` gives the single value of a header. */
export type RawRequest = {
  readonly method: string
  readonly path: FhirPath
  readonly query: string
  readonly header: (name: string) => string | undefined
  readonly body: Uint8Array
}

/** A parsed request and how its answer is wanted. */
export type ParsedRequest = {
  readonly request: FhirRequest
  readonly prefer: Prefer
  readonly head: boolean
  readonly ifNoneMatch: string | undefined
  readonly ifModifiedSince: string | undefined
  /** The media type of a Binary's content, when it is wanted as it is and not as a resource. */
  readonly native: string | undefined
}

/** HTTP request → FHIR request. Total: whatever has no row in gateway.md §4 is refused here. */
export const parseFhirRequest = (raw: RawRequest): ParsedRequest | Denial => {
  const query = parseParameters(raw.query, maxQueryBytes)
  if (isDenial(query)) return query
  const native = nativeType(raw)
  const unacceptable = checkFormat(raw, query, native)
  if (unacceptable !== undefined) return unacceptable
  const hasBody = raw.body.byteLength > 0
  if (hasBody && (raw.method === 'GET' || raw.method === 'HEAD')) return deny('malformed-body')
  if (raw.header('x-provenance') !== undefined) return deny('malformed-body', { about: 'X-Provenance' })
  const parameters = query.filter(({ name }) => name !== '_format' && name !== '_pretty')
  const request = parseByPath(raw, parameters)
  if (isDenial(request)) return request
  return {
    request,
    prefer: parsePrefer(raw.header('prefer')),
    head: raw.method === 'HEAD',
    ifNoneMatch: raw.header('if-none-match'),
    ifModifiedSince: raw.header('if-modified-since'),
    native,
  }
}

const jsonFormats = /^(json|application\/(fhir\+json|json|json\+fhir))$/
const acceptable = /^(application\/(fhir\+json|json|json\+fhir|\*)|\*\/\*|application\/(fhir\+)?ndjson|)$/

/** One format is filtered, so one format is given: a filter for JSON says nothing about XML. Spec: GW-30 */
const checkFormat = (raw: RawRequest, query: readonly Parameter[], native: string | undefined): Denial | undefined => {
  if (valuesOf(query, '_format').some((format) => !jsonFormats.test(mediaTypeOf(format)))) return deny('not-acceptable')
  const isExport = raw.path.kind === 'operation' && raw.path.name === '$export'
  if (!isExport && valuesOf(query, '_outputFormat').length > 0) return deny('not-acceptable')
  if (native !== undefined || valuesOf(query, '_format').length > 0) return undefined
  const wanted = (raw.header('accept') ?? '').split(',').map(mediaTypeOf)
  const isBulk = raw.path.kind === 'export'
  const isJson = wanted.some((type) => acceptable.test(type) && (isBulk || !type.includes('ndjson')))
  return isJson ? undefined : deny('not-acceptable')
}

const nativeType = ({ path, method, header, query }: RawRequest): string | undefined => {
  const isBinary = (path.kind === 'instance' || path.kind === 'version') && path.type === 'Binary'
  const accept = header('accept')
  if (!isBinary || !/^(GET|HEAD)$/.test(method) || accept === undefined || /(^|&)_format=/.test(query)) return undefined
  return accept.split(',').some((type) => acceptable.test(mediaTypeOf(type)) && !type.startsWith('*/*'))
    ? undefined
    : accept
}

/** `Prefer` → what it asks; unknown preferences are ignored, as RFC 7240 says. */
export const parsePrefer = (text: string | undefined): Prefer => {
  const asked = (text ?? '').split(/[,;]/).map((item) => item.trim())
  const representations = ['minimal', 'representation', 'OperationOutcome'] as const
  return {
    return: representations.find((each) => asked.includes(`return=${each}`)),
    strict: asked.includes('handling=strict'),
    respondAsync: asked.includes('respond-async'),
  }
}

const parseByPath = (raw: RawRequest, parameters: readonly Parameter[]): FhirRequest | Denial => {
  const { path } = raw
  const method = raw.method === 'HEAD' ? 'GET' : raw.method
  const notAllowed = deny('method-not-allowed')
  switch (path.kind) {
    case 'root':
      if (method === 'POST') return parseBundle(raw)
      if (method !== 'GET') return notAllowed
      return parameters.length === 0
        ? deny('unknown-path')
        : (parsePage('', parameters) ?? { interaction: 'search-system' })
    case 'system-search':
      return method === 'POST' ? { interaction: 'search-system' } : notAllowed
    case 'system-history':
      return method === 'GET' ? { interaction: 'history-system', parameters } : notAllowed
    case 'metadata':
    case 'smart-configuration':
      return notAllowed
    case 'type':
      return parseOnType(raw, path.type, parameters)
    case 'type-search':
      return method === 'POST' ? parseForm(raw, path, parameters) : notAllowed
    case 'type-history':
      return method === 'GET' ? { interaction: 'history-type', type: path.type, parameters } : notAllowed
    case 'instance':
      return parseOnInstance(raw, path, parameters)
    case 'instance-history':
      return method === 'GET'
        ? { interaction: 'history-instance', type: path.type, id: path.id, parameters }
        : notAllowed
    case 'version': {
      const shape = readShape(parameters)
      if (isDenial(shape)) return shape
      return method === 'GET' ? { ...onInstance(path), interaction: 'vread', version: path.version, shape } : notAllowed
    }
    case 'compartment':
    case 'compartment-search':
      return parseCompartment(raw, path, parameters)
    case 'operation':
      return parseOperation(raw, path, parameters)
    case 'export':
      if (method === 'DELETE') return { interaction: 'export-cancel', sealed: path.sealed }
      return method === 'GET' ? { interaction: 'export-status', sealed: path.sealed } : notAllowed
  }
}

const onInstance = ({ type, id }: { readonly type: string; readonly id: string }) => ({ type, id })

const parseOnType = (raw: RawRequest, type: string, parameters: readonly Parameter[]): FhirRequest | Denial => {
  switch (raw.method) {
    case 'GET':
    case 'HEAD':
      return parsePage(type, parameters) ?? { interaction: 'search', type, parameters, byPost: false }
    case 'POST':
      return parameters.length > 0 ? unknown(parameters) : parseCreate(raw, type)
    case 'PUT': {
      const body = bodyOf(raw, type)
      return isDenial(body) ? body : { interaction: 'conditional-update', type, criteria: parameters, body }
    }
    case 'PATCH': {
      const patch = readPatch(rawBody(raw))
      return isDenial(patch) ? patch : { interaction: 'conditional-patch', type, criteria: parameters, patch }
    }
    case 'DELETE':
      return { interaction: 'conditional-delete', type, criteria: parameters }
    default:
      return deny('method-not-allowed')
  }
}

/** A sealed page link: `_page` and nothing else. */
const parsePage = (type: string, parameters: readonly Parameter[]): FhirRequest | Denial | undefined => {
  const [sealed] = valuesOf(parameters, '_page')
  if (sealed === undefined) return undefined
  return parameters.length > 1 ? deny('malformed-query') : { interaction: 'page', type, sealed }
}

const unknown = ([first]: readonly Parameter[]): Denial => deny('unknown-parameter', { about: first?.name ?? '' })

const rawBody = ({ body, header }: RawRequest): RawBody => ({ bytes: body, contentType: header('content-type') })

const bodyOf = (raw: RawRequest, type: string): ReturnType<typeof readResource> => {
  const body = readResource(rawBody(raw))
  if (isDenial(body)) return body
  return body.resourceType === type ? body : deny('malformed-body')
}

const parseCreate = (raw: RawRequest, type: string): FhirRequest | Denial => {
  if (type === 'Binary' && !isFhirJson(rawBody(raw))) return parseUpload(raw)
  const body = bodyOf(raw, type)
  if (isDenial(body)) return body
  const criteria = raw.header('if-none-exist')
  if (criteria === undefined) return { interaction: 'create', type, body }
  const ifNoneExist = parseParameters(criteria.replace(/^\?/, ''), maxQueryBytes)
  return isDenial(ifNoneExist) ? ifNoneExist : { interaction: 'create', type, body, ifNoneExist }
}

const parseUpload = (raw: RawRequest, id?: string): FhirRequest | Denial => {
  const mediaType = raw.header('content-type')
  if (mediaType === undefined || !/^[\w.+-]+\/[\w.+-]+(\s*;.*)?$/.test(mediaType)) return deny('unsupported-media-type')
  return {
    interaction: 'upload',
    type: 'Binary',
    content: raw.body,
    mediaType,
    ...ifMatchOf(raw),
    ...(id !== undefined && { id }),
  }
}

const ifMatchOf = ({ header }: RawRequest): { readonly ifMatch?: string } => {
  const ifMatch = header('if-match')
  return ifMatch === undefined ? {} : { ifMatch }
}

const parseOnInstance = (
  raw: RawRequest,
  path: { readonly type: string; readonly id: string },
  parameters: readonly Parameter[],
): FhirRequest | Denial => {
  if (raw.method !== 'GET' && raw.method !== 'HEAD' && parameters.length > 0)
    return raw.method === 'DELETE'
      ? deny('refused-parameter', { about: parameters[0]?.name ?? '' })
      : unknown(parameters)
  switch (raw.method) {
    case 'GET':
    case 'HEAD': {
      const shape = readShape(parameters)
      return isDenial(shape) ? shape : { ...onInstance(path), interaction: 'read', shape }
    }
    case 'PUT': {
      if (path.type === 'Binary' && !isFhirJson(rawBody(raw))) return parseUpload(raw, path.id)
      const body = bodyOf(raw, path.type)
      if (isDenial(body)) return body
      if (body.id !== path.id) return deny('malformed-body', { about: 'id' })
      return { ...onInstance(path), interaction: 'update', body, ...ifMatchOf(raw) }
    }
    case 'PATCH': {
      const patch = readPatch(rawBody(raw))
      return isDenial(patch) ? patch : { ...onInstance(path), interaction: 'patch', patch, ...ifMatchOf(raw) }
    }
    case 'DELETE':
      return { ...onInstance(path), interaction: 'delete', ...ifMatchOf(raw) }
    default:
      return deny('method-not-allowed')
  }
}

const readShape = (parameters: readonly Parameter[]): Shape | Denial => {
  const other = parameters.filter(({ name }) => name !== '_summary' && name !== '_elements')
  if (other.length > 0) return unknown(other)
  const summary = valuesOf(parameters, '_summary')[0]
  const elements = readElements(valuesOf(parameters, '_elements')[0])
  if (elements === 'malformed' || (summary !== undefined && !/^(true|false|text|data)$/.test(summary)))
    return deny('unsupported-value', { about: elements === 'malformed' ? '_elements' : '_summary' })
  return { elements, withoutText: summary === 'data' }
}

/** `_search` by form: body and URL are one list of parameters, and a name may not stand in both. Spec: GW-10 */
const formParameters = (raw: RawRequest, fromUrl: readonly Parameter[]): readonly Parameter[] | Denial => {
  const isForm = mediaTypeOf(raw.header('content-type')) === 'application/x-www-form-urlencoded'
  if (raw.body.byteLength > 0 && !isForm) return deny('unsupported-media-type')
  const text = textOf(rawBody(raw))
  const form = text === undefined ? deny('malformed-query') : parseParameters(text, maxFormBytes)
  if (isDenial(form)) return form
  const names = new Set(fromUrl.map(({ name }) => name))
  if (form.some(({ name }) => names.has(name))) return deny('malformed-query')
  if (valuesOf(form, '_format').some((format) => !jsonFormats.test(mediaTypeOf(format)))) return deny('not-acceptable')
  if (valuesOf(form, '_outputFormat').length > 0) return deny('not-acceptable')
  return [...fromUrl, ...form.filter(({ name }) => name !== '_format' && name !== '_pretty')]
}

const parseForm = (
  raw: RawRequest,
  { type }: { readonly type: string },
  fromUrl: readonly Parameter[],
): FhirRequest | Denial => {
  const parameters = formParameters(raw, fromUrl)
  return isDenial(parameters) ? parameters : { interaction: 'search', type, parameters, byPost: true }
}

const parseCompartment = (
  raw: RawRequest,
  path: Extract<FhirPath, { kind: 'compartment' | 'compartment-search' }>,
  fromUrl: readonly Parameter[],
): FhirRequest | Denial => {
  const byPost = path.kind === 'compartment-search'
  if (raw.method !== (byPost ? 'POST' : raw.method === 'HEAD' ? 'HEAD' : 'GET')) return deny('method-not-allowed')
  if (path.owner !== 'Patient' || path.type === '*') return { interaction: 'search-compartment' }
  const parameters = byPost ? formParameters(raw, fromUrl) : fromUrl
  if (isDenial(parameters)) return parameters
  return { interaction: 'search', type: path.type, parameters, byPost, compartment: path.id }
}

const parseBundle = (raw: RawRequest): FhirRequest | Denial => {
  const bundle = readResource(rawBody(raw))
  if (isDenial(bundle)) return bundle
  const isBundle = bundle.resourceType === 'Bundle' && Array.isArray(bundle.entry)
  if (!isBundle || (bundle.type !== 'batch' && bundle.type !== 'transaction')) return deny('malformed-body')
  return { interaction: bundle.type, bundle }
}

const parseOperation = (
  raw: RawRequest,
  { name, type, id }: Extract<FhirPath, { kind: 'operation' }>,
  parameters: readonly Parameter[],
): FhirRequest | Denial => {
  const on = {
    interaction: 'operation',
    name,
    parameters,
    ...(type !== undefined && { type }),
    ...(id !== undefined && { id }),
  } as const
  if (type !== undefined && !isResourceType(type)) return deny('unknown-path')
  if (raw.method === 'GET' || raw.method === 'HEAD') return { ...on, method: 'GET' }
  if (raw.method !== 'POST') return deny('method-not-allowed')
  if (raw.body.byteLength === 0) return { ...on, method: 'POST' }
  const body = readResource(rawBody(raw))
  return isDenial(body) ? body : { ...on, method: 'POST', body }
}
