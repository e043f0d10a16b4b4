import type { Catalogue, RestrictionText } from './catalogue.ts'
import type { Restriction } from './restriction.ts'
import { fill, formatDay } from './words.ts'

type Kind = 'sensitive' | 'scans' | 'dates' | 'visits' | 'some' | 'all'

/** Members that select items, by what a person is told of them. */
const kinds: Readonly<Record<string, Kind>> = {
  securityLabels: 'sensitive',
  studies: 'scans',
  accession: 'scans',
  modalities: 'scans',
  bodySites: 'scans',
  period: 'dates',
  encounters: 'visits',
  resourceTypes: 'some',
  actions: 'some',
  purposeOfUse: 'some',
}

/** The one kind that says it all; several kinds together, or none that a person knows, are "some". */
const kindOf = (restriction: Restriction): Kind => {
  const named = new Set(Object.keys(restriction).flatMap((member) => kinds[member] ?? []))
  if (named.size === 0) return 'all'
  named.delete('some')
  const [only, ...more] = named
  return only === undefined || more.length > 0 ? 'some' : only
}

const textKey = (restriction: Restriction): RestrictionText => {
  const kind = kindOf(restriction)
  if (restriction.effect === 'deny') return `deny-${kind}`
  return kind === 'all' || kind === 'sensitive' ? 'only-some' : `only-${kind}`
}

/** Tells a person in a sentence that something is withheld, and until when; never what, how many, or why. */
export const restrictionText = (restriction: Restriction, catalogue: Catalogue): string => {
  const text = catalogue.restrictions[textKey(restriction)]
  if (restriction.until === undefined) return text
  return `${text}${catalogue.space}${fill(catalogue.restrictionEnds, formatDay(restriction.until * 1_000, catalogue))}`
}
