import type { Catalogue, VerbSet } from './catalogue.ts'
import { type LocaleTag, locales } from './locales.ts'
import type { Restriction } from './restriction.ts'
import { restrictionText } from './restriction-text.ts'
import { plainRow, type Row } from './row.ts'
import { type PlacedRow, recordRows } from './rows.ts'
import { isResourceScope, type Level, type Scope } from './scope.ts'
import { type Display, verbSets } from './words.ts'

/** Rows that share whose records they are about and what the app wants to do with them. */
export type Section = {
  readonly level: Level
  readonly verbs: VerbSet
  /** Verb phrase that follows "This app wants to". */
  readonly heading: string
  /** Says whose records are meant, where it is more than one person's. */
  readonly reach?: string
  readonly rows: readonly Row[]
}

/** Scopes in plain words, ready for a page: sections of records, then what stands apart. */
export type Description = {
  readonly locale: LocaleTag
  readonly dir: 'ltr' | 'rtl'
  readonly sections: readonly Section[]
  readonly identity: readonly Row[]
  readonly offline: readonly Row[]
  readonly others: readonly Row[]
  /** One sentence or two per kind of restriction. */
  readonly restrictions: readonly string[]
}

/** What a description may draw on beside the catalogue: names of codes, and restrictions that are in force. */
export type DescribeOptions = { readonly display?: Display; readonly restrictions?: readonly Restriction[] }

const levels: readonly Level[] = ['patient', 'user', 'system']

const sectionsOf = (placed: readonly PlacedRow[], catalogue: Catalogue): readonly Section[] =>
  levels.flatMap((level) => {
    const ofLevel = placed.filter((one) => one.level === level)
    const reach = level === 'patient' ? {} : { reach: catalogue.reach[level] }
    const used = verbSets.filter((verbs) => ofLevel.some((one) => one.verbs === verbs))
    return used.map((verbs): Section => {
      const rows = ofLevel.filter((one) => one.verbs === verbs).map(({ row }) => row)
      return { level, verbs, heading: catalogue.verbs[verbs], ...reach, rows }
    })
  })

/** Launch and identity scopes are one line. Spec: CON-06 */
const identityRows = (scopes: readonly Scope[], { identity }: Catalogue): readonly Row[] => {
  const meant = scopes.filter(({ kind }) => kind === 'identity' || kind === 'launch')
  return meant.length === 0 ? [] : [plainRow('identity', identity, meant)]
}

const offlineRows = (scopes: readonly Scope[], { offline, online }: Catalogue): readonly Row[] => {
  const asking = scopes.filter((scope) => scope.kind === 'offline')
  const always = asking.filter(({ mode }) => mode === 'offline_access')
  if (always.length > 0) return [plainRow('offline', offline, asking)]
  return asking.length === 0 ? [] : [plainRow('offline', online, asking)]
}

const otherRow = (scope: Scope, { others }: Catalogue): Row => {
  const isKnown = (text: string): text is keyof typeof others => text !== 'unknown' && Object.hasOwn(others, text)
  if (isKnown(scope.text)) return plainRow('other', others[scope.text], [scope])
  return { ...plainRow('other', others.unknown, [scope]), quality: 'unknown' }
}

/**
 * Says in plain words what scopes let an app do. Total over every scope that grants something: each stands in exactly
 * one row's `scopes`, so a page can offer rows and turn the choice back into scopes. Malformed scopes grant nothing and
 * are left out. A scope without words of its own has a row of quality `unknown`; whether to show it is the caller's
 * decision.
 *
 * Spec: CON-01, CON-04, CON-05, CON-06, CON-20, CON-22, CON-23
 */
export const describe = (scopes: readonly Scope[], locale: LocaleTag, options: DescribeOptions = {}): Description => {
  const catalogue: Catalogue = locales[locale]
  const words = { catalogue, display: options.display ?? (() => undefined) }
  const placed = recordRows(scopes.filter(isResourceScope), words)
  return {
    locale,
    dir: catalogue.dir,
    sections: sectionsOf(placed, catalogue),
    identity: identityRows(scopes, catalogue),
    offline: offlineRows(scopes, catalogue),
    others: scopes.filter(({ kind }) => kind === 'other').map((scope) => otherRow(scope, catalogue)),
    restrictions: [...new Set((options.restrictions ?? []).map((one) => restrictionText(one, catalogue)))],
  }
}
