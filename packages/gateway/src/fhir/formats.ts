import { type Denial, deny } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { valuesOf } from './parameters.ts'
import { isRead, type RawRequest } from './raw-request.ts'
import { mediaTypeOf } from './request-body.ts'

const jsonFormats = /^(json|application\/(fhir\+json|json|json\+fhir))$/
const jsonTypes = /^(application\/(fhir\+json|json|json\+fhir|\*)|\*\/\*|)$/
const lineTypes = /^application\/(fhir\+)?ndjson$/

/**
 * One format is filtered, so one format is given: a filter for JSON says nothing about XML. `native`: the content of a Binary
 * is wanted as it is. Spec: GW-30
 */
export const checkFormats = (raw: RawRequest, query: readonly Parameter[]): Denial | undefined => {
  const isExport = raw.path.kind === 'operation' && raw.path.name === '$export'
  const inQuery = checkFormatParameters(query, isExport)
  if (inQuery !== undefined || nativeType(raw) !== undefined || valuesOf(query, '_format').length > 0) return inQuery
  const wanted = (raw.header('accept') ?? '').split(',').map(mediaTypeOf)
  const isGiven = (type: string): boolean =>
    jsonTypes.test(type) || (raw.path.kind === 'export' && lineTypes.test(type))
  return wanted.some(isGiven) ? undefined : deny('not-acceptable')
}

/** `_format` must say JSON; `_outputFormat` has a meaning at bulk exports only. */
export const checkFormatParameters = (parameters: readonly Parameter[], isExport = false): Denial | undefined => {
  const isJson = valuesOf(parameters, '_format').every((format) => jsonFormats.test(mediaTypeOf(format)))
  const hasOutput = !isExport && valuesOf(parameters, '_outputFormat').length > 0
  return isJson && !hasOutput ? undefined : deny('not-acceptable')
}

/** Parameters that only say how the answer is written, taken out: the upstream is asked for JSON always. */
export const withoutFormats = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters.filter(({ name }) => name !== '_format' && name !== '_pretty')

/** What `Accept` says when the content of a Binary is wanted as it is and not as a resource. */
export const nativeType = (raw: RawRequest): string | undefined => {
  const { path, header, query } = raw
  const isBinary = (path.kind === 'instance' || path.kind === 'version') && path.type === 'Binary'
  const accept = header('accept')
  if (!isBinary || !isRead(raw) || accept === undefined || /(^|&)_format=/.test(query)) return undefined
  const wantsJson = accept
    .split(',')
    .some((type) => /^application\/(fhir\+json|json|json\+fhir)$/.test(mediaTypeOf(type)))
  return wantsJson || accept.trim() === '' ? undefined : accept
}
