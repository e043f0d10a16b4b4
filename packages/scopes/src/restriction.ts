import { periodRange } from './date-range.ts'
import { letters } from './interactions.ts'
import { isResourceType } from './resource-types.ts'
import type { InteractionLetter } from './scope.ts'

/** What a server must do when it lets an item through: answer with `no-store`; record every access in detail. */
export type Obligation = 'no-store' | 'audit-detail'

/** An accession number within its system. */
export type Accession = { readonly system: string; readonly value: string }

/** A stretch of time by FHIR dates of any precision; an end that is not stated is open. */
export type Period = { readonly start?: string; readonly end?: string }

/**
 * A rule carried with a grant that only takes away. Members are AND-ed, the values of one member OR-ed.
 *
 * `deny` withholds what matches all members that are stated. `permit-only` withholds what does not: within its
 * `locations`, and within its `resourceTypes` and `actions` where it says more than these. After `until` (seconds) a
 * `deny` is over, and a `permit-only` permits nothing. An empty list is read the narrower way, so a `permit-only` with
 * `studies: []` permits no study.
 */
export type Restriction = {
  readonly type: typeof restrictionType
  readonly id: string
  readonly effect: 'deny' | 'permit-only'
  readonly locations?: readonly string[]
  readonly resourceTypes?: readonly string[]
  readonly actions?: readonly InteractionLetter[]
  readonly securityLabels?: readonly string[]
  readonly studies?: readonly string[]
  readonly accession?: readonly Accession[]
  readonly modalities?: readonly string[]
  readonly bodySites?: readonly string[]
  readonly period?: Period
  readonly encounters?: readonly string[]
  readonly purposeOfUse?: readonly string[]
  readonly until?: number
  readonly obligations?: readonly Obligation[]
}

/** The `type` of a restriction among other `authorization_details`. */
export const restrictionType = 'https://gatehouse.dev/codes/restriction'

/** What is wrong with a list of restrictions. */
export type RestrictionFlaw = 'not-a-list' | 'not-an-object' | 'unknown-member' | 'bad-member' | 'permits-everything'

/** Restrictions that were understood whole, or why not and where (`1.studies`); the second means no access at all. */
export type ParsedRestrictions =
  | { readonly kind: 'restrictions'; readonly restrictions: readonly Restriction[] }
  | { readonly kind: 'refused'; readonly reason: RestrictionFlaw; readonly at: string }

type Check = (value: unknown) => boolean
type Flaw = { readonly reason: RestrictionFlaw; readonly at: string }

const isText: Check = (value) => typeof value === 'string' && value !== ''
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isOneOf =
  (...known: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && known.includes(value)
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const isForm =
  (form: RegExp): Check =>
  (value) =>
    typeof value === 'string' && form.test(value)

/** Exactly these members, all of them texts. */
const isTexts = (value: unknown, required: readonly string[], optional: readonly string[]): boolean =>
  isRecord(value) &&
  required.every((name) => Object.hasOwn(value, name)) &&
  Object.entries(value).every(([name, text]) => [...required, ...optional].includes(name) && isText(text))

const isPeriod: Check = (value) =>
  isTexts(value, [], ['start', 'end']) &&
  periodRange(value as Period) !== undefined &&
  Object.keys(value as Period).length > 0

const checks: { readonly [Member in keyof Required<Restriction>]: Check } = {
  type: isOneOf(restrictionType),
  id: isText,
  effect: isOneOf('deny', 'permit-only'),
  locations: isListOf(isText),
  resourceTypes: isListOf((value) => typeof value === 'string' && isResourceType(value)),
  actions: isListOf(isOneOf(...letters)),
  securityLabels: isListOf(isForm(/^[^|]+\|[^|]+$/)),
  studies: isListOf(isForm(/^urn:oid:[0-9.]{1,64}$/)),
  accession: isListOf((value) => isTexts(value, ['system', 'value'], [])),
  modalities: isListOf(isText),
  bodySites: isListOf(isText),
  period: isPeriod,
  encounters: isListOf(isText),
  purposeOfUse: isListOf(isText),
  until: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0,
  obligations: isListOf(isOneOf('no-store', 'audit-detail')),
}

/** Members that say which items are meant, not where. */
const selecting = [
  'resourceTypes',
  'actions',
  'securityLabels',
  'studies',
  'accession',
  'modalities',
  'bodySites',
].concat(['period', 'encounters', 'purposeOfUse'])
const isSelecting = (name: string): boolean => selecting.includes(name)

/**
 * Empty lists, read the narrower way: a limit to no place, type or action is no limit; a `deny` that lists nothing denies
 * all; a `permit-only` that lists nothing permits nothing, so there the list stays.
 */
const withoutEmpty = <Value extends Readonly<Record<string, unknown>>>(value: Value): Value => {
  const limits = value.effect === 'deny' ? selecting.concat('locations') : ['locations', 'resourceTypes', 'actions']
  const isEmpty = ([name, list]: readonly [string, unknown]): boolean =>
    limits.includes(name) && Array.isArray(list) && list.length === 0
  return Object.fromEntries(Object.entries(value).filter((entry) => !isEmpty(entry))) as Value
}

const flawOf = (value: unknown, index: number): Flaw | undefined => {
  if (!isRecord(value)) return { reason: 'not-an-object', at: `${index}` }
  const members = Object.keys(value)
  const unknown = members.find((name) => !Object.hasOwn(checks, name))
  if (unknown !== undefined) return { reason: 'unknown-member', at: `${index}.${unknown}` }
  const required = ['type', 'id', 'effect'].filter((name) => !members.includes(name))
  const bad = [...required, ...members].find((name) => !checks[name as keyof Restriction](value[name]))
  if (bad !== undefined) return { reason: 'bad-member', at: `${index}.${bad}` }
  const permitsEverything = value.effect === 'permit-only' && !Object.keys(withoutEmpty(value)).some(isSelecting)
  return permitsEverything ? { reason: 'permits-everything', at: `${index}` } : undefined
}

/**
 * Reads a list of restrictions from JSON. All or nothing: an unknown member, obligation, type or value makes the whole
 * list `refused`, and who carries it must then give no access, because a rule that is read in part is a rule that is
 * not kept. An absent list is refused too; no restrictions is `[]`.
 *
 * Spec: MS-13
 */
export const parseRestrictions = (value: unknown): ParsedRestrictions => {
  if (!Array.isArray(value)) return { kind: 'refused', reason: 'not-a-list', at: '' }
  const flaw = value.map(flawOf).find((found) => found !== undefined)
  if (flaw !== undefined) return { kind: 'refused', ...flaw }
  return { kind: 'restrictions', restrictions: structuredClone(value).map(withoutEmpty) }
}

/**
 * All restrictions of several sources. Each of them still holds, so merging only narrows; two rules with one id are
 * both kept unless they are the same.
 */
export const mergeRestrictions = (...sources: readonly (readonly Restriction[])[]): readonly Restriction[] => [
  ...new Map(sources.flat().map((restriction) => [JSON.stringify(restriction), restriction])).values(),
]
