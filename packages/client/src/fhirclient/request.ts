/**
 * `client.request` of fhirclient: one page or several, flat or not, with references resolved in place.
 */
import type { FhirInit } from '../address.ts'
import { SmartError } from '../errors.ts'
import { type Bundle, type FhirFetch, type Resource, resolveReference } from '../fhir.ts'
import { isObject } from '../suspension.ts'

/** The second argument of `client.request`. */
export type RequestOptions = {
  /** Pages to fetch; 0 means all. Default 1. */
  readonly pageLimit?: number
  /** Resources instead of bundles. */
  readonly flat?: boolean
  /** Paths of references to fetch, such as `medicationReference` or `performer.0`. */
  readonly resolveReferences?: string | readonly string[]
  /** False: references come beside the data instead of in their place. */
  readonly graph?: boolean
  readonly onPage?: (page: unknown) => unknown
}

/** A request as fhirclient takes it: a path, or a path with what `fetch` takes. */
export type RequestTarget = string | URL | (FhirInit & { readonly url: string | URL })

/** What a request runs on. */
export type Requester = { readonly fhirBase: string; readonly fetch: FhirFetch }

/**
 * Runs a request. JSON is parsed, everything else comes as text. Throws `fhir-error` with `status` for 4xx and 5xx (fhirclient
 * threw `HttpError` with `statusCode`), `foreign-url` for another server's address.
 */
export async function request(on: Requester, target: RequestTarget, options: RequestOptions = {}): Promise<unknown> {
  const { url, ...init } = typeof target === 'string' || target instanceof URL ? { url: target } : target
  const first = await readAnswer(on, String(url), init)
  if (!isObject(first) || first.resourceType !== 'Bundle') return settle(on, first, options)
  const found = await readPages(on, first as Bundle, options)
  if (options.flat !== true && options.pageLimit === undefined) return settle(on, found[0], options)
  const data = options.flat === true ? found.flatMap(resourcesOf) : found
  return settle(on, data, options)
}

async function readAnswer(on: Requester, url: string, init: FhirInit): Promise<unknown> {
  const headers = new Headers(init.headers)
  if (!headers.has('accept')) headers.set('accept', 'application/fhir+json')
  const response = await on.fetch(url, { ...init, headers })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : text
  if (response.ok) return body
  throw new SmartError('fhir-error', `The FHIR server answered ${response.status}`, {
    status: response.status,
    outcome: body,
  })
}

async function readPages(on: Requester, first: Bundle, options: RequestOptions): Promise<readonly Bundle[]> {
  const limit = options.pageLimit === 0 ? Number.POSITIVE_INFINITY : (options.pageLimit ?? 1)
  const found = [first]
  await options.onPage?.(first)
  for (let page = first; found.length < limit; ) {
    const next = page.link?.find(({ relation }) => relation === 'next')?.url
    if (next === undefined) break
    page = (await readAnswer(on, next, {})) as Bundle
    found.push(page)
    await options.onPage?.(page)
  }
  return found
}

const resourcesOf = ({ entry = [] }: Bundle): readonly Resource[] => entry.flatMap(({ resource }) => resource ?? [])

/** Puts referenced resources in place of references, or beside the data. */
async function settle(on: Requester, data: unknown, options: RequestOptions): Promise<unknown> {
  const paths = [options.resolveReferences ?? []].flat()
  if (paths.length === 0) return data
  const references: Record<string, unknown> = {}
  for (const resource of resourcesIn(data)) {
    for (const path of paths)
      await resolveAt(on, { resource, steps: path.split('.') }, { references, graph: options.graph })
  }
  return options.graph === false ? { data, references } : data
}

function resourcesIn(data: unknown): readonly Resource[] {
  if (Array.isArray(data)) return data.flatMap(resourcesIn)
  if (!isObject(data)) return []
  return data.resourceType === 'Bundle' ? resourcesOf(data as Bundle) : [data as Resource]
}

type Spot = { readonly resource: Resource; readonly steps: readonly string[] }
type Sink = { readonly references: Record<string, unknown>; readonly graph: boolean | undefined }

/** Puts the resource at the end of each path in place of its reference, or collects it. */
async function resolveAt(on: Requester, { resource, steps }: Spot, sink: Sink): Promise<void> {
  for (const { holder, key } of slotsOf(resource, steps)) {
    const value = holder[key]
    if (!isObject(value) || typeof value.reference !== 'string') continue
    const name = value.reference
    const at = { fhirBase: on.fhirBase, within: resource }
    const found = sink.references[name] ?? (await resolveReference(on.fetch, at, value))
    if (found === undefined) continue
    sink.references[name] = found
    if (sink.graph !== false) holder[key] = found
  }
}

/** A place in the data that can be replaced; lists are holders with numbers as keys. */
type Slot = { readonly holder: Record<string, unknown>; readonly key: string }

/** Follows a path through objects and lists; a list without a number in the path means all of it. */
function slotsOf(value: unknown, [step, ...rest]: readonly string[]): readonly Slot[] {
  if (typeof value !== 'object' || value === null || step === undefined) return []
  const holder = value as Record<string, unknown>
  if (Array.isArray(value) && !/^\d+$/.test(step)) return value.flatMap((one) => slotsOf(one, [step, ...rest]))
  const next = holder[step]
  if (rest.length > 0) return slotsOf(next, rest)
  if (Array.isArray(next)) return next.map((_, index) => ({ holder: next as never, key: String(index) }))
  return [{ holder, key: step }]
}
