import { isResourceType } from '@gatehouse/scopes'
import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { checkFormats, nativeType, withoutFormats } from './formats.ts'
import { maxQueryBytes, parseParameters } from './parameters.ts'
import { parsePrefer } from './parse-prefer.ts'
import { parseCompartment, parseForm, parsePage } from './parse-search.ts'
import { readShape } from './parse-shape.ts'
import { parseOnInstance, parseOnType } from './parse-write.ts'
import { isRead, type RawRequest } from './raw-request.ts'
import type { FhirRequest, Prefer } from './request.ts'
import { isEmpty, readResource } from './request-body.ts'
import type { FhirPath } from './request-path.ts'

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
  const unacceptable = checkFormats(raw, query)
  if (unacceptable !== undefined) return unacceptable
  if (!isEmpty(raw.body) && isRead(raw)) return deny('malformed-body')
  if (raw.header('x-provenance') !== undefined) return deny('malformed-body', { about: 'X-Provenance' })
  const request = parseByPath(raw, withoutFormats(query))
  if (isDenial(request)) return request
  return {
    request,
    prefer: parsePrefer(raw.header('prefer')),
    head: raw.method === 'HEAD',
    ifNoneMatch: raw.header('if-none-match'),
    ifModifiedSince: raw.header('if-modified-since'),
    native: nativeType(raw),
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

const parseBundle = (raw: RawRequest): FhirRequest | Denial => {
  const bundle = readResource(raw.body)
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
  if (isEmpty(raw.body)) return { ...on, method: 'POST' }
  const body = readResource(raw.body)
  return isDenial(body) ? body : { ...on, method: 'POST', body }
}
