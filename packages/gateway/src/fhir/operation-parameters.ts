import { type Denial, deny } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { isResource, objectsOf, type Resource, textAt } from './json.ts'
import type { FhirRequest } from './request.ts'

/** An operation as parsed. */
export type OperationRequest = Extract<FhirRequest, { interaction: 'operation' }>

/**
 * The input of an operation as plain names and values, whether it came in the URL or as Parameters in the body. Only names on
 * the list, only primitive values: a nested resource or part is input nobody looked at.
 */
export const readOperationParameters = (
  { parameters, body }: OperationRequest,
  names: ReadonlySet<string>,
): readonly Parameter[] | Denial => {
  const fromBody = body === undefined ? [] : primitivesOf(body)
  if (fromBody === undefined) return deny('malformed-body')
  const all = [...parameters, ...fromBody]
  const unknown = all.find(({ name }) => !names.has(name))
  return unknown === undefined ? all : deny('unknown-parameter', { about: unknown.name })
}

const primitivesOf = (body: Resource): readonly Parameter[] | undefined => {
  if (body.resourceType !== 'Parameters') return undefined
  const found: Parameter[] = []
  for (const parameter of objectsOf(body.parameter)) {
    const name = textAt(parameter, 'name')
    const values = Object.entries(parameter).filter(([member]) => member !== 'name')
    const [member, value] = values[0] ?? []
    const isPrimitive = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    if (name === undefined || values.length !== 1 || !member?.startsWith('value') || !isPrimitive) return undefined
    found.push({ name, value: String(value) })
  }
  return found
}

/** The resource a `$validate` is about: the body itself, or the `resource` of Parameters with a mode and profile. */
export const readValidated = (
  body: Resource | undefined,
): { readonly resource: Resource; readonly extra: readonly Parameter[] } | Denial => {
  if (body === undefined) return deny('malformed-body')
  if (body.resourceType !== 'Parameters') return { resource: body, extra: [] }
  const parts = objectsOf(body.parameter)
  const resource = parts.find(({ name }) => name === 'resource')?.resource
  const extra = parts
    .filter(({ name }) => name === 'mode' || name === 'profile')
    .map((part) => ({ name: String(part.name), value: textAt(part, 'valueCode') ?? textAt(part, 'valueUri') ?? '' }))
  const isKnown = parts.every(({ name }) => name === 'resource' || name === 'mode' || name === 'profile')
  return isResource(resource) && isKnown ? { resource, extra } : deny('malformed-body')
}
