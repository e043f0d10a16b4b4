import { locales } from '@gatehouse/scopes'
import { describe, expect, test } from 'vitest'
import { en } from './locales/en.ts'
import { findLocale, languages, type TextKey, textsOf } from './messages.ts'

const keys = Object.keys(en) as TextKey[]
/** A value for everything that a text puts in: a mark that can be found again, or a number to count. */
const slotsOf = (key: TextKey): Record<string, string | number> =>
  Object.fromEntries(
    [...en[key].matchAll(/\{(\w+)(, plural)?/g)].map(([, name = '', plural]) => [name, plural ? 5 : `‹${name}›`]),
  )

/** The marks in a text, whatever their order. */
const marksIn = (text: string): string[] => (text.match(/‹\w+›/g) ?? []).toSorted()

describe.each(languages.map(({ tag }) => tag))('the pages in %s', (tag) => {
  const texts = textsOf(tag)

  test.each(keys)('%s says something, with the same things put in as in English', (key) => {
    const text = texts.t(key, slotsOf(key))
    expect(['', key]).not.toContain(text)
    expect(marksIn(text)).toEqual(marksIn(textsOf('en').t(key, slotsOf(key))))
  })

  test('direction and dates are the language’s own', () => {
    expect(texts.dir).toBe(locales[tag].dir)
    expect(texts.date(1_793_610_000)).toBe(
      new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' }).format(1_793_610_000_000),
    )
  })

  if (tag !== 'en')
    test('nothing was left in English', () => {
      const left = keys.filter(
        (key) =>
          texts.t(key, slotsOf(key)) === textsOf('en').t(key, slotsOf(key)) &&
          !['context.search', 'context.staff'].includes(key),
      )
      expect(left).toEqual([])
    })
})

const banned =
  /\b(encounter|resource|FHIR|observation|scope|token|authorize|entity|PHI|client|grant|revoke|payload|oops)\b/i

test.each(keys)('English says %s without words of our trade', (key) => {
  expect(en[key].replaceAll(/\{[^}]*\}/g, '')).not.toMatch(banned)
  expect(en[key]).not.toContain('!')
})

test.each([
  ['es-MX', 'es'],
  ['zh-CN', 'zh-Hans'],
  ['zh', 'zh-Hans'],
  ['zh-TW', undefined],
  ['ar-EG', 'ar'],
  ['sr-Latn', undefined],
  ['x', undefined],
  ['', undefined],
  ['../../en', undefined],
])('for %s there is %s', (tag, locale) => {
  expect(findLocale(tag)).toBe(locale)
})

test('a date of a record is said as far as it goes', () => {
  const { day } = textsOf('en')
  expect(['2026', '2026-03', '2026-03-04T10:00:00Z', 'nonsense'].map(day)).toEqual([
    '2026',
    'March 2026',
    'March 4, 2026',
    'nonsense',
  ])
})
