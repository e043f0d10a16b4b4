import { resourceScope } from './format.ts'
import { intersectQueries, queryCovers } from './query.ts'
import type { LaunchScope, ResourceScope, Scope } from './scope.ts'

const resourceCovers = (a: ResourceScope, b: ResourceScope): boolean =>
  a.level === b.level &&
  (a.type === '*' || a.type === b.type) &&
  b.interactions.every((letter) => a.interactions.includes(letter)) &&
  queryCovers(a.query, b.query)

/** A context without a role covers the same context in any role; bare `launch` covers only itself. */
const launchCovers = (a: LaunchScope, b: LaunchScope): boolean =>
  a.context === b.context && (a.role === undefined || a.role === b.role)

const oneCovers = (a: Scope, b: Scope): boolean => {
  switch (a.kind) {
    case 'resource':
      return b.kind === 'resource' && resourceCovers(a, b)
    case 'launch':
      return b.kind === 'launch' && launchCovers(a, b)
    case 'identity':
      return b.kind === 'identity' && a.name === b.name
    case 'offline':
      return b.kind === 'offline' && a.mode === b.mode
    case 'other':
      return b.kind === 'other' && a.text === b.text
    case 'malformed':
      return false
  }
}

/**
 * Asked letter by letter, because `Observation.r` and `Observation.s` cover `Observation.rs` between them. Types are
 * never added up: every type there is today is less than `*`.
 */
const someCover = (all: readonly Scope[], scope: Scope): boolean => {
  if (all.some((one) => oneCovers(one, scope))) return true
  if (scope.kind !== 'resource') return false
  return scope.interactions.every((letter) => all.some((one) => oneCovers(one, { ...scope, interactions: [letter] })))
}

/**
 * Whether `wide`, a scope or several together, is at least as wide as a scope. Between single scopes it is a partial
 * order over all but malformed ones, which cover nothing and are covered by nothing. Levels never lend reach to each
 * other: `user/` does not cover `patient/`.
 *
 * Spec: SC-09, SC-12, SC-23
 */
export const covers = (wide: Scope | readonly Scope[], scope: Scope): boolean =>
  'kind' in wide ? oneCovers(wide, scope) : someCover(wide, scope)

/** Whether two scopes mean the same, however they are spelled; malformed ones are equal only letter by letter. */
export const equals = (a: Scope, b: Scope): boolean => a.text === b.text || (covers(a, b) && covers(b, a))

const intersectResources = (a: ResourceScope, b: ResourceScope): ResourceScope | undefined => {
  if (a.level !== b.level) return undefined
  if (a.type !== b.type && a.type !== '*' && b.type !== '*') return undefined
  const interactions = a.interactions.filter((letter) => b.interactions.includes(letter))
  if (interactions.length === 0) return undefined
  const type = a.type === '*' ? b.type : a.type
  return resourceScope({
    level: a.level,
    type,
    interactions,
    syntax: a.syntax,
    query: intersectQueries(a.query, b.query),
  })
}

/**
 * The widest scope that both cover, or `undefined` if they share nothing. It is `a` itself when `b` covers it;
 * otherwise it is spelled as `a` was: in v1 where `a` is v1 and v1 has a word for it.
 *
 * Spec: SC-08
 */
export const intersect = (a: Scope, b: Scope): Scope | undefined => {
  if (covers(b, a)) return a
  if (a.kind === 'resource' && b.kind === 'resource') return intersectResources(a, b)
  return covers(a, b) ? b : undefined
}
