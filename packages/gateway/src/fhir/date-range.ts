import { textAt } from './json.ts'

/** A half-open span of time in milliseconds: a date stands for all of its day, a year for all of its year. */
export type DateRange = { readonly from: number; readonly to: number }

const form = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/

/** Text of a date, dateTime or instant → the span it stands for; `undefined` when it is none. Without a zone it is UTC. */
export const parseDateRange = (text: string): DateRange | undefined => {
  const [whole, year = '', month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone] =
    form.exec(text) ?? []
  if (whole === undefined) return undefined
  const date = `${year}-${month}-${day}`
  const local = Date.parse(`${date}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`)
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(date)) return undefined
  const from = local - offsetOf(zone)
  return { from, to: endOf(from, text.replace(/(Z|[+-]\d\d:\d\d)$/, ''), fraction) }
}

const offsetOf = (zone: string | undefined): number => {
  if (zone === undefined || zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

/** Where a span ends, by how precise its text is: `2024` lasts a year, `2024-05-01T10:30` a minute. */
const endOf = (from: number, text: string, fraction: string): number => {
  const start = new Date(from)
  switch (text.length) {
    case 4:
      return Date.UTC(start.getUTCFullYear() + 1, 0, 1)
    case 7:
      return Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1)
    case 10:
      return from + 86_400_000
    case 16:
      return from + 60_000
    default:
      return from + 1000 / 10 ** Math.min(fraction.length, 3)
  }
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
