import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { checkFormatParameters, withoutFormats } from './formats.ts'
import { maxFormBytes, parseParameters, valuesOf } from './parameters.ts'
import { isRead, type RawRequest } from './raw-request.ts'
import type { FhirRequest } from './request.ts'
import { isEmpty, mediaTypeOf, textOf } from './request-body.ts'
import type { FhirPath } from './request-path.ts'

/** A sealed page link: `_page` and nothing else. */
export const parsePage = (type: string, parameters: readonly Parameter[]): FhirRequest | Denial | undefined => {
  const [sealed] = valuesOf(parameters, '_page')
  if (sealed === undefined) return undefined
  return parameters.length > 1 ? deny('malformed-query') : { interaction: 'page', type, sealed }
}

/** `_search` by form: body and URL are one list of parameters, and a name may not stand in both. Spec: GW-10 */
const formParameters = (raw: RawRequest, fromUrl: readonly Parameter[]): readonly Parameter[] | Denial => {
  const isForm = mediaTypeOf(raw.header('content-type')) === 'application/x-www-form-urlencoded'
  if (!isEmpty(raw.body) && !isForm) return deny('unsupported-media-type')
  const text = textOf(raw.body)
  const form = text === undefined ? deny('malformed-query') : parseParameters(text, maxFormBytes)
  if (isDenial(form)) return form
  const names = new Set(fromUrl.map(({ name }) => name))
  if (form.some(({ name }) => names.has(name))) return deny('malformed-query')
  return checkFormatParameters(form) ?? [...fromUrl, ...withoutFormats(form)]
}

/** `POST T/_search`. */
export const parseForm = (
  raw: RawRequest,
  { type }: { readonly type: string },
  fromUrl: readonly Parameter[],
): FhirRequest | Denial => {
  const parameters = formParameters(raw, fromUrl)
  return isDenial(parameters) ? parameters : { interaction: 'search', type, parameters, byPost: true }
}

/** `Patient/x/T`, the only compartment that is searched. */
export const parseCompartment = (
  raw: RawRequest,
  path: Extract<FhirPath, { kind: 'compartment' | 'compartment-search' }>,
  fromUrl: readonly Parameter[],
): FhirRequest | Denial => {
  const byPost = path.kind === 'compartment-search'
  if (byPost ? raw.method !== 'POST' : !isRead(raw)) return deny('method-not-allowed')
  if (path.owner !== 'Patient' || path.type === '*') return { interaction: 'search-compartment' }
  const parameters = byPost ? formParameters(raw, fromUrl) : fromUrl
  if (isDenial(parameters)) return parameters
  return { interaction: 'search', type: path.type, parameters, byPost, compartment: path.id }
}
