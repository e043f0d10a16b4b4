import type { InteractionLetter } from '@gatehouse/scopes'
import { type Denial, deny } from '../denial-reasons.ts'
import { type Finding, type Known, keyOf, type Want } from '../wants.ts'
import { judge, type Verdict } from './cover.ts'
import type { HistoryPlan, PagePlan } from './filter-plan.ts'
import { isResource, type Json, objectsOf, type Resource, textAt } from './json.ts'
import type { Judging } from './judging.ts'
import { maxFormBytes, parseParameters } from './parameters.ts'
import { type LocationUrls, relativeTo } from './reference.ts'
import type { SearchPlan } from './search.ts'

/** An entry that may go out. `resource` is absent for a deletion in a history. */
export type Entry = {
  readonly mode: 'match' | 'include'
  readonly resource: Resource | undefined
  /** The entry's other members as the upstream wrote them. */
  readonly source: Json
}

/** One upstream page, judged. */
export type JudgedPage = {
  /** Matches by their position among the upstream's matches; positions that were dropped are missing. */
  readonly matches: readonly (readonly [position: number, entry: Entry])[]
  readonly size: number
  readonly includes: readonly Entry[]
  readonly outcomes: readonly Resource[]
  /** Relative to the upstream base. */
  readonly next: string | undefined
  readonly previous: string | undefined
  readonly total: number | undefined
}

/** Judges every entry of a Bundle page. Anything that is not understood fails the whole page. Spec: SC-15, GW-03, GW-12 */
export const judgePage = (
  bundle: Resource,
  plan: PagePlan,
  judging: Judging,
): JudgedPage | Denial | { readonly wants: readonly Want[] } => {
  const entries = bundle.entry === undefined ? [] : bundle.entry
  if (bundle.resourceType !== 'Bundle' || !Array.isArray(entries)) return deny('answer-not-judged')
  const onPage = { ...judging, known: withPage(judging.known, entries) }
  const kinds = entries.map((entry) => judgeEntry(entry, plan, onPage))
  const faulty = kinds.find((kind) => kind.kind === 'denied')
  if (faulty?.kind === 'denied') return faulty.denial
  const wants = kinds.flatMap((kind) => (kind.kind === 'wanted' ? kind.wants : []))
  if (wants.length > 0) return { wants }
  return { ...collect(kinds), ...linksOf(bundle, judging), total: totalOf(bundle, plan, judging) }
}

type Judged =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'dropped'; readonly mode: 'match' | 'include' }
  | { readonly kind: 'outcome'; readonly resource: Resource }
  | { readonly kind: 'wanted'; readonly wants: readonly Want[] }
  | { readonly kind: 'denied'; readonly denial: Denial }

const collect = (kinds: readonly Judged[]): Pick<JudgedPage, 'matches' | 'size' | 'includes' | 'outcomes'> => {
  const matches: (readonly [number, Entry])[] = []
  let size = 0
  for (const judged of kinds) {
    const isMatch =
      judged.kind === 'entry' ? judged.entry.mode === 'match' : judged.kind === 'dropped' && judged.mode === 'match'
    if (isMatch && judged.kind === 'entry') matches.push([size, judged.entry])
    if (isMatch) size += 1
  }
  return {
    matches,
    size,
    includes: kinds.flatMap((judged) =>
      judged.kind === 'entry' && judged.entry.mode === 'include' ? [judged.entry] : [],
    ),
    outcomes: kinds.flatMap((judged) => (judged.kind === 'outcome' ? [judged.resource] : [])),
  }
}

/** Resources on the page are looked up already: a Provenance's target often stands beside it. */
const withPage = (known: Known, entries: readonly unknown[]): Known => {
  const provenance = objectsOf(entries).some(({ resource }) => textAt(resource, 'resourceType') === 'Provenance')
  if (!provenance) return known
  const all = new Map<string, Finding>()
  for (const { resource } of objectsOf(entries))
    if (isResource(resource) && typeof resource.id === 'string')
      all.set(keyOf({ kind: 'read', type: resource.resourceType, id: resource.id }), { resources: [resource] })
  for (const [key, finding] of known) all.set(key, finding)
  return all
}

const judgeEntry = (entry: unknown, plan: PagePlan, judging: Judging): Judged => {
  const [source] = objectsOf([entry])
  if (source === undefined) return { kind: 'denied', denial: deny('answer-not-judged') }
  const { resource } = source
  if (resource === undefined && plan.kind === 'history') return judgeDeletion(source, plan.history)
  if (!isResource(resource)) return { kind: 'denied', denial: deny('answer-not-judged') }
  if (textAt(source.search, 'mode') === 'outcome') return { kind: 'outcome', resource }
  const found = { source, resource }
  switch (plan.kind) {
    case 'search':
      return judgeFound(found, plan.search, judging)
    case 'history':
      return judgeVersion(found, plan.history, judging)
    case 'collection': {
      const { types, letter } = plan.collection
      const wanted = types === 'covered' || types.has(resource.resourceType)
      return wanted ? judged({ mode: 'match', ...found }, judge(resource, letter, judging)) : dropped('match')
    }
  }
}

const dropped = (mode: 'match' | 'include'): Judged => ({ kind: 'dropped', mode })

const judged = (entry: Entry, verdict: Verdict): Judged => {
  if (typeof verdict === 'object') return { kind: 'wanted', wants: verdict.wants }
  return verdict === 'covered' ? { kind: 'entry', entry } : dropped(entry.mode)
}

/** An entry and the resource in it. */
type Found = { readonly source: Json; readonly resource: Resource }

/**
 * An entry of a search. A match is judged by `s`; an include by what brought it. A match of a narrowed search that names no
 * patient in reach anywhere proves that the upstream did not narrow: nothing of such an answer is used. Spec: GW-33
 */
const judgeFound = (found: Found, plan: SearchPlan, judging: Judging): Judged => {
  const { source, resource } = found
  const isMatch = resource.resourceType === plan.type && textAt(source.search, 'mode') !== 'include'
  if (isMatch) {
    const verdict = plan.judged ? judge(resource, 's', judging) : 'covered'
    if (verdict === 'foreign' && plan.byPatient) return { kind: 'denied', denial: deny('upstream-ignored-narrowing') }
    return judged({ mode: 'match', ...found }, verdict)
  }
  const { included, reverse } = plan.includes
  const letters: readonly InteractionLetter[] = [
    ...(included.has(resource.resourceType) ? (['r'] as const) : []),
    ...(reverse.has(resource.resourceType) ? (['s'] as const) : []),
  ]
  const verdicts = letters.map((letter) => judge(resource, letter, judging))
  const best =
    verdicts.find((verdict) => verdict === 'covered') ?? verdicts.find((verdict) => typeof verdict === 'object')
  return judged({ mode: 'include', ...found }, best ?? 'dropped')
}

const judgeVersion = (found: Found, plan: HistoryPlan, judging: Judging): Judged => {
  const { resource } = found
  const isAsked =
    (plan.type ?? resource.resourceType) === resource.resourceType && (plan.id ?? resource.id) === resource.id
  if (!isAsked) return dropped('match')
  return judged({ mode: 'match', ...found }, plan.judged ? judge(resource, plan.letter, judging) : 'covered')
}

/** A deletion has no content to judge: it shows where the instance was judged as it is now, or nothing is judged. */
const judgeDeletion = (source: Json, plan: HistoryPlan): Judged =>
  plan.level === 'instance' || !plan.judged
    ? { kind: 'entry', entry: { mode: 'match', resource: undefined, source } }
    : dropped('match')

const linksOf = (bundle: Resource, { location }: Judging): Pick<JudgedPage, 'next' | 'previous'> => {
  const links = objectsOf(bundle.link)
  const linkTo = (relation: string): string | undefined => {
    const url = textAt(
      links.find((link) => link.relation === relation),
      'url',
    )
    return url === undefined ? undefined : pageLink(url, location.bases)
  }
  return { next: linkTo('next'), previous: linkTo('previous') ?? linkTo('prev') }
}

/** A page link as a path below the upstream base; one that leads anywhere else is as if there were none. Spec: THR-33 */
const pageLink = (url: string, { upstreamBase, publicBase }: LocationUrls): string | undefined => {
  const resolved = URL.parse(url, `${upstreamBase}/`)
  const base = [upstreamBase, publicBase].find((each) => resolved?.href.startsWith(each))
  const below = base === undefined ? undefined : resolved?.href.slice(base.length)
  return below !== undefined && /^[/?]/.test(below) && resolved?.hash === '' ? below.replace(/^\//, '') : undefined
}

/** The upstream's total, where the sent query says what the token covers and the upstream repeats that it ran it. Spec: GW-05 */
const totalOf = (bundle: Resource, plan: PagePlan, { location }: Judging): number | undefined => {
  const total = bundle.total
  if (plan.kind !== 'search' || typeof total !== 'number') return undefined
  const { search } = plan
  if (!search.judged) return total
  if (!search.exact || !search.listed) return undefined
  const self =
    textAt(
      objectsOf(bundle.link).find((link) => link.relation === 'self'),
      'url',
    ) ?? ''
  const repeated = parseParameters(self.slice(self.indexOf('?') + 1), maxFormBytes)
  if ('kind' in repeated) return undefined
  const isRepeated = search.proof.every((parameter) =>
    repeated.some(({ name, value }) => name === parameter.name && sameValue(value, parameter.value, location)),
  )
  return isRepeated ? total : undefined
}

const sameValue = (left: string, right: string, { bases }: Judging['location']): boolean =>
  relativeTo(left, bases) === relativeTo(right, bases)
