/**
 * FHIR over a fetch that already knows its token: JSON, pages, references.
 */

import { addressOf, type FhirInit } from './address.ts'
import { SmartError } from './errors.ts'
import { isObject, textOf } from './suspension.ts'

/** A session's or back end's `fetch`. */
export type FhirFetch = (path: string, init?: FhirInit) => Promise<Response>

/** A FHIR resource as far as the SDK looks at one. */
export type Resource = { readonly resourceType: string; readonly id?: string; readonly [element: string]: unknown }

/** A searchset or history bundle, as far as the SDK looks at one. */
export type Bundle = Resource & {
  readonly resourceType: 'Bundle'
  readonly total?: number
  readonly link?: readonly { readonly relation: string; readonly url: string }[]
  readonly entry?: readonly { readonly fullUrl?: string; readonly resource?: Resource }[]
}

/**
 * One FHIR interaction in JSON. `T` is what the caller knows the server to answer; the SDK only checks that it is a
 * resource. Throws `fhir-error` with status and OperationOutcome for 4xx and 5xx, or when the answer is no FHIR JSON.
 */
export async function requestJson<T = Resource>(fetch: FhirFetch, path: string, init: FhirInit = {}): Promise<T> {
  const headers = new Headers(init.headers)
  if (!headers.has('accept')) headers.set('accept', 'application/fhir+json')
  if (init.body && !headers.has('content-type')) headers.set('content-type', 'application/fhir+json')
  const response = await fetch(path, { ...init, headers })
  const body: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined)
  if (response.ok && (isResource(body) || response.status === 204 || response.status === 201)) return body as T
  const fields = isObject(body) && body.resourceType === 'OperationOutcome' ? { outcome: body } : {}
  throw new SmartError('fhir-error', `The FHIR server answered ${response.status} to ${init.method ?? 'GET'}`, {
    status: response.status,
    ...fields,
  })
}

const isResource = (body: unknown): body is Resource => isObject(body) && typeof body.resourceType === 'string'

/**
 * Pages of a search, fetched as they are asked for. A `next` link to another server ends it with `foreign-url`: the token
 * does not follow.
 *
 * Spec: SDK-17
 */
export async function* pages(fetch: FhirFetch, path: string): AsyncGenerator<Bundle, void> {
  let next: string | undefined = path
  while (next !== undefined) {
    const page: Bundle = await requestJson<Bundle>(fetch, next)
    yield page
    next = page.link?.find(({ relation }) => relation === 'next')?.url
  }
}

/**
 * The resource a reference points to, from: the resource's own `contained` (`#id`), or this FHIR server. References to other
 * servers, and logical ones without an address, give nothing: they are not followed with this token.
 *
 * Spec: SDK-17, AL-81, ID-09
 */
export async function resolveReference(
  fetch: FhirFetch,
  at: { readonly fhirBase: string; readonly within?: Resource },
  reference: unknown,
): Promise<Resource | undefined> {
  const text = isObject(reference) ? textOf(reference.reference) : textOf(reference)
  if (text === undefined) return undefined
  if (text.startsWith('#')) return findContained(at.within, text.slice(1))
  try {
    return await requestJson(fetch, addressOf(at.fhirBase, text).href)
  } catch (error) {
    if (error instanceof SmartError && error.reason === 'foreign-url') return undefined
    throw error
  }
}

function findContained(resource: Resource | undefined, id: string): Resource | undefined {
  const contained = resource?.contained
  return Array.isArray(contained) ? contained.filter(isResource).find((one) => one.id === id) : undefined
}
