import type { Catalogue } from '@gatehouse/scopes'
import { locales } from '@gatehouse/scopes'
import { describe, expect, test } from 'vitest'
import { groupOf, resourceTypes } from '../packages/scopes/src/resource-types.ts'
import { readability, sentencesOf, syllablesOf, wordsOf } from './readability.ts'

type Named = readonly [place: string, text: string]

/** The worst value that a group of texts may have; more is better in Spanish and French. */
const gates: Readonly<Record<string, { readonly isEasy: (value: number) => boolean; readonly measure: string }>> = {
  en: { measure: 'Flesch–Kincaid grade ≤ 6', isEasy: (grade) => grade <= 6 },
  es: { measure: 'Fernández Huerta ≥ 65', isEasy: (ease) => ease >= 65 },
  fr: { measure: 'Kandel–Moles ≥ 65', isEasy: (ease) => ease >= 65 },
  de: { measure: 'Wiener Sachtextformel ≤ 9', isEasy: (grade) => grade <= 9 },
}

/** English sentences above grade 8 that stay: too short to be measured well, and known words all the same. */
const exceptions: readonly string[] = ['.types.MedicationKnowledge.1', '.types.OrganizationAffiliation.1']

const jargon = /\b(fhir|scopes?|tokens?|phi|oauth)\b/iu
const banned: Readonly<Record<string, RegExp>> = {
  en: /\b(encounters?|resources?|observations?|authori[sz]\w*|entit(y|ies)|provider-facing)\b/iu,
  es: /\b(encuentros?|recursos?|observaci[oó]n(es)?|alcances?|autoriza\w*|entidad(es)?)\b/iu,
  fr: /\b(rencontres?|ressources?|observations?|périmètres?|jetons?|autoris\w*|entités?)\b/iu,
  de: /\b(ressourcen?|observation(en)?|geltungsbereich\w*|autorisier\w*|entität(en)?)\b/iu,
  vi: /tài nguyên|quan sát|phạm vi|mã thông báo|ủy quyền|thực thể/iu,
  'zh-Hans': /资源|观察|范围|令牌|授权|实体|遭遇/u,
  ar: /مورد|تفويض|كيان|نطاق|رمز مميز/u,
}

const textsIn = (part: unknown, place: string): readonly Named[] => {
  if (typeof part === 'string') return [[place, part]]
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([name, inner]) => textsIn(inner, `${place}.${name}`))
}

const groupTexts = (catalogue: Catalogue): readonly Named[] =>
  Object.entries(catalogue.groups).map(([group, own]) => {
    const types = resourceTypes.filter((type) => groupOf(type) === group).map((type) => catalogue.types[type])
    return [
      group,
      [own, ...types]
        .flat()
        .map((text) => text.replace(/[.。]?$/u, '.'))
        .join(' '),
    ]
  })

describe.each(Object.entries<Catalogue>(locales))('texts about scopes in %s', (tag, catalogue) => {
  const sentences = textsIn(catalogue, '').flatMap(([place, text]) =>
    sentencesOf(text).map((sentence): Named => [place, sentence]),
  )

  test('CON-20: every sentence has at most 20 words', () => {
    expect(sentences.filter(([, sentence]) => wordsOf(sentence, tag).length > 20)).toEqual([])
  })

  test('CON-20: no word that only we understand', () => {
    const words = banned[tag]
    expect(words, `banned words of ${tag}`).toBeDefined()
    expect(sentences.filter(([, sentence]) => jargon.test(sentence) || words?.test(sentence))).toEqual([])
  })
})

test.each(Object.entries(gates))('CON-20: every group is easy to read in %s: $measure', (tag, { isEasy }) => {
  const catalogue = Object.values<Catalogue>(locales).find((one) => one.tag === tag)
  const groups = catalogue === undefined ? [] : groupTexts(catalogue)
  expect(groups).toHaveLength(15)
  expect(groups.filter(([, text]) => !isEasy(readability(text, tag) ?? Number.NaN))).toEqual([])
})

test('CON-20: English sentences of five words or more are at most of grade 8', () => {
  const sentences = textsIn(locales.en, '').flatMap(([place, text]) =>
    sentencesOf(text).map((sentence): Named => [place, sentence]),
  )
  const measured = sentences.filter(([, sentence]) => wordsOf(sentence, 'en').length >= 5)
  const hard = measured.filter(([, sentence]) => (readability(sentence, 'en') ?? Number.NaN) > 8)
  expect(hard.map(([place]) => place)).toEqual(exceptions)
})

describe('the measures themselves', () => {
  test.each([
    ['en', 'insurance', 3],
    ['es', 'hospitalización', 6],
    ['es', 'días', 2],
    ['es', 'ciudad', 2],
    ['es', 'rey', 1],
    ['es', 'que', 1],
    ['fr', 'information', 4],
    ['fr', 'vaccins', 2],
    ['fr', 'analyse', 3],
    ['de', 'Information', 5],
    ['de', 'Laborwerte', 4],
    ['de', 'Qualität', 3],
    ['de', 'Ihre', 2],
  ])('%s: %s has %i syllables', (language, word, syllables) => expect(syllablesOf(word, language)).toBe(syllables))

  test('a hard text is measured as hard', () => {
    const hard = {
      en: 'Authorization of longitudinal encounter documentation necessitates institutional verification procedures.',
      es: 'La autorización de documentación longitudinal necesita procedimientos institucionales de verificación.',
      fr: 'L’autorisation de la documentation longitudinale nécessite des procédures institutionnelles de vérification.',
      de: 'Die Genehmigung längsschnittlicher Behandlungsdokumentation erfordert institutionelle Überprüfungsverfahren.',
    }
    for (const [tag, text] of Object.entries(hard)) expect(gates[tag]?.isEasy(readability(text, tag) ?? 0)).toBe(false)
  })

  test('Chinese words are counted although nothing parts them', () => {
    expect(wordsOf('您的姓名和联系方式', 'zh-Hans').length).toBeGreaterThan(3)
    expect(sentencesOf('一。二。')).toEqual(['一。', '二。'])
  })
})
