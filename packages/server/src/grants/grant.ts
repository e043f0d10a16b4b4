import type { LaunchContext } from '../launch/launch-context.ts'

/**
 * What was agreed, as long as it lasts: everything that can be issued points to a grant, and ending it is the one switch.
 * This folder owns the agreement and its life; issuing tokens from it is `token/`, deciding about it is `authorize/`.
 */

/** Why a grant does not work now. `revoked` and `expired` are final, `suspended` is returnable. */
export type GrantState = 'active' | 'suspended' | 'revoked' | 'expired'

/** How long the refresh token lives on: not at all, with the session, or on its own. Spec: RF-01..RF-03 */
export type Access = 'once' | 'online' | 'offline'

/** The durable agreement. Times in seconds; `endsAt` never moves later; absent = no end date chosen. */
export type Grant = {
  readonly id: string
  readonly clientId: string
  /** `sub` of the person, or the client id for backend services. */
  readonly subject: string
  /** Exactly the granted strings, space separated, in the order and spelling asked. Spec: AL-64, IN-04 */
  readonly scope: string
  readonly context: LaunchContext
  /** FHIR base URLs the tokens are for. */
  readonly audience: readonly string[]
  /** Relative reference of the user in the audience, when there is a user. */
  readonly fhirUser?: string
  readonly access: Access
  readonly sessionId?: string
  readonly consentId?: string
  /** When the user authenticated, for the `auth_time` claim. */
  readonly authenticatedAt: number
  readonly createdAt: number
  readonly endsAt?: number
  readonly lastUsedAt: number
  readonly state: GrantState
  /** Why it is not active: a member of a closed list kept in `guard.ts`; shown in words, never as is. */
  readonly stateReason?: string
  /** What the consent page said of the app's identity, as `app-identity/snapshot.ts` writes it. */
  readonly snapshot?: Readonly<Record<string, unknown>>
}
