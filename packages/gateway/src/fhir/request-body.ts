import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import { isResource, parseJson, type Resource } from './json.ts'
import type { PatchDocument } from './request.ts'

/** A request's body as it arrived. */
export type RawBody = { readonly bytes: Uint8Array; readonly contentType: string | undefined }

const jsonTypes: ReadonlySet<string> = new Set(['application/fhir+json', 'application/json', 'application/json+fhir'])

/** The media type without parameters, in lower case. */
export const mediaTypeOf = (contentType: string | undefined): string =>
  (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

/** Whether a body says it is FHIR as JSON, in UTF-8. */
export const isFhirJson = ({ contentType }: RawBody): boolean => {
  const charset = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(contentType ?? '')?.[1]
  return jsonTypes.has(mediaTypeOf(contentType)) && (charset === undefined || /^utf-?8$/i.test(charset))
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The body as text; `undefined` when it is not UTF-8. */
export const textOf = ({ bytes }: RawBody): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

const jsonOf = (body: RawBody): unknown => {
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
  if (mediaTypeOf(body.contentType) === 'application/json-patch+json') {
    const operations = jsonOf(body)
    return Array.isArray(operations) ? { format: 'json-patch', operations } : deny('malformed-body')
  }
  const resource = readResource(body)
  if (isDenial(resource)) return resource
  return resource.resourceType === 'Parameters' ? { format: 'fhirpath', resource } : deny('unsupported-media-type')
}
