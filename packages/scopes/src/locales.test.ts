import { describe, expect, test } from 'vitest'
import type { Catalogue } from './catalogue.ts'
import { type LocaleTag, locales } from './locales.ts'
import { knownQueries, queryMayReveal } from './queries.data.ts'
import { groupOf, resourceTypes } from './resource-types.ts'

/** Every text of a catalogue, with the path to it. */
const textsIn = (part: unknown, path: string): readonly (readonly [string, string])[] => {
  if (typeof part === 'string') return [[path, part]]
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([name, inner]) => textsIn(inner, `${path}.${name}`))
}
const placeholders = (text: string): string => (text.match(/\{[a-z]+\}/g) ?? []).join()
const isLocale = (tag: string): tag is LocaleTag => Object.hasOwn(locales, tag)
const tags = Object.keys(locales).filter(isLocale)
const english = new Map(textsIn(locales.en, ''))

test('CON-20: the seven languages that ship first are there, English first', () => {
  expect(tags).toEqual(['en', 'es', 'zh-Hans', 'vi', 'ar', 'fr', 'de'])
  expect(tags.filter((tag) => locales[tag].dir === 'rtl')).toEqual(['ar'])
})

describe.each(tags)('%s', (tag) => {
  const catalogue: Catalogue = locales[tag]
  const texts = textsIn(catalogue, '').filter(([path]) => path !== '.space')

  test('CON-20: has the texts of English, none empty, none spaced by accident, all in NFC', () => {
    expect(texts.map(([path]) => path).toSorted()).toEqual(
      [...english.keys()].filter((path) => path !== '.space').toSorted(),
    )
    for (const [path, text] of texts) {
      expect(text, path).toBe(path === '.part' ? text.trimEnd() : text.trim())
      expect(text, path).toMatch(/^(?!.* {2}).+$/u)
      expect(text, path).toBe(text.normalize('NFC'))
    }
  })

  test('CON-21: has the same gaps to fill as English', () => {
    for (const [path, text] of texts) expect(placeholders(text), path).toBe(placeholders(english.get(path) ?? ''))
  })

  test('CON-02: short texts are phrases, long texts are sentences', () => {
    for (const [path, text] of texts.filter(([at]) => /^\.(types|groups|queries)\./.test(at))) {
      if (path.endsWith('.0')) expect(text, path).not.toMatch(/[.。{}]/u)
      else expect(text, path).toMatch(/[.。]$/u)
    }
  })

  test('CON-02: no two types of patient-facing groups have the same short text', () => {
    const facing = resourceTypes.filter((type) => groupOf(type) !== 'system')
    const shorts = facing.map((type) => catalogue.types[type][0])
    expect(shorts.filter((short, index) => shorts.indexOf(short) < index)).toEqual([])
  })

  test('CON-20: is tagged as what it is', () => {
    expect(catalogue.tag).toBe(tag)
    expect(Intl.DateTimeFormat.supportedLocalesOf(tag)).toEqual([tag])
    expect(catalogue.reviewed).toMatch(/^(human|machine)$/)
  })
})

test('CON-30: every known query says what it may reveal', () => {
  expect(Object.keys(queryMayReveal).toSorted()).toEqual([...new Set(knownQueries.map(([key]) => key))].toSorted())
})
