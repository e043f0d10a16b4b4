import type { Scope } from '@gatehouse/scopes'

/** What the person ticked: scope strings, and the two rows that stand apart. */
export type ConsentChoice = {
  readonly scopes: ReadonlySet<string>
  readonly identity: boolean
  readonly offline: boolean
}

/**
 * What was offered and ticked, in the order and spelling asked. A posted scope that was not offered is as if it were not
 * there: the form is never believed. Launch context goes with whatever else is shared. Spec: CON-05, CON-06, CON-09, CON-10
 */
export const agreedScopes = (offered: readonly Scope[], choice: ConsentChoice): readonly Scope[] => {
  const isChosen = (scope: Scope): boolean => {
    if (scope.kind === 'resource') return choice.scopes.has(scope.text)
    return scope.kind === 'identity' && choice.identity
  }
  const shared = offered.some(isChosen)
  const goesAlong = (scope: Scope): boolean => scope.kind === 'launch' || (scope.kind === 'offline' && choice.offline)
  return offered.filter((scope) => isChosen(scope) || (shared && goesAlong(scope)))
}

/** How long a yes may count, in days; `once` ends with this visit, `open` when the person says so. Spec: CON-07 */
export const durations = ['once', '1', '90', '365', 'open'] as const

/** One of the durations a person may choose. */
export type Duration = (typeof durations)[number]

const day = 86_400

/** A visit that was agreed to for this time ends within so long. */
const visit = 3600

/** When an agreement of this duration ends, in Unix seconds; `undefined`: no date. Spec: CON-07 */
export const endOf = (duration: Duration, now: number): number | undefined => {
  if (duration === 'open') return undefined
  return now + (duration === 'once' ? visit : Number(duration) * day)
}

/** The duration of a form field; one we did not offer counts as the shortest. */
export const parseDuration = (text: string | undefined): Duration =>
  durations.find((duration) => duration === text) ?? 'once'
