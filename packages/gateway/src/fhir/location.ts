import type { Restriction } from '@gatehouse/scopes'
import type { MembershipMode } from './compartment.ts'
import type { LocationUrls } from './reference.ts'
import type { AddedParameters } from './search-parameters.ts'
import { classOf, type TypeClass } from './type-classes.ts'

/** What the deciding code needs to know about one FHIR location: its names and the operator's rules for it. */
export type FhirLocation = {
  readonly bases: LocationUrls
  /** Types whose membership follows the letter of the CompartmentDefinition; all others are judged by whose record it is. */
  readonly membership: Readonly<Record<string, MembershipMode>>
  /** Withheld types the operator moved to `shared`. */
  readonly shared: ReadonlySet<string>
  readonly addedParameters: AddedParameters
  /** Whether the upstream keeps versions and honours `If-Match`; without, nobody may change a patient's record. */
  readonly versioned: boolean
  /** Whether the upstream is always searched by POST, which keeps values out of its access log. */
  readonly searchByPost: boolean
  /** Terminology-like operations the operator added, as `Type/$name`. */
  readonly operations: readonly string[]
  /** Types this gateway consults for decisions, beside List, Group and Consent: nobody may write them at patient level. */
  readonly consulted: ReadonlySet<string>
  /** The operator's own rules for what nobody is given, as restrictions. */
  readonly restrictions: readonly Restriction[]
}

/** The class of a type at this location. */
export const classAt = (location: FhirLocation, type: string): TypeClass | undefined =>
  location.shared.has(type) ? 'shared' : classOf(type)
