/** A calendar day, `YYYY-MM-DD`. Clinical time here is whole days; the hour is added when a resource is written. */
export type Day = string

/** The day the records end. Fixed, so that ages, schedules and hashes never depend on when the generator runs. */
export const TODAY: Day = '2026-11-20'

const DAY_MS = 86_400_000

/** The day `days` after (or, when negative, before) the given one. */
export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** The same day of the month `months` later; the 29th to 31st become the 28th, so that every result exists. */
export function addMonths(day: Day, months: number): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const index = year * 12 + (month - 1) + months
  const part = (value: number, width: number): string => String(value).padStart(width, '0')
  return `${part(Math.floor(index / 12), 4)}-${part((index % 12) + 1, 2)}-${part(Math.min(date, 28), 2)}`
}

/** Days from one day to another; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS)
}

/** Age in years with its fraction, on a given day. */
export function ageOn(born: Day, day: Day): number {
  return daysBetween(born, day) / 365.25
}

/** A moment on a day as a FHIR instant in UTC, minute precision: `atTime('2026-01-02', 9, 30)`. */
export function atTime(day: Day, hour: number, minute = 0): string {
  return `${day}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00.000Z`
}
