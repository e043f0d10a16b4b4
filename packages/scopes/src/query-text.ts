import type { QueryKey, Text } from './catalogue.ts'
import { conditionOf } from './condition-text.ts'
import { knownQueries, misprintedSystems, queryMayReveal } from './queries.data.ts'
import { readToken, splitValues } from './query.ts'
import type { SensitivityTag } from './resource-types.ts'
import type { QueryParameter, ResourceScope } from './scope.ts'
import { joinAll, type Words } from './words.ts'

/** How far a text can be trusted to say what a scope is: written for it, put together from names of codes, or not at all. */
export type Quality = 'authored' | 'derived' | 'unknown'

/** What a developer should mend in a scope that we understand all the same. */
export type Hint = { readonly kind: 'misprinted-system'; readonly use: string }

/** The words for the part that a query leaves of a type. */
export type QueryText = {
  readonly text: Text
  readonly quality: Quality
  readonly mayReveal?: readonly SensitivityTag[]
  readonly hint?: Hint
}

type KnownQuery = (typeof knownQueries)[number]

const rightSystem = (system: string): string =>
  Object.hasOwn(misprintedSystems, system) ? (misprintedSystems[system] ?? system) : system

/** A bare code is known too: it is met in every system, so also in the one the text was written for. */
const findKnown = (type: string, value: string): KnownQuery | undefined => {
  const { system, code } = readToken(value)
  const right = system === undefined ? undefined : rightSystem(system)
  return knownQueries.find(([, of, known, name]) => of === type && name === code && (right ?? known) === known)
}

const findAllKnown = (type: string, { name, value }: QueryParameter): readonly KnownQuery[] | undefined => {
  if (name !== 'category') return undefined
  const known = splitValues(value).map((one) => findKnown(type, one))
  const found = known.filter((one) => one !== undefined)
  return found.length === known.length ? found : undefined
}

const hintFor = ({ value }: QueryParameter): Hint | undefined => {
  const printed = splitValues(value).flatMap((one) => readToken(one).system ?? [])
  const wrong = printed.find((system) => rightSystem(system) !== system)
  return wrong === undefined ? undefined : { kind: 'misprinted-system', use: rightSystem(wrong) }
}

const mayRevealOf = (keys: readonly QueryKey[]): readonly SensitivityTag[] => [
  ...new Set(keys.flatMap((key): readonly SensitivityTag[] => queryMayReveal[key])),
]

type Base = Omit<QueryText, 'quality'> & { readonly rest: readonly QueryParameter[] }

/** The text to start from: that of a known category if the query has one, else the type's own, marked as a part. */
const baseOf = ({ type, query }: ResourceScope, whole: Text, { catalogue }: Words): Base => {
  for (const parameter of query) {
    const known = findAllKnown(type, parameter)
    if (known === undefined) continue
    const rest = query.filter((other) => other !== parameter)
    const keys = [...new Set(known.map(([key]) => key))]
    const short = joinAll(
      keys.map((key) => catalogue.queries[key][0]),
      catalogue,
    )
    const long = keys.map((key) => catalogue.queries[key][1]).join(catalogue.space)
    const hint = hintFor(parameter)
    const mark = rest.length === 0 ? short : `${short}${catalogue.part}`
    return { text: [mark, long], mayReveal: mayRevealOf(keys), rest, ...(hint && { hint }) }
  }
  return { text: [`${whole[0]}${catalogue.part}`, whole[1]], rest: query }
}

/**
 * Says which part of a type a query leaves. A query with a parameter that nobody has put into words is `unknown` as a
 * whole, and its text says so; the query itself never stands in a text.
 *
 * Spec: CON-21, CON-22
 */
export const queryText = (scope: ResourceScope, whole: Text, words: Words): QueryText => {
  const { text, rest, ...facts } = baseOf(scope, whole, words)
  const conditions = rest
    .map((parameter) => conditionOf(scope.type, parameter, words))
    .filter((one) => one !== undefined)
  if (conditions.length < rest.length) {
    return { ...facts, text: [text[0], words.catalogue.unknownPart], quality: 'unknown' }
  }
  const long = [text[1], ...conditions.map(({ sentence }) => sentence)].join(words.catalogue.space)
  const quality = conditions.some(({ isDerived }) => isDerived) ? 'derived' : 'authored'
  return { ...facts, text: [text[0], long], quality }
}
