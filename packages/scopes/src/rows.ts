import type { VerbSet } from './catalogue.ts'
import { covers } from './compare.ts'
import { widest } from './factor.ts'
import { formatQuery } from './query.ts'
import { resourceTypes } from './resource-types.ts'
import { type Alike, type Row, recordRow } from './row.ts'
import type { Level, ResourceScope } from './scope.ts'
import { verbSetOf, type Words } from './words.ts'

/** A row and what decides its place on the page. */
export type PlacedRow = { readonly level: Level; readonly verbs: VerbSet; readonly row: Row }

type Wanted = { readonly scopes: Alike; readonly verbs: VerbSet }

const types: readonly string[] = resourceTypes

/** Everything first, then the order of groups and types. */
const position = ({ scopes: [{ type }] }: Wanted): number => types.indexOf(type)

/** Scopes that one row stands for: the same level, type and query, and the same verbs (`.r` and `.s` are both "see"). */
const gather = (scopes: readonly ResourceScope[]): readonly Wanted[] => {
  const byKey = new Map<string, Wanted>()
  for (const scope of scopes) {
    const verbs = verbSetOf(scope.interactions)
    if (verbs === undefined) continue
    const key = `${verbs} ${scope.level}/${scope.type}?${formatQuery(scope.query)}`
    const before = byKey.get(key)
    byKey.set(key, { scopes: before === undefined ? [scope] : [...before.scopes, scope], verbs })
  }
  return [...byKey.values()]
}

const isWider = (a: Wanted, b: Wanted): boolean => b.scopes.every((scope) => covers(a.scopes, scope))

const place = ({ scopes, verbs }: Wanted, inside: readonly Wanted[], words: Words): PlacedRow => {
  const row = recordRow(scopes, words)
  const names = inside.map((other) => recordRow(other.scopes, words).short).filter((short) => short !== row.short)
  const all = [...scopes, ...inside.flatMap((other) => other.scopes)]
  return { level: scopes[0].level, verbs, row: { ...row, scopes: all, includes: [...new Set(names)] } }
}

/**
 * The rows for resource scopes. What a broader row contains has no row of its own: its scopes follow the broader row,
 * which says what it includes.
 *
 * Spec: CON-02, CON-23
 */
export const recordRows = (scopes: readonly ResourceScope[], words: Words): readonly PlacedRow[] => {
  const wanted = gather(scopes)
  const kept = widest(wanted, isWider).toSorted((a, b) => position(a) - position(b))
  const dropped = wanted.filter((one) => !kept.includes(one))
  return kept.map((one) => {
    const inside = dropped.filter((other) => kept.find((wide) => isWider(wide, other)) === one)
    return place(one, inside, words)
  })
}
