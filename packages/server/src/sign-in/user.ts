/**
 * Who the user is: the record of a person, whether we hold the password or an upstream provider does. This folder owns
 * sign-in and browser sessions; whom a user may act for is the directory's business.
 */

/** What a person is to the organization; decides which picker and which default policy they meet. */
export type Role = 'patient' | 'proxy' | 'practitioner'

/** One person. `fhirUser` is relative (`Practitioner/p1`) to the audience. Spec: ID-02, ID-06, IN-07 */
export type User = {
  readonly subject: string
  readonly username: string
  readonly name: string
  readonly role: Role
  readonly fhirUser: string
  /** Patient ids this person may choose by local registration; the directory may add more. */
  readonly patients: readonly string[]
  readonly passwordHash?: string
  readonly upstream?: { readonly issuer: string; readonly subject: string }
  readonly locale?: string
  readonly email?: string
  readonly state: 'active' | 'disabled'
}

/** A browser signed in at our server. The cookie holds the handle; the store only its hash. Times in seconds. */
export type Session = {
  /** SHA-256 of the cookie value; also what an `online_access` grant is bound to. */
  readonly id: string
  readonly subject: string
  readonly authenticatedAt: number
  readonly lastActiveAt: number
  readonly idleEndsAt: number
  readonly endsAt: number
  /** How the person proved who they are (RFC 8176 values). */
  readonly methods: readonly string[]
}
