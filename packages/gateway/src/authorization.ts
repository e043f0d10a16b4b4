import type { InteractionLetter, ResourceScope } from '@gatehouse/scopes'
import type { Patients } from './fhir/compartment.ts'
import type { Matcher } from './fhir/match.ts'

/**
 * How far a scope's level goes: the records of these patients, everything, or whatever the upstream allows the user it is
 * told about. A scope whose level has no reach is left out of the authorization.
 */
export type Reach =
  | { readonly kind: 'patients'; readonly patients: Patients }
  | { readonly kind: 'all' }
  | { readonly kind: 'upstream' }

/** One way to be covered: a scope with the reach of its own level. Alternatives never lend each other anything. Spec: SC-12, GW-23, GW-24 */
export type Alternative = { readonly scope: ResourceScope; readonly reach: Reach; readonly matches: Matcher }

/** What the presented token proves, for this location. */
export type Authorization = {
  readonly issuer: string
  readonly subject: string
  readonly clientId: string
  readonly tokenId: string
  readonly grantId: string | undefined
  readonly patient: string | undefined
  /** The user's own resource at this base. It may be read even when no scope covers its type. Spec: ID-09 */
  readonly own: { readonly type: string; readonly id: string } | undefined
  readonly fhirUser: string | undefined
  readonly alternatives: readonly Alternative[]
  /** Scopes that parse and would cover something, were there a patient. For telling 403 reasons apart. */
  readonly withoutPatient: readonly ResourceScope[]
}

const matching = (scope: ResourceScope, letter: InteractionLetter, type: string): boolean =>
  (scope.type === type || scope.type === '*') && scope.interactions.includes(letter)

/** The alternatives that speak of this interaction on this type. */
export const alternativesFor = (
  { alternatives }: Authorization,
  letter: InteractionLetter,
  type: string,
): readonly Alternative[] => alternatives.filter(({ scope }) => matching(scope, letter, type))

/** Whether a scope would cover the interaction if its level had a patient. */
export const lacksPatient = ({ withoutPatient }: Authorization, letter: InteractionLetter, type: string): boolean =>
  withoutPatient.some((scope) => matching(scope, letter, type))

/** Whether an alternative covers everything of its type: nothing of an answer needs judging then. */
export const isFull = ({ reach, scope }: Alternative): boolean => reach.kind !== 'patients' && scope.query.length === 0
