import { distinct } from './factor.ts'
import { resourceScope } from './format.ts'
import { groupOf, resourceTypes } from './resource-types.ts'
import type { ResourceScope, Scope } from './scope.ts'
import { isResourceScope } from './scope.ts'

const isGranular = (scope: Scope): scope is ResourceScope =>
  isResourceScope(scope) && scope.query.length > 0 && scope.type !== '*'

/** The types a wildcard is spelled out to: all but those that are about computers, which no person asks for by name. */
const spelledOut = resourceTypes.filter((type) => groupOf(type) !== 'system')

const without = (wide: ResourceScope, granular: readonly ResourceScope[]): readonly ResourceScope[] => {
  const taken = granular.filter(({ level, type }) => level === wide.level && type === wide.type)
  const interactions = wide.interactions.filter((letter) => !taken.some((scope) => scope.interactions.includes(letter)))
  if (interactions.length === wide.interactions.length) return [wide]
  return interactions.length === 0 ? [] : [resourceScope({ ...wide, interactions })]
}

const unswallowed = (scope: Scope, granular: readonly ResourceScope[]): readonly Scope[] => {
  if (!isResourceScope(scope) || scope.query.length > 0) return [scope]
  if (scope.type !== '*') return without(scope, granular)
  const meets = granular.some(
    ({ level, interactions }) =>
      level === scope.level && interactions.some((letter) => scope.interactions.includes(letter)),
  )
  if (!meets) return [scope]
  return spelledOut.flatMap((type) => without(resourceScope({ ...scope, type }), granular))
}

/**
 * The scopes without those that would make a granular one pointless: where `Observation.rs?category=…` is granted, a
 * plain `Observation.rs` of the same level loses these letters, and `*.rs` is spelled out for the other types. So a
 * person who chose a part is not overruled by a wider scope beside it.
 *
 * Spec: ONC-35, CON-17
 */
export const withoutSwallowed = (scopes: readonly Scope[]): readonly Scope[] => {
  const granular = scopes.filter(isGranular)
  return distinct(scopes.flatMap((scope) => unswallowed(scope, granular)))
}
