/** Observations as series of numbers over time. Pure. */
import { plainNames } from './plain-names.data.ts'
import { codes, concept, isJson, items, type Json, part, plain, text, unitText } from './words.ts'

/** One number at one time. `at` is seconds since 1970. */
export type Reading = { readonly at: number; readonly value: number; readonly encounter?: string }

/** What is usual, as the laboratory says; either end may be open. */
export type Range = { readonly low?: number; readonly high?: number }

/** One test or measurement over time, oldest first. */
export type Series = {
  readonly code: string
  readonly name: string
  readonly unit: string
  readonly readings: readonly Reading[]
  readonly range?: Range
}

/** Groups observations, and the components of each (blood pressure), by their code. Entered in error is left out. */
export function toSeries(observations: readonly Json[]): readonly Series[] {
  const series = new Map<string, Series>()
  for (const observation of observations) {
    if (observation.status === 'entered-in-error' || observation.status === 'cancelled') continue
    for (const measured of [observation, ...items(observation.component)]) add(series, observation, measured)
  }
  return [...series.values()].map((one) => ({ ...one, readings: one.readings.toSorted((a, b) => a.at - b.at) }))
}

function add(series: Map<string, Series>, observation: Json, measured: Json): void {
  const quantity = part(measured.valueQuantity)
  const at = Date.parse(text(observation.effectiveDateTime) ?? text(part(observation.effectivePeriod).start) ?? '')
  const [code] = codes(measured.code)
  if (typeof quantity.value !== 'number' || Number.isNaN(at) || code === undefined) return
  const encounter = text(part(observation.encounter).reference)
  const reading = { at: at / 1000, value: quantity.value, ...(encounter === undefined ? {} : { encounter }) }
  const known = series.get(code)
  const range = rangeOf(measured) ?? known?.range
  series.set(code, {
    code,
    name: plainNames[code] ?? shortName(measured) ?? code,
    unit: unitText(text(quantity.unit) ?? text(quantity.code) ?? ''),
    readings: [...(known?.readings ?? []), reading],
    ...(range === undefined ? {} : { range }),
  })
}

function shortName(measured: Json): string | undefined {
  const display = items(part(measured.code).coding).map((coding) => plain(text(coding.display)))
  return display.find(Boolean) ?? concept(measured.code)
}

function rangeOf(measured: Json): Range | undefined {
  const [range] = items(measured.referenceRange)
  if (range === undefined) return undefined
  const end = (name: 'low' | 'high'): Range => {
    const bound = range[name]
    return isJson(bound) && typeof bound.value === 'number' ? { [name]: bound.value } : {}
  }
  const found = { ...end('low'), ...end('high') }
  return Object.keys(found).length === 0 ? undefined : found
}

/** Where a value lies, in one word. */
export function standing(value: number, range: Range | undefined): 'above' | 'below' | 'usual' | 'unknown' {
  if (range === undefined) return 'unknown'
  if (range.high !== undefined && value > range.high) return 'above'
  if (range.low !== undefined && value < range.low) return 'below'
  return 'usual'
}

/** The usual range in words. */
export function rangeText({ low, high }: Range, unit: string): string {
  const end = unit === '' ? '' : ` ${unit}`
  if (low !== undefined && high !== undefined) return `${low} to ${high}${end}`
  return low === undefined ? `up to ${high}${end}` : `${low}${end} or more`
}
