import { createIntl, createIntlCache } from '@formatjs/intl'
import type { LocaleTag } from '@gatehouse/scopes'
import type { Input } from '../answer.ts'
import { type Catalogue, en } from './locales/en.ts'

/** The languages we have, by tag. A new one is a file in `locales/` and a row here. */
const catalogues = { en } as const satisfies Partial<Record<LocaleTag, Catalogue>>

type PageLocale = keyof typeof catalogues

const isLocale = (tag: string): tag is PageLocale => Object.hasOwn(catalogues, tag)

const rightToLeft: readonly string[] = ['ar', 'fa', 'he', 'ur']

/** A key of the catalogue. */
export type TextKey = keyof Catalogue

/** The words of one language, and how it writes dates. */
export type Texts = {
  readonly locale: PageLocale
  readonly dir: 'ltr' | 'rtl'
  readonly t: (key: TextKey, values?: Readonly<Record<string, string | number>>) => string
  /** Unix seconds → a date in full, "21 November 2027". */
  readonly date: (seconds: number) => string
  /** A FHIR date or date-time, cut to its day, as far as it goes: "2026-03" is a month. */
  readonly day: (date: string) => string
  /** Several phrases as one, as the language joins them. */
  readonly list: (phrases: readonly string[]) => string
}

const cache = createIntlCache()
const made = new Map<string, Texts>()

const makeTexts = (locale: PageLocale): Texts => {
  const messages: Readonly<Record<string, string>> = catalogues[locale]
  const intl = createIntl({ locale, messages, timeZone: 'UTC' }, cache)
  return {
    locale,
    dir: rightToLeft.includes(locale) ? 'rtl' : 'ltr',
    t: (key, values) => intl.formatMessage({ id: key }, values),
    day: (date) => {
      const [year, month, day] = date.slice(0, 10).split('-')
      const named = month === undefined ? {} : ({ month: 'long' } as const)
      const numbered = day === undefined ? {} : ({ day: 'numeric' } as const)
      const time = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1))
      return Number.isNaN(time) ? date : intl.formatDate(time, { year: 'numeric', ...named, ...numbered })
    },
    list: (phrases) => intl.formatList([...phrases]),
    date: (seconds) => intl.formatDate(seconds * 1000, { dateStyle: 'long' }),
  }
}

/** The texts of a language we have; of English for any other. */
const textsOf = (tag: string): Texts => {
  const locale = isLocale(tag) ? tag : 'en'
  const texts = made.get(locale) ?? makeTexts(locale)
  made.set(locale, texts)
  return texts
}

/** The texts for whoever sent this: what the app asked for, then what the browser prefers. Spec: consent §4 */
export const textsFor = (input: Input | undefined, uiLocales: readonly string[]): Texts => {
  const header = input?.headers['accept-language']
  const preferred =
    typeof header === 'string' ? header.split(',').map((range) => range.split(';')[0]?.trim() ?? '') : []
  return textsOf([...uiLocales, ...preferred].map(lookup).find((tag) => tag !== undefined) ?? 'en')
}

/** RFC 4647 lookup: the tag itself, else its parents. */
const lookup = (tag: string): string | undefined => {
  const parts = tag.split('-')
  const candidates = parts.map((_, index) =>
    parts
      .slice(0, parts.length - index)
      .join('-')
      .toLowerCase(),
  )
  return Object.keys(catalogues).find((known) => candidates.includes(known.toLowerCase()))
}
