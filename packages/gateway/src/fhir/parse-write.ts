import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { maxQueryBytes, parseParameters } from './parameters.ts'
import { parsePage } from './parse-search.ts'
import { readShape, unknown } from './parse-shape.ts'
import type { RawRequest } from './raw-request.ts'
import type { FhirRequest } from './request.ts'
import { isFhirJson, readPatch, readResource } from './request-body.ts'

const bodyOf = (raw: RawRequest, type: string): ReturnType<typeof readResource> => {
  const body = readResource(raw.body)
  if (isDenial(body)) return body
  return body.resourceType === type ? body : deny('malformed-body')
}

const parseCreate = (raw: RawRequest, type: string): FhirRequest | Denial => {
  if (type === 'Binary' && !isFhirJson(raw.body)) return parseUpload(raw)
  const body = bodyOf(raw, type)
  if (isDenial(body)) return body
  const criteria = raw.header('if-none-exist')
  if (criteria === undefined) return { interaction: 'create', type, body }
  const ifNoneExist = parseParameters(criteria.replace(/^\?/, ''), maxQueryBytes)
  return isDenial(ifNoneExist) ? ifNoneExist : { interaction: 'create', type, body, ifNoneExist }
}

const parseUpload = (raw: RawRequest, id?: string): FhirRequest | Denial => {
  const mediaType = raw.header('content-type')
  if (raw.body.kind === 'parsed' || mediaType === undefined || !/^[\w.+-]+\/[\w.+-]+(\s*;.*)?$/.test(mediaType))
    return deny('unsupported-media-type')
  return {
    interaction: 'upload',
    type: 'Binary',
    content: raw.body.bytes,
    mediaType,
    ...ifMatchOf(raw),
    ...(id !== undefined && { id }),
  }
}

const ifMatchOf = ({ header }: RawRequest): { readonly ifMatch?: string } => {
  const ifMatch = header('if-match')
  return ifMatch === undefined ? {} : { ifMatch }
}

/** A request on a type: create, or a write whose target is named by criteria. */
export const parseOnType = (raw: RawRequest, type: string, parameters: readonly Parameter[]): FhirRequest | Denial => {
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
      const patch = readPatch(raw.body)
      return isDenial(patch) ? patch : { interaction: 'conditional-patch', type, criteria: parameters, patch }
    }
    case 'DELETE':
      return { interaction: 'conditional-delete', type, criteria: parameters }
    default:
      return deny('method-not-allowed')
  }
}

/** A request on one instance. */
export const parseOnInstance = (
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
      return isDenial(shape) ? shape : { type: path.type, id: path.id, interaction: 'read', shape }
    }
    case 'PUT': {
      if (path.type === 'Binary' && !isFhirJson(raw.body)) return parseUpload(raw, path.id)
      const body = bodyOf(raw, path.type)
      if (isDenial(body)) return body
      if (body.id !== path.id) return deny('malformed-body', { about: 'id' })
      return { type: path.type, id: path.id, interaction: 'update', body, ...ifMatchOf(raw) }
    }
    case 'PATCH': {
      const patch = readPatch(raw.body)
      return isDenial(patch) ? patch : { type: path.type, id: path.id, interaction: 'patch', patch, ...ifMatchOf(raw) }
    }
    case 'DELETE':
      return { type: path.type, id: path.id, interaction: 'delete', ...ifMatchOf(raw) }
    default:
      return deny('method-not-allowed')
  }
}
