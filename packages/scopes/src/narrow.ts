import { covers, intersect } from './compare.ts'
import { distinct, factor } from './factor.ts'
import type { MalformedReason, ResourceScope, Scope } from './scope.ts'
import { isResourceScope } from './scope.ts'
import { hasExactQuery } from './search-parameters.ts'

/** Why a requested scope was not granted as it was asked. `partly-allowed`: something narrower was granted for it. */
export type RefusedReason = 'not-allowed' | 'partly-allowed' | 'unsupported-query' | MalformedReason

/** A requested scope that was not granted whole. */
export type RefusedScope = { readonly scope: Scope; readonly reason: RefusedReason }

/** What is left of a request: the scopes to grant, in the order asked, and what was not granted whole, with reasons. */
export type Narrowed = { readonly granted: readonly Scope[]; readonly refused: readonly RefusedScope[] }

type Answer = { readonly scope: Scope; readonly granted: readonly Scope[]; readonly reason?: RefusedReason }

const reduce = (scope: ResourceScope, allowed: readonly Scope[]): readonly ResourceScope[] =>
  factor(allowed.flatMap((one) => intersect(scope, one) ?? []).filter(isResourceScope)).filter(hasExactQuery)

const answer = (scope: Scope, allowed: readonly Scope[]): Answer => {
  if (scope.kind === 'malformed') return { scope, granted: [], reason: scope.reason }
  if (isResourceScope(scope) && !hasExactQuery(scope)) return { scope, granted: [], reason: 'unsupported-query' }
  if (covers(allowed, scope)) return { scope, granted: [scope] }
  const granted = isResourceScope(scope) ? reduce(scope, allowed) : []
  return { scope, granted, reason: granted.length === 0 ? 'not-allowed' : 'partly-allowed' }
}

/** Parts that a scope granted whole covers anyway are left out; what was asked word by word is always echoed. */
const collect = (answers: readonly Answer[]): readonly Scope[] => {
  const whole = answers.flatMap(({ granted, reason }) => (reason === undefined ? granted : []))
  return distinct(
    answers.flatMap(({ granted, reason }) =>
      reason === undefined ? granted : granted.filter((scope) => !covers(whole, scope)),
    ),
  )
}

/**
 * Reduces what is requested to what is allowed. A scope that the allowed ones cover, alone or together, is granted byte
 * for byte as it was asked; of one that is allowed in part, that part is granted in its shortest form, in v1 words where
 * v1 was asked and can say it. Never widens: all that is granted is covered by the request and by what is allowed.
 *
 * Spec: SC-08, SC-13, SC-16, SC-25, SC-28, CON-10, CON-17, IN-04
 */
export const narrow = (requested: readonly Scope[], allowed: readonly Scope[]): Narrowed => {
  const answers = requested.map((scope) => answer(scope, allowed))
  const refused = answers.flatMap(({ scope, reason }) => (reason === undefined ? [] : [{ scope, reason }]))
  return { granted: collect(answers), refused }
}
