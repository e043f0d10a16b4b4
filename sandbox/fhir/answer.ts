import { badRequest, getStatus } from '@medplum/core'
import type { Bundle, OperationOutcome, Resource } from '@medplum/fhirtypes'
import type { Page, Pair } from './search-query.ts'

/** What the server sends: status, headers, body (none for 304 and 204). */
export type FhirAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

const JSON_TYPE = 'application/fhir+json; charset=utf-8'

/** The weak entity tag of a version. */
export function etagOf(resource: Resource): string | undefined {
  const version = resource.meta?.versionId
  return version === undefined ? undefined : `W/"${version}"`
}

function versionHeaders(resource: Resource): Readonly<Record<string, string>> {
  const etag = etagOf(resource)
  const updated = resource.meta?.lastUpdated
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(updated === undefined ? {} : { 'last-modified': new Date(updated).toUTCString() }),
  }
}

/** A resource with its version in the headers. */
export function resourceAnswer(status: number, resource: Resource): FhirAnswer {
  return {
    status,
    headers: { 'content-type': JSON_TYPE, ...versionHeaders(resource) },
    body: JSON.stringify(resource),
  }
}

/** The answer to a write: where the new version is, and the version itself unless the caller wants it short. */
export function writtenAnswer(
  status: number,
  resource: Resource,
  asked: { fhirBase: string; minimal: boolean },
): FhirAnswer {
  const location = `${asked.fhirBase}/${resource.resourceType}/${resource.id}/_history/${resource.meta?.versionId}`
  const full = resourceAnswer(status, resource)
  const headers = { ...full.headers, location }
  return asked.minimal ? { status, headers } : { ...full, headers }
}

/** An outcome as the engine states it. */
export function outcomeAnswer(outcome: OperationOutcome, status = getStatus(outcome)): FhirAnswer {
  return { status, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(outcome) }
}

/** A refusal in one sentence. */
export function refusal(status: number, why: string): FhirAnswer {
  return outcomeAnswer({ ...badRequest(why), id: `refused-${status}` }, status)
}

/** Where a search stands: its address without paging, what was applied, which part this is. */
export type SearchPlace = {
  readonly fhirBase: string
  readonly type: string
  readonly applied: readonly Pair[]
  readonly page: Page
}

function searchUrl({ fhirBase, type, applied }: SearchPlace, { count, offset }: Page): string {
  const query = new URLSearchParams(applied.map(([name, value]) => [name, value]))
  query.append('_count', String(count))
  if (offset > 0) query.append('_offset', String(offset))
  return `${fhirBase}/${type}?${query}`
}

/** Adds to the engine's bundle what FHIR asks for: an address per entry, and links to this page and its neighbours. */
export function searchBundle(bundle: Bundle, place: SearchPlace): Bundle {
  const { fhirBase, page } = place
  const { count, offset } = page
  const more = count > 0 && (bundle.total ?? 0) > offset + count
  return {
    ...bundle,
    link: [
      { relation: 'self', url: searchUrl(place, page) },
      ...(more ? [{ relation: 'next', url: searchUrl(place, { count, offset: offset + count }) }] : []),
      ...(offset > 0
        ? [{ relation: 'previous', url: searchUrl(place, { count, offset: Math.max(0, offset - count) }) }]
        : []),
    ],
    ...(bundle.entry === undefined || count === 0
      ? {}
      : {
          entry: bundle.entry.map((entry) => ({
            fullUrl: `${fhirBase}/${entry.resource?.resourceType}/${entry.resource?.id}`,
            ...entry,
            search: entry.search ?? { mode: 'include' },
          })),
        }),
  }
}

/** The history of one resource, newest first, with the requests that made the versions. */
export function historyBundle(bundle: Bundle, fhirBase: string): Bundle {
  const entries = bundle.entry ?? []
  return {
    ...bundle,
    total: entries.length,
    entry: entries.map(({ resource }, index) => {
      const place = `${resource?.resourceType}/${resource?.id}`
      const etag = resource === undefined ? undefined : etagOf(resource)
      return {
        fullUrl: `${fhirBase}/${place}`,
        ...(resource === undefined ? {} : { resource }),
        request: { method: 'PUT', url: place },
        response: {
          status: index === entries.length - 1 ? '201' : '200',
          ...(etag === undefined ? {} : { etag }),
          ...(resource?.meta?.lastUpdated === undefined ? {} : { lastModified: resource.meta.lastUpdated }),
        },
      }
    }),
  }
}
