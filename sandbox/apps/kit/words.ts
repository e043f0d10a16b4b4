/** FHIR R4 data in words people use. Pure. */

/** A FHIR element of unknown shape, read with care. */
export type Json = { readonly [member: string]: unknown }

/** True for a JSON object. */
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The objects of a list; nothing for anything that is no list. */
export const items = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isJson) : [])

/** A member that is an object, or an empty one. */
export const part = (value: unknown): Json => (isJson(value) ? value : {})

/** A text that is there and not empty. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Words for a CodeableConcept: its text, else the first display, else nothing. */
export function concept(value: unknown): string | undefined {
  const found = part(value)
  return plain(
    text(found.text) ??
      items(found.coding)
        .map(({ display }) => text(display))
        .find(Boolean),
  )
}

/** Codes of a CodeableConcept. */
export const codes = (value: unknown): readonly string[] =>
  items(part(value).coding).flatMap(({ code }) => text(code) ?? [])

/** Without the terminologies' brackets: "Anemia (disorder)" and "Glucose [Mass/volume] in Blood" say no more to a person. */
export const plain = (words: string | undefined): string | undefined =>
  words
    ?.replace(/ \((disorder|finding|situation|procedure|regime\/therapy)\)$/, '')
    .replace(/\s*\[[^\]]*\]/g, '')
    .replace(/\s+(in|of) (Serum|Blood|Urine|Platelet|Serum, Plasma).*$/i, '')
    .replace(/\s+by\s+.*$/i, '')

/** First name and family name of a Patient's usual name. */
export function personName(patient: Json): string {
  const names = items(patient.name)
  const name = names.find(({ use }) => use === 'official') ?? names[0] ?? {}
  const given = Array.isArray(name.given) ? name.given.filter((one) => typeof one === 'string') : []
  return text(name.text) ?? ([...given, text(name.family)].filter(Boolean).join(' ') || 'Name not recorded')
}

/** "20 November 2026", or the year or month where only that is known. */
export const day = (value: unknown, locale?: string): string | undefined => dateText(value, 'long', locale)

/** "20 Nov 2026", for tables. */
export const shortDay = (value: unknown, locale?: string): string | undefined => dateText(value, 'short', locale)

function dateText(value: unknown, month: 'long' | 'short', locale: string | undefined): string | undefined {
  const known = text(value)
  if (known === undefined) return undefined
  const [year, monthNumber, date] = known.slice(0, 10).split('-')
  if (monthNumber === undefined) return year
  const format: Intl.DateTimeFormatOptions = { year: 'numeric', month, timeZone: 'UTC' }
  const moment = Date.UTC(Number(year), Number(monthNumber) - 1, Number(date ?? 1))
  return new Intl.DateTimeFormat(locale, date === undefined ? format : { ...format, day: 'numeric' }).format(moment)
}

/** Age on a day in whole years, months below two years, days below a month. */
export function age(born: unknown, today: Date): string | undefined {
  const known = text(born)
  if (known === undefined || known.length < 10) return undefined
  const birth = new Date(`${known}T00:00:00Z`)
  const months =
    (today.getUTCFullYear() - birth.getUTCFullYear()) * 12 +
    (today.getUTCMonth() - birth.getUTCMonth()) -
    (today.getUTCDate() < birth.getUTCDate() ? 1 : 0)
  if (months >= 24) return `${Math.floor(months / 12)} years`
  if (months >= 1) return months === 1 ? '1 month' : `${months} months`
  const days = Math.floor((today.getTime() - birth.getTime()) / 86_400_000)
  return days === 1 ? '1 day' : `${days} days`
}

/** Units as people write them. */
const units: Readonly<Record<string, string>> = {
  '10*3/uL': 'thousand/µL',
  '10*6/uL': 'million/µL',
  'mL/min/{1.73_m2}': 'mL/min',
  'm[IU]/L': 'mIU/L',
  'mm[Hg]': 'mmHg',
  '/min': 'per minute',
  'kg/m2': 'kg/m²',
  Cel: '°C',
  '{INR}': '',
  '{score}': '',
  '{copies}/mL': 'copies/mL',
}

/** A unit code in words; unknown ones without the code system's braces. */
export const unitText = (unit: string): string => units[unit] ?? unit.replaceAll(/[{}]/g, '').replace('ug/', 'µg/')

/** A number without needless digits: at most two after the point. */
export const numberText = (value: number, locale?: string): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 1 }).format(value)
