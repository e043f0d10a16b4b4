import { type Denial, deny } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { type AddedParameters, parameterOf } from './search-parameters.ts'

/** How resources are shown: which top-level elements, with or without narrative. The gateway applies it after judging. */
export type Shape = { readonly elements: readonly string[] | undefined; readonly withoutText: boolean }

/** Everything whole. */
export const wholeShape: Shape = { elements: undefined, withoutText: false }

/** What a client asked beside the matching: how many, how shown, in which order, counted or not. */
export type Control = {
  readonly count: number | undefined
  readonly onlyCount: boolean
  readonly total: boolean
  readonly sort: string | undefined
  readonly shape: Shape
}

const maxCount = 200

const summaries: ReadonlySet<string> = new Set(['true', 'text', 'data', 'count', 'false'])
const totals: ReadonlySet<string> = new Set(['none', 'estimate', 'accurate'])

/** Names that control a search; each may stand once. */
const names: ReadonlySet<string> = new Set(['_count', '_sort', '_total', '_summary', '_elements'])

/** Names that are known, and refused to everyone. */
const refused: ReadonlySet<string> = new Set([
  '_filter',
  '_query',
  '_list',
  '_text',
  '_content',
  '_contained',
  '_containedType',
  '_type',
])

/** Names by which upstreams page: pages are reached by sealed links only. Spec: GW-25 */
const paging: ReadonlySet<string> = new Set([
  '_getpages',
  '_getpagesoffset',
  '_offset',
  'page',
  'ct',
  '_at',
  '_since',
  '_page',
])

/** What kind of parameter a name is. */
export type NameClass = 'control' | 'refused' | 'paging' | 'format' | 'has' | 'criterion'

/** Sorts a parameter name; what is nothing special is a search parameter of the type. */
export const classifyName = (name: string): NameClass => {
  if (names.has(name)) return 'control'
  if (refused.has(name)) return 'refused'
  if (paging.has(name)) return 'paging'
  if (name === '_format' || name === '_pretty') return 'format'
  return name.startsWith('_has:') ? 'has' : 'criterion'
}

/** The control parameters of a search → `Control`, or the fault. */
export const readControl = (
  parameters: readonly Parameter[],
  type: string,
  added: AddedParameters,
): Control | Denial => {
  const found = new Map(parameters.map(({ name, value }) => [name, value]))
  if (found.size < parameters.length) return deny('malformed-query')
  const bad = (name: string): Denial => deny('unsupported-value', { about: `${name}=${found.get(name)}` })
  const count = found.get('_count')
  if (count !== undefined && !/^\d{1,9}$/.test(count)) return bad('_count')
  const summary = found.get('_summary')
  if (summary !== undefined && !summaries.has(summary)) return bad('_summary')
  const total = found.get('_total')
  if (total !== undefined && !totals.has(total)) return bad('_total')
  const sort = found.get('_sort')
  if (sort !== undefined && !isSortable(sort, type, added)) return bad('_sort')
  const elements = readElements(found.get('_elements'))
  if (elements === 'malformed') return bad('_elements')
  return {
    count: count === undefined ? undefined : Math.min(Number(count), maxCount),
    onlyCount: summary === 'count' || (count !== undefined && Number(count) === 0),
    total: total === 'accurate',
    sort,
    shape: { elements, withoutText: summary === 'data' },
  }
}

const isSortable = (sort: string, type: string, added: AddedParameters): boolean =>
  sort.split(',').every((item) => parameterOf(type, item.replace(/^-/, ''), added) !== undefined)

/** `_elements`: top-level names, with or without the type in front. */
export const readElements = (value: string | undefined): readonly string[] | undefined | 'malformed' => {
  const items = value?.split(',')
  if (items === undefined) return undefined
  return items.every((item) => /^([A-Z]\w*\.)?[a-z]\w*$/.test(item))
    ? items.map((item) => item.replace(/^\w+\./, ''))
    : 'malformed'
}
