import { covers } from './compare.ts'
import { resourceScope } from './format.ts'
import { letters } from './interactions.ts'
import { formatQuery } from './query.ts'
import type { ResourceScope, Scope } from './scope.ts'

const join = (a: ResourceScope, b: ResourceScope): ResourceScope => {
  if (covers(a, b)) return a
  if (covers(b, a)) return b
  const interactions = letters.filter((letter) => a.interactions.includes(letter) || b.interactions.includes(letter))
  return resourceScope({ ...a, interactions, syntax: a.syntax === 'v1' || b.syntax === 'v1' ? 'v1' : 'v2' })
}

/** Those of a list that no other one of it is wider than; of equal ones the first. */
export const widest = <One>(all: readonly One[], isWider: (a: One, b: One) => boolean): readonly One[] =>
  all.filter(
    (one, index) =>
      !all.some((other, at) => at !== index && isWider(other, one) && (at < index || !isWider(one, other))),
  )

/**
 * The shortest form of a union of scopes: letters of the same level, type and query joined (`Observation.r` and
 * `Observation.s` become `Observation.rs`), and scopes that another one covers left out. The meaning stays the same.
 *
 * Spec: SC-13
 */
export const factor = (scopes: readonly ResourceScope[]): readonly ResourceScope[] => {
  const joined = new Map<string, ResourceScope>()
  for (const scope of scopes) {
    const key = `${scope.level}/${scope.type}?${formatQuery(scope.query)}`
    const before = joined.get(key)
    joined.set(key, before === undefined ? scope : join(before, scope))
  }
  return widest([...joined.values()], covers)
}

/** The scopes with later repeats of the same text left out. */
export const distinct = (scopes: readonly Scope[]): readonly Scope[] =>
  [...new Map(scopes.toReversed().map((scope) => [scope.text, scope])).values()].toReversed()
