import { type Denial, deny } from '../denial-reasons.ts'
import type { Parameter } from '../upstream-call.ts'
import { valuesOf } from './parameters.ts'
import { readElements, type Shape } from './search-control.ts'

/** The refusal of a parameter that is nothing at its place. */
export const unknown = ([first]: readonly Parameter[]): Denial =>
  deny('unknown-parameter', { about: first?.name ?? '' })

/** `_summary` and `_elements` of a read. */
export const readShape = (parameters: readonly Parameter[]): Shape | Denial => {
  const other = parameters.filter(({ name }) => name !== '_summary' && name !== '_elements')
  if (other.length > 0) return unknown(other)
  const summary = valuesOf(parameters, '_summary')[0]
  const elements = readElements(valuesOf(parameters, '_elements')[0])
  if (elements === 'malformed' || (summary !== undefined && !/^(true|false|text|data)$/.test(summary)))
    return deny('unsupported-value', { about: elements === 'malformed' ? '_elements' : '_summary' })
  return { elements, withoutText: summary === 'data' }
}
