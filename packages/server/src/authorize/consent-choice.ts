import { covers, type Description, type ResourceScope, type Row, type Scope } from '@gatehouse/scopes'
import type { Pair } from '../answer.ts'

/** What the person ticked. Texts are scope strings, as the page wrote them into its form. */
export type ConsentChoice = {
  readonly ticked: ReadonlySet<string>
  /** Narrower kinds that were ticked under a row: only these, in the row's place. */
  readonly only: ReadonlySet<string>
  readonly identity: boolean
  readonly offline: boolean
}

/** Form → choice. Nothing of it is believed before it is compared with what was offered. */
export const parseChoice = (form: readonly Pair[]): ConsentChoice => {
  const texts = (name: string) => new Set(form.filter(([key]) => key === name).flatMap(([, value]) => value.split(' ')))
  const has = (name: string) => form.some(([key]) => key === name)
  return { ticked: texts('scope'), only: texts('only'), identity: has('identity'), offline: has('offline') }
}

/** The rows of the records an app asks for. */
export const recordRows = (description: Description): readonly Row[] => description.sections.flatMap(({ rows }) => rows)

/**
 * What was offered and ticked, in the order and spelling asked; where narrower kinds were ticked under a row, those in its
 * place and nothing of the wider one. A posted scope that the page did not offer is as if it were not there. Launch context
 * goes with whatever else is shared.
 *
 * Spec: CON-05, CON-06, CON-09, CON-10, CON-17, CON-18, ONC-32, ONC-35
 */
export const agreedScopes = (
  offered: readonly Scope[],
  description: Description,
  choice: ConsentChoice,
): readonly Scope[] => {
  const narrower = recordRows(description)
    .flatMap((row) => row.choices.flatMap(({ scopes }) => scopes))
    .filter((scope) => choice.only.has(scope.text))
  const shared = offered.flatMap((scope): readonly Scope[] => {
    if (scope.kind === 'identity') return choice.identity ? [scope] : []
    if (scope.kind !== 'resource' || !choice.ticked.has(scope.text)) return []
    return inPlaceOf(scope, narrower)
  })
  if (shared.length === 0) return []
  const goesAlong = (scope: Scope): boolean =>
    scope.kind === 'launch' || (scope.kind === 'offline' && choice.offline) || shared.includes(scope)
  const kept = offered.filter(goesAlong)
  return [...kept, ...shared.filter((scope) => !kept.includes(scope))]
}

const inPlaceOf = (scope: ResourceScope, narrower: readonly Scope[]): readonly Scope[] => {
  const inside = narrower.filter((one) => covers(scope, one))
  return inside.length === 0 ? [scope] : inside
}
