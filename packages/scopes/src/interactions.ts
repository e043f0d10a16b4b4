import type { InteractionLetter, MalformedReason, ResourceScope } from './scope.ts'

/** The letters in the only order a scope may have them. Spec: SC-01 */
export const letters: readonly InteractionLetter[] = ['c', 'r', 'u', 'd', 's']

type Suffix = Pick<ResourceScope, 'interactions' | 'syntax'>

const v1Suffixes: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }
const v1Spellings: ReadonlyMap<string, string> = new Map(
  Object.entries(v1Suffixes).map(([suffix, spelled]) => [spelled, suffix]),
)

const lettersOf = (spelled: string): readonly InteractionLetter[] =>
  letters.filter((letter) => spelled.includes(letter))

/** All 31 v2 suffixes and the three of v1, read once: parsing a suffix is one look-up and shares its array. */
const suffixes: ReadonlyMap<string, Suffix> = new Map<string, Suffix>([
  ...Array.from({ length: 31 }, (_, index): [string, Suffix] => {
    const interactions = letters.filter((_, position) => ((index + 1) >> position) & 1)
    return [interactions.join(''), { interactions, syntax: 'v2' }]
  }),
  ...Object.entries(v1Suffixes).map(([suffix, spelled]): [string, Suffix] => [
    suffix,
    { interactions: lettersOf(spelled), syntax: 'v1' },
  ]),
])

const isLetter = (character: string): boolean => letters.some((letter) => letter === character)

const whyNotASuffix = (text: string): MalformedReason => {
  if (text === '') return 'missing-interactions'
  for (const character of text) if (!isLetter(character)) return 'unknown-interaction'
  return text.length > new Set(text).size ? 'repeated-interaction' : 'unordered-interactions'
}

/**
 * Reads what follows the dot: `rs`, `read`, `*`, …, or says why it is none of them. Suffixes outside the grammar are
 * never partly interpreted: `.dus` is not `.du`.
 *
 * Spec: SC-09, SC-10
 */
export const parseInteractions = (text: string): Suffix | MalformedReason => suffixes.get(text) ?? whyNotASuffix(text)

/** The suffix for a set of letters; `v1` asks for `read`, `write` or `*` and gets letters where v1 has no word for them. */
export const formatInteractions = (interactions: readonly InteractionLetter[], syntax: 'v1' | 'v2'): string => {
  const spelled = interactions.join('')
  return (syntax === 'v1' ? v1Spellings.get(spelled) : undefined) ?? spelled
}
