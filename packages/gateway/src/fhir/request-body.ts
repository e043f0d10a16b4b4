import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import { isResource, parseJson, type Resource } from './json.ts'
import type { PatchDocument } from './request.ts'

/** A body: bytes as they arrived, or the resource of a Bundle's entry, which was parsed with the Bundle. */
export type RawBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly contentType: string | undefined }
  | { readonly kind: 'parsed'; readonly value: unknown }

const jsonTypes: ReadonlySet<string> = new Set(['application/fhir+json', 'application/json', 'application/json+fhir'])

/** The media type without parameters, in lower case. */
export const mediaTypeOf = (contentType: string | undefined): string =>
  (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

/** Whether a body says it is FHIR as JSON, in UTF-8. */
export const isFhirJson = (body: RawBody): boolean => {
  if (body.kind === 'parsed') return true
  const { contentType } = body
  const charset = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(contentType ?? '')?.[1]
  return jsonTypes.has(mediaTypeOf(contentType)) && (charset === undefined || /^utf-?8$/i.test(charset))
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The body as text; `undefined` when it is not UTF-8. */
export const textOf = (body: RawBody): string | undefined => {
  try {
    return body.kind === 'parsed' ? undefined : utf8.decode(body.bytes)
  } catch {
    return undefined
  }
}

const jsonOf = (body: RawBody): unknown => {
  if (body.kind === 'parsed') return body.value
  const text = textOf(body)
  return text === undefined ? undefined : parseJson(text)
}

/** The body as a resource. */
export const readResource = (body: RawBody): Resource | Denial => {
  if (!isFhirJson(body)) return deny('unsupported-media-type')
  const value = jsonOf(body)
  return isResource(value) ? value : deny('malformed-body')
}

/** The body as a patch: JSON Patch, or the Parameters of a FHIRPath Patch. XML and merge patches are not taken. Spec: GW-15 */
export const readPatch = (body: RawBody): PatchDocument | Denial => {
  if (body.kind === 'bytes' && mediaTypeOf(body.contentType) === 'application/json-patch+json') {
    const operations = jsonOf(body)
    return Array.isArray(operations) ? { format: 'json-patch', operations } : deny('malformed-body')
  }
  const resource = readResource(body)
  if (isDenial(resource)) return resource
  return resource.resourceType === 'Parameters' ? { format: 'fhirpath', resource } : deny('unsupported-media-type')
}

/** Whether there is no body at all. */
export const isEmpty = (body: RawBody): boolean => body.kind === 'bytes' && body.bytes.byteLength === 0
