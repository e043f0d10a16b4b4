import { dateRange } from './date-range.ts'
import { splitValues } from './query.ts'
import type { QueryParameter, ResourceScope } from './scope.ts'
import { commonSearchParameters, searchParameters } from './search-parameters.data.ts'

const namesOf = (text: string): readonly string[] => text.split(' ')
const common = namesOf(commonSearchParameters)
const byType = new Map<string, ReadonlySet<string>>()

const parametersOf = (type: string): ReadonlySet<string> => {
  const known = byType.get(type)
  if (known !== undefined) return known
  const own = Object.hasOwn(searchParameters, type) ? searchParameters[type] : undefined
  const parameters = new Set(own === undefined ? common : [...common, ...namesOf(own)])
  byType.set(type, parameters)
  return parameters
}

/** Whether a parameter of a type compares dates. */
export const isDateParameter = (type: string, name: string): boolean => parametersOf(type).has(`${name}:date`)

/** A date that is compared exactly: with a prefix other than `ap`, or none. */
const isExactDate = (value: string): boolean =>
  dateRange(value.replace(/^(?:eq|ne|gt|lt|ge|le|sa|eb)/, '')) !== undefined

const isExactParameter = (type: string, { name, value }: QueryParameter): boolean => {
  const values = splitValues(value)
  if (values.includes('')) return false
  return parametersOf(type).has(name) || (isDateParameter(type, name) && values.every(isExactDate))
}

/**
 * Whether a resource server can judge a single resource by this scope's query, exactly: known parameters of the type
 * (for `*` only those every type has), no modifier, chain, `_filter`, composite, quantity or approximate date. Any
 * other query covers nothing at the gateway, so it must not be granted.
 *
 * Spec: SC-16
 */
export const hasExactQuery = ({ type, query }: ResourceScope): boolean =>
  query.every((parameter) => isExactParameter(type, parameter))
