import type { StatusCode } from './catalogue.ts'
import { cleanText } from './clean-text.ts'
import { type DateRange, dateRange } from './date-range.ts'
import { readToken, splitValues } from './query.ts'
import type { QueryParameter } from './scope.ts'
import { isDateParameter } from './search-parameters.ts'
import { fill, formatDay, joinAny, type Words } from './words.ts'

/** A sentence that says which part is meant; derived if it holds the name of a code. */
export type Condition = { readonly sentence: string; readonly isDerived?: true }

const day = 86_400_000

/** The first and the last day that a date with a prefix lets through, in milliseconds; nothing for `ne` and `ap`. */
const daysOf = (prefix: string, { from, to }: DateRange): { readonly first?: number; readonly last?: number } => {
  if (prefix === '' || prefix === 'eq') return { first: from, last: to - 1 }
  if (prefix === 'ge') return { first: from }
  if (prefix === 'gt' || prefix === 'sa') return { first: to }
  if (prefix === 'le') return { last: to - 1 }
  return prefix === 'lt' || prefix === 'eb' ? { last: from - 1 } : {}
}

const dateCondition = (value: string, { catalogue }: Words): Condition | undefined => {
  const prefix = /^[a-z]{0,2}/.exec(value)?.[0] ?? ''
  const range = dateRange(value.slice(prefix.length))
  if (range === undefined) return undefined
  const { first, last } = daysOf(prefix, range)
  const say = (kind: 'from' | 'until' | 'on', at: number): string =>
    fill(catalogue.conditions[kind], formatDay(at, catalogue))
  if (first !== undefined && last !== undefined && last - first < day) return { sentence: say('on', first) }
  const from = first === undefined ? [] : [say('from', first)]
  const until = last === undefined ? [] : [say('until', last)]
  const sentences = [...from, ...until]
  return sentences.length === 0 ? undefined : { sentence: sentences.join(catalogue.space) }
}

const statusCondition = (value: string, { catalogue }: Words): Condition | undefined => {
  const isKnown = (code: string): code is StatusCode => Object.hasOwn(catalogue.statuses, code)
  const codes = splitValues(value).map((one) => readToken(one).code)
  const known = codes.filter(isKnown)
  if (known.length < codes.length) return undefined
  const status = joinAny(
    known.map((code) => catalogue.statuses[code]),
    catalogue,
  )
  return { sentence: fill(catalogue.conditions.status, status) }
}

const nameCondition = (value: string, { catalogue, display }: Words): Condition | undefined => {
  const names = splitValues(value).map((one) => {
    const { system, code } = readToken(one)
    return cleanText(display(system, code) ?? '')
  })
  if (names.includes('')) return undefined
  return { sentence: fill(catalogue.conditions.name, joinAny(names, catalogue)), isDerived: true }
}

/**
 * Says one parameter of a query as a sentence, or nothing if it has no words: a state, a date, or a code that the
 * terminology knows.
 *
 * Spec: CON-21, CON-22
 */
export const conditionOf = (type: string, { name, value }: QueryParameter, words: Words): Condition | undefined => {
  if (name === 'status' || name === 'clinical-status') return statusCondition(value, words)
  if (name === 'code' || name === 'category') return nameCondition(value, words)
  return isDateParameter(type, name) && name !== '_lastUpdated' ? dateCondition(value, words) : undefined
}
