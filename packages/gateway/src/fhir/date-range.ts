import { textAt } from './json.ts'

/** A half-open span of time in milliseconds: a date stands for all of its day, a year for all of its year. */
export type DateRange = { readonly from: number; readonly to: number }

const form = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/

/** Text of a date, dateTime or instant → the span it stands for; `undefined` when it is none. Without a zone it is UTC. */
export const parseDateRange = (text: string): DateRange | undefined => {
  const [whole, year = '', month, day, hour, minute, second, fraction, zone] = form.exec(text) ?? []
  if (whole === undefined || (hour !== undefined && day === undefined)) return undefined
  const at = (months: number, days: number, minutes: number, milliseconds: number): number =>
    Date.UTC(Number(year), months, days, Number(hour ?? 0), minutes, Number(second ?? 0), milliseconds)
  const months = Number(month ?? 1) - 1
  const days = Number(day ?? 1)
  const minutes = Number(minute ?? 0) - offsetOf(zone)
  const milliseconds = Number(`0.${fraction ?? '0'}`) * 1000
  const from = at(months, days, minutes, milliseconds)
  if (!isReal(from, text, zone)) return undefined
  if (month === undefined) return { from, to: Date.UTC(Number(year) + 1, 0, 1) }
  if (day === undefined) return { from, to: at(months + 1, days, minutes, 0) }
  if (hour === undefined) return { from, to: at(months, days + 1, minutes, 0) }
  if (second === undefined) return { from, to: from + 60_000 }
  return { from, to: from + (fraction === undefined ? 1000 : 1000 / 10 ** Math.min(fraction.length, 3)) }
}

const offsetOf = (zone: string | undefined): number => {
  if (zone === undefined || zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))
  return zone.startsWith('-') ? -minutes : minutes
}

/** `2023-02-30` would silently become 2 March: such a text is no date. */
const isReal = (from: number, text: string, zone: string | undefined): boolean => {
  if (Number.isNaN(from)) return false
  const local = new Date(from + offsetOf(zone) * 60_000).toISOString()
  const day = text.slice(0, 10)
  return local.startsWith(day.length === 10 ? day : text.slice(0, 7).padEnd(4))
}

/** A value in a resource → its span: text of a date, or a Period with open ends. A Timing or anything else has none. */
export const rangeOf = (value: unknown): DateRange | undefined => {
  if (typeof value === 'string') return parseDateRange(value)
  const start = textAt(value, 'start')
  const end = textAt(value, 'end')
  if (start === undefined && end === undefined) return undefined
  const from = start === undefined ? { from: Number.NEGATIVE_INFINITY } : parseDateRange(start)
  const to = end === undefined ? { to: Number.POSITIVE_INFINITY } : parseDateRange(end)
  return from === undefined || to === undefined ? undefined : { from: from.from, to: to.to }
}

/** Comparison prefixes that can be judged on one resource. `ap` cannot: how near is near is the server's choice. */
export const datePrefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'] as const

/** One of the comparison prefixes. */
export type DatePrefix = (typeof datePrefixes)[number]

/** Whether a value's span stands in this relation to the span that was asked for (FHIR R4 search, prefixes). */
export const compareRanges = (prefix: DatePrefix, value: DateRange, asked: DateRange): boolean => {
  const within = asked.from <= value.from && value.to <= asked.to
  switch (prefix) {
    case 'eq':
      return within
    case 'ne':
      return !within
    case 'gt':
      return value.to > asked.to
    case 'lt':
      return value.from < asked.from
    case 'ge':
      return value.to > asked.to || within
    case 'le':
      return value.from < asked.from || within
    case 'sa':
      return value.from >= asked.to
    case 'eb':
      return value.to <= asked.from
  }
}
