import { periodRange } from './date-range.ts'
import type { Accession, Obligation, Period, Restriction } from './restriction.ts'
import type { InteractionLetter } from './scope.ts'

/**
 * The few facts a restriction looks at. `undefined` means not known and is read the narrower way; an empty list means
 * that there is none.
 */
export type Item = {
  /** Base URL the item is asked at. */
  readonly location: string
  readonly type: string
  readonly action: InteractionLetter
  /** The time of the request, in seconds. */
  readonly now: number
  /** `system|code` */
  readonly securityLabels: readonly string[] | undefined
  /** `urn:oid:…` of the study that the item is or names. */
  readonly studies: readonly string[] | undefined
  readonly accession: readonly Partial<Accession>[] | undefined
  /** `system|code` or `code`; body sites alike. */
  readonly modalities: readonly string[] | undefined
  readonly bodySites: readonly string[] | undefined
  /** When it happened, by FHIR dates. */
  readonly when: Period | undefined
  /** References, relative or absolute. */
  readonly encounters: readonly string[] | undefined
  /** Codes of the request's purpose, such as `TREAT`. */
  readonly purposeOfUse: readonly string[] | undefined
}

/** The answer about one item: what must be done when it is let through, or the id of the rule that withholds it. */
export type Restricted =
  | { readonly kind: 'permitted'; readonly obligations: readonly Obligation[] }
  | { readonly kind: 'withheld'; readonly by: string }

/** How much of an item's values a rule's values match; what is uncertain counts as `some`. */
type Match = 'none' | 'some' | 'all'
type Certainty = 'yes' | 'no' | 'unknown'
type Selector = (restriction: Restriction, item: Item) => Match | undefined

const matchOf = <Wanted, Has>(
  wanted: readonly Wanted[] | undefined,
  has: readonly Has[] | undefined,
  compare: (wanted: Wanted, has: Has) => Certainty,
): Match | undefined => {
  if (wanted === undefined) return undefined
  if (has === undefined) return 'some'
  const certainties = has.map((one) => wanted.map((other) => compare(other, one)))
  if (certainties.length > 0 && certainties.every((row) => row.includes('yes'))) return 'all'
  return certainties.every((row) => row.every((one) => one === 'no')) ? 'none' : 'some'
}

const isSame = (wanted: string, has: string): Certainty => (wanted === has ? 'yes' : 'no')

/** A wanted `code` is met in any system; for a wanted `system|code` an item's bare `code` may or may not be it. */
const isSameToken = (wanted: string, has: string): Certainty => {
  if (wanted === has) return 'yes'
  const code = has.slice(has.lastIndexOf('|') + 1)
  if (!wanted.includes('|')) return wanted === code ? 'yes' : 'no'
  return !has.includes('|') && wanted.endsWith(`|${has}`) ? 'unknown' : 'no'
}

const isSameAccession = (wanted: Accession, has: Partial<Accession>): Certainty => {
  if (has.value === undefined) return 'unknown'
  if (wanted.value !== has.value) return 'no'
  return has.system === undefined ? 'unknown' : isSame(wanted.system, has.system)
}

/** A relative and an absolute reference cannot be compared: they may be the same record under two names. */
const isSameReference = (wanted: string, has: string): Certainty => {
  if (wanted === has) return 'yes'
  return wanted.includes('://') === has.includes('://') ? 'no' : 'unknown'
}

const matchPeriod = (wanted: Period | undefined, has: Period | undefined): Match | undefined => {
  if (wanted === undefined) return undefined
  const rule = periodRange(wanted)
  const range = has === undefined ? undefined : periodRange(has)
  if (rule === undefined || range === undefined) return 'some'
  if (range.to <= rule.from || range.from >= rule.to) return 'none'
  return range.from >= rule.from && range.to <= rule.to ? 'all' : 'some'
}

const withoutSlash = (url: string): string => (url.endsWith('/') ? url.slice(0, -1) : url)

const holdsAt = ({ locations }: Restriction, item: Item): boolean =>
  locations === undefined || locations.some((location) => withoutSlash(location) === withoutSlash(item.location))

const namesTypeAndAction = ({ resourceTypes, actions }: Restriction, item: Item): boolean =>
  (resourceTypes?.includes(item.type) ?? true) && (actions?.includes(item.action) ?? true)

/** Members that look into the item. */
const selectors: readonly Selector[] = [
  (rule, item) => matchOf(rule.securityLabels, item.securityLabels, isSameToken),
  (rule, item) => matchOf(rule.studies, item.studies, isSame),
  (rule, item) => matchOf(rule.accession, item.accession, isSameAccession),
  (rule, item) => matchOf(rule.modalities, item.modalities, isSameToken),
  (rule, item) => matchOf(rule.bodySites, item.bodySites, isSameToken),
  (rule, item) => matchPeriod(rule.period, item.when),
  (rule, item) => matchOf(rule.encounters, item.encounters, isSameReference),
  (rule, item) => matchOf(rule.purposeOfUse, item.purposeOfUse, isSame),
]

const withholds = (rule: Restriction, item: Item): boolean => {
  const isNamed = namesTypeAndAction(rule, item)
  const isOver = rule.until !== undefined && item.now >= rule.until
  const matches = selectors.flatMap((selector) => selector(rule, item) ?? [])
  if (rule.effect === 'deny') return isNamed && !isOver && matches.every((match) => match !== 'none')
  if (!isNamed) return matches.length === 0
  return isOver || matches.some((match) => match !== 'all')
}

/**
 * Whether the restrictions let an item through. One rule that withholds is enough, whatever the others say; what is not
 * known about the item counts against it. The obligations are those of every rule that names its location, type and
 * action.
 *
 * Spec: MS-14
 */
export const restrict = (restrictions: readonly Restriction[], item: Item): Restricted => {
  const here = restrictions.filter((rule) => holdsAt(rule, item))
  const by = here.find((rule) => withholds(rule, item))
  if (by !== undefined) return { kind: 'withheld', by: by.id }
  const obligations = here.filter((rule) => namesTypeAndAction(rule, item)).flatMap((rule) => rule.obligations ?? [])
  return { kind: 'permitted', obligations: [...new Set(obligations)] }
}
