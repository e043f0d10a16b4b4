import type { Entry } from './entries.ts'
import type { PagePlan } from './filter-plan.ts'
import { isObject, type Json, type Resource, textAt } from './json.ts'
import { formatParameters } from './parameters.ts'
import type { LocationUrls } from './reference.ts'
import { moveUrls } from './rewrite.ts'
import { defaultPageSize, type SearchPlan } from './search.ts'
import { type Shape, wholeShape } from './search-control.ts'
import { shapeResource } from './shape.ts'

/** How many matches a page holds when entries may be dropped; `undefined`: what the upstream gives on one of its pages. */
export const pageSizeOf = (plan: PagePlan): number | undefined => {
  switch (plan.kind) {
    case 'search': {
      const { judged, exact, control } = plan.search
      return judged && !exact ? (control.count ?? defaultPageSize) : undefined
    }
    case 'history':
      return plan.history.judged ? plan.history.count : undefined
    case 'collection':
      return plan.collection.judged ? plan.collection.count : undefined
  }
}

/** What a finished page is made of. Links are ready URLs on the public base. */
export type PageParts = {
  readonly matches: readonly Entry[]
  readonly includes: readonly Entry[]
  readonly outcomes: readonly Resource[]
  readonly total: number | undefined
  readonly links: Readonly<Record<string, string>>
}

/** The Bundle the client gets: built from what was judged, with nothing of the upstream's Bundle but the entries. */
export const formatPage = (plan: PagePlan, parts: PageParts, bases: LocationUrls): Json => {
  const shape = plan.kind === 'search' ? plan.search.control.shape : wholeShape
  const format = plan.kind === 'history' ? formatVersion : formatFound
  const entries = [...parts.matches, ...parts.includes].map((entry) => format(entry, shape, bases))
  const outcomes = parts.outcomes.map((resource) => ({ resource, search: { mode: 'outcome' } }))
  return {
    resourceType: 'Bundle',
    type: plan.kind === 'history' ? 'history' : 'searchset',
    ...(parts.total !== undefined && { total: parts.total }),
    link: Object.entries(parts.links).map(([relation, url]) => ({ relation, url })),
    ...(entries.length + outcomes.length > 0 && { entry: [...entries, ...outcomes] }),
  }
}

const formatFound = ({ resource, mode }: Entry, shape: Shape, bases: LocationUrls): Json => ({
  fullUrl: `${bases.publicBase}/${resource?.resourceType}/${resource?.id}`,
  resource:
    resource === undefined ? undefined : moveUrls(shapeResource(resource, shape), bases.upstreamBase, bases.publicBase),
  search: { mode },
})

const formatVersion = ({ resource, source }: Entry, _shape: Shape, bases: LocationUrls): Json => {
  const { request, response } = moveUrls(
    { request: source.request, response: source.response },
    bases.upstreamBase,
    bases.publicBase,
  ) as Json
  const fullUrl =
    resource === undefined ? textAt(source, 'fullUrl') : `${bases.publicBase}/${resource.resourceType}/${resource.id}`
  return {
    ...(fullUrl !== undefined && { fullUrl: moveUrls({ fullUrl }, bases.upstreamBase, bases.publicBase) }),
    ...(resource !== undefined && { resource: moveUrls(resource, bases.upstreamBase, bases.publicBase) }),
    ...(isObject(request) && { request: pick(request, ['method', 'url']) }),
    ...(isObject(response) && { response: pick(response, ['status', 'etag', 'lastModified']) }),
  }
}

const pick = (from: Json, names: readonly string[]): Json =>
  Object.fromEntries(names.flatMap((name) => (typeof from[name] === 'string' ? [[name, from[name]]] : [])))

/** The `self` link of a search: what was sent, on the public base, with the page size the client sees. */
export const selfLink = (search: SearchPlan, { publicBase }: LocationUrls): string => {
  const size = String(pageSizeOf({ kind: 'search', search }) ?? '')
  const shown = search.sent.map(({ name, value }) => ({ name, value: name === '_count' && size !== '' ? size : value }))
  return `${publicBase}/${search.type}${shown.length > 0 ? `?${formatParameters(shown)}` : ''}`
}

/**
 * The included entries that belong to these matches, by literal references in either direction and on from there. A page that
 * ends in the middle of an upstream page must not bring the companions of records it does not show.
 */
export const companionsOf = (
  matches: readonly Entry[],
  includes: readonly Entry[],
  bases: LocationUrls,
): readonly Entry[] => {
  const keyOf = ({ resource }: Entry): string => `${resource?.resourceType}/${resource?.id}`
  const left = new Map(includes.map((entry) => [keyOf(entry), { entry, names: namesIn(entry.resource, bases) }]))
  const kept: Entry[] = []
  const keys = new Set(matches.map(keyOf))
  let frontier = new Set(matches.flatMap(({ resource }) => [...namesIn(resource, bases)]))
  for (let grew = true; grew; ) {
    grew = false
    for (const [key, { entry, names }] of left) {
      if (!frontier.has(key) && ![...names].some((name) => keys.has(name))) continue
      left.delete(key)
      kept.push(entry)
      keys.add(key)
      frontier = new Set([...frontier, ...names])
      grew = true
    }
  }
  return kept
}

/** Every `Type/id` a resource names. */
const namesIn = (value: unknown, bases: LocationUrls, found: Set<string> = new Set()): ReadonlySet<string> => {
  if (Array.isArray(value)) for (const item of value) namesIn(item, bases, found)
  else if (isObject(value)) {
    if (typeof value.reference === 'string')
      found.add(
        value.reference
          .replace(`${bases.upstreamBase}/`, '')
          .replace(`${bases.publicBase}/`, '')
          .replace(/\/_history\/.*$/, ''),
      )
    for (const name in value) namesIn(value[name], bases, found)
  }
  return found
}
