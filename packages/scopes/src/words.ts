import type { Catalogue, VerbSet } from './catalogue.ts'
import type { InteractionLetter } from './scope.ts'

/** Name of a code in the words of people, from a terminology the operator has; `system` is absent for a bare code. */
export type Display = (system: string | undefined, code: string) => string | undefined

/** What turning scopes into words needs: a language, and names of codes. */
export type Words = { readonly catalogue: Catalogue; readonly display: Display }

/** Verbs in the order in which a page shows them. */
const verbs = [
  ['see', ['r', 's']],
  ['add', ['c']],
  ['change', ['u']],
  ['delete', ['d']],
] as const

/** Every set of verbs, narrow before wide: the order of sections. */
export const verbSets: readonly VerbSet[] = [
  ...(['see', 'see add', 'see change', 'see delete', 'see add change', 'see add delete', 'see change delete'] as const),
  ...(['see add change delete', 'add', 'add change', 'add delete', 'add change delete'] as const),
  ...(['change', 'change delete', 'delete'] as const),
]

/** The verbs that letters stand for, as the key of their heading. Spec: CON-01, CON-04 */
export const verbSetOf = (letters: readonly InteractionLetter[]): VerbSet | undefined => {
  const key = verbs.filter(([, meant]) => meant.some((letter) => letters.includes(letter))).map(([verb]) => verb)
  return verbSets.find((set) => set === key.join(' '))
}

/** Fills the one `{…}` of a template. */
export const fill = (template: string, text: string): string => template.replace(/\{[a-z]+\}/, () => text)

const join = (texts: readonly string[], tag: string, type: 'conjunction' | 'disjunction'): string =>
  texts.length === 1 ? texts.join('') : new Intl.ListFormat(tag, { type }).format(texts)

/** Several phrases as one, as the language joins them: with "and", */
export const joinAll = (texts: readonly string[], { tag }: Catalogue): string => join(texts, tag, 'conjunction')

/** … or with "or". */
export const joinAny = (texts: readonly string[], { tag }: Catalogue): string => join(texts, tag, 'disjunction')

/** A day in full, as the language writes it, in UTC. */
export const formatDay = (milliseconds: number, { tag }: Catalogue): string =>
  new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' }).format(milliseconds)
