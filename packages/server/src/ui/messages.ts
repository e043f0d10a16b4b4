import { createIntl, createIntlCache } from '@formatjs/intl'
import { type LocaleTag, locales } from '@gatehouse/scopes'
import { ar } from './locales/ar.ts'
import { de } from './locales/de.ts'
import { type Catalogue, en } from './locales/en.ts'
import { es } from './locales/es.ts'
import { fr } from './locales/fr.ts'
import { vi } from './locales/vi.ts'
import { zhHans } from './locales/zh-hans.ts'

/** The languages we have, by tag. A new one is a file in `locales/` and a row here. */
const catalogues: Readonly<Record<LocaleTag, Catalogue>> = { en, es, 'zh-Hans': zhHans, vi, ar, fr, de }

/** A key of the catalogue. */
export type TextKey = keyof Catalogue

/** The words of one language, and how it writes dates. */
export type Texts = {
  readonly locale: LocaleTag
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

const makeTexts = (locale: LocaleTag): Texts => {
  const messages: Readonly<Record<string, string>> = catalogues[locale]
  const intl = createIntl({ locale, messages, timeZone: 'UTC' }, cache)
  return {
    locale,
    dir: locales[locale].dir,
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

/** The texts of a language. */
export const textsOf = (locale: LocaleTag): Texts => {
  const texts = made.get(locale) ?? makeTexts(locale)
  made.set(locale, texts)
  return texts
}

/** The languages we have, each with its name in itself. */
export const languages: readonly { readonly tag: LocaleTag; readonly name: string }[] = Object.values(locales).map(
  ({ tag, name }) => ({ tag, name }),
)

/** The language we have for a tag: the same one in whatever region; the script must be the same. Spec: RFC 4647 §3.4 */
export const findLocale = (tag: string): LocaleTag | undefined => {
  const asked = scriptOf(tag)
  return languages.find((known) => asked !== undefined && scriptOf(known.tag) === asked)?.tag
}

/** `zh-CN` → `zh-Hans`; `undefined` for what is no tag. */
const scriptOf = (tag: string): string | undefined => {
  try {
    const { language, script } = new Intl.Locale(tag).maximize()
    return `${language}-${script}`
  } catch {
    return undefined
  }
}
