/**
 * How hard a text is to read, by the formula of its language; pure. English: Flesch–Kincaid grade. Spanish: Fernández
 * Huerta. French: Kandel–Moles. German: first Wiener Sachtextformel. The other languages have only the length of
 * sentences.
 */
import { syllable } from 'syllable'

type Counts = { readonly sentences: number; readonly words: readonly string[]; readonly syllables: number }

/** Sentences of a text; a text without a full stop is one. */
export const sentencesOf = (text: string): readonly string[] =>
  text
    .split(/(?<=[.!?。؟])\s*/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '')

/** Words of a text, without punctuation; a hyphen joins. Chinese is parted by the platform's dictionary. */
export const wordsOf = (text: string, language: string): readonly string[] => {
  if (!language.startsWith('zh')) return text.match(/[\p{L}\p{N}]+(?:[-’'][\p{L}\p{N}]+)*/gu) ?? []
  const parts = new Intl.Segmenter(language, { granularity: 'word' }).segment(text)
  return Array.from(parts).flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []))
}

const matches = (word: string, pattern: RegExp): number => word.match(pattern)?.length ?? 0

/** Spanish: in a run of vowels each strong or accented one is a syllable; `i` and `u` beside one are not. */
const spanishSyllables = (word: string): number =>
  (word.match(/[aeiouáéíóúü]+/giu) ?? []).reduce((sum, run) => sum + Math.max(1, matches(run, /[aeoáéíóú]/giu)), 0)

/** French: one for each run of vowels, without the silent `e` at the end. */
const frenchSyllables = (word: string): number =>
  matches(word.replace(/(?<=[^aeiouyàâäéèêëîïôöùûüœæ])es?$/iu, ''), /[aeiouyàâäéèêëîïôöùûüœæ]+/giu)

/** German: two vowels that make one sound are one syllable, others are two; the `u` of `qu` is none. */
const germanSyllables = (word: string): number =>
  matches(word.replaceAll(/qu/giu, 'k'), /aa|ee|oo|ie|ei|ai|au|eu|äu|[aeiouyäöü]/giu)

const syllableCounts: Readonly<Record<string, (word: string) => number>> = {
  en: syllable,
  es: spanishSyllables,
  fr: frenchSyllables,
  de: germanSyllables,
}

/** Syllables of a word, at least one. */
export const syllablesOf = (word: string, language: string): number =>
  Math.max(1, syllableCounts[language]?.(word) ?? 1)

const count = (text: string, language: string): Counts => {
  const words = wordsOf(text, language)
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word, language), 0)
  return { sentences: sentencesOf(text).length, words, syllables }
}

const vienna = (words: readonly string[], length: number): number => {
  const share = (isCounted: (word: string) => boolean): number => (100 * words.filter(isCounted).length) / words.length
  const many = share((word) => syllablesOf(word, 'de') >= 3)
  const one = share((word) => syllablesOf(word, 'de') === 1)
  const long = share((word) => word.length > 6)
  return 0.1935 * many + 0.1672 * length + 0.1297 * long - 0.0327 * one - 0.875
}

/** The value of a text by the formula of its language; `undefined` where the language has none. */
export const readability = (text: string, language: string): number | undefined => {
  const { sentences, words, syllables } = count(text, language)
  const length = words.length / sentences
  const weight = syllables / words.length
  if (language === 'en') return 0.39 * length + 11.8 * weight - 15.59
  if (language === 'es') return 206.84 - 60 * weight - 1.02 * length
  if (language === 'fr') return 207 - 1.015 * length - 73.6 * weight
  return language === 'de' ? vienna(words, length) : undefined
}
