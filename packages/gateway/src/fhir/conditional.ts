import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { keyOf, type Want } from '../wants.ts'
import { judge } from './cover.ts'
import type { Deciding } from './deciding.ts'
import type { Resource } from './json.ts'
import { planSearch } from './search.ts'
import { classifyName } from './search-control.ts'
import { isInclude } from './search-includes.ts'

/** What the criteria of a conditional write match, within what the token may search. */
export type Match =
  | { readonly kind: 'none'; readonly narrowed: readonly Parameter[] }
  | { readonly kind: 'one'; readonly resource: Resource }
  | { readonly kind: 'several' }

/** Hits that are read: the criteria of a conditional write are meant to name one resource. */
const mostHits = 20

const dangerous: ReadonlySet<string> = new Set(['_cascade', '_expunge', 'hardDelete', '_hardDelete'])

/**
 * Resolves criteria with a narrowed search of ours, so that a hit on somebody else's record is no hit. The upstream never sees
 * the client's criteria in a conditional URL. Spec: GW-14
 */
export const matchCriteria = (
  type: string,
  criteria: readonly Parameter[],
  deciding: Deciding,
): Match | Denial | { readonly kind: 'look-up'; readonly wants: readonly Want[] } => {
  const bad = criteria.find(({ name }) => dangerous.has(name))
  if (bad !== undefined) return deny('refused-parameter', { about: bad.name })
  const control = criteria.find(({ name }) => isInclude(name) || classifyName(name) === 'control')
  if (control !== undefined) return deny('unknown-parameter', { about: control.name })
  if (criteria.length === 0) return deny('malformed-query')
  const plan = planSearch({ type, parameters: criteria, strict: true }, deciding, deciding.capabilities)
  if (isDenial(plan)) return plan
  const narrowed = plan.sent.filter(({ name }) => name !== '_count')
  const want: Want = { kind: 'search', type, parameters: [...narrowed, { name: '_count', value: String(mostHits) }] }
  const finding = deciding.known.get(keyOf(want))
  if (finding === undefined) return { kind: 'look-up', wants: [want] }
  if (finding.resources.length >= mostHits) return deny('too-costly')
  const hits = finding.resources.filter(
    (resource) => resource.resourceType === type && judge(resource, 's', deciding) === 'covered',
  )
  const [only] = hits
  if (hits.length > 1) return { kind: 'several' }
  return only === undefined ? { kind: 'none', narrowed } : { kind: 'one', resource: only }
}
