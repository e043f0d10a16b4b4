import type { Authorization } from '../authorization.ts'
import type { Known } from '../wants.ts'
import type { FhirLocation } from './location.ts'

/** What judging takes: what the token proves, the rules of the location, and what has been looked up. */
export type Judging = {
  readonly authorization: Authorization
  readonly location: FhirLocation
  readonly known: Known
  /** The time of the request, in seconds: restrictions end. */
  readonly now: number
}
