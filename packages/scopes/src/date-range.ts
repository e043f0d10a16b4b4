/** Milliseconds since 1970, `from` included, `to` excluded; infinite where open. */
export type DateRange = { readonly from: number; readonly to: number }

const form = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?)?)?$/

const dayRange = (year: number, month: number | undefined, day: number | undefined): DateRange | undefined => {
  const from = Date.UTC(year, (month ?? 1) - 1, day ?? 1)
  const read = new Date(from)
  if (read.getUTCMonth() !== (month ?? 1) - 1 || read.getUTCDate() !== (day ?? 1)) return undefined
  if (month === undefined) return { from, to: Date.UTC(year + 1, 0, 1) }
  return { from, to: day === undefined ? Date.UTC(year, month, 1) : from + 86_400_000 }
}

const optionalNumber = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))

/**
 * The stretch of time a FHIR date, dateTime or instant stands for, by its precision: `2020` is the whole year. Dates
 * without a zone are taken in UTC. `undefined` if the text is none of these.
 */
export const dateRange = (text: string): DateRange | undefined => {
  const parts = form.exec(text)
  if (parts === null) return undefined
  const day = dayRange(Number(parts[1]), optionalNumber(parts[2]), optionalNumber(parts[3]))
  if (day === undefined || parts[4] === undefined) return day
  const from = Date.parse(text)
  if (Number.isNaN(from)) return undefined
  return { from, to: from + (parts[5] === undefined ? 1_000 : 1) }
}

/** A period with ends of any precision, each included whole; `undefined` if an end is not a date. */
export const periodRange = (period: { readonly start?: string; readonly end?: string }): DateRange | undefined => {
  const first = period.start === undefined ? undefined : dateRange(period.start)
  const last = period.end === undefined ? undefined : dateRange(period.end)
  if ((first === undefined) !== (period.start === undefined)) return undefined
  if ((last === undefined) !== (period.end === undefined)) return undefined
  return { from: first?.from ?? -Infinity, to: last?.to ?? Infinity }
}
