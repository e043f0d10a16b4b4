import type { Client } from '../clients/client.ts'
import type { Reason } from '../errors/reasons.ts'
import type { Session, User } from '../sign-in/user.ts'
import type { Grant } from './grant.ts'

/** Why a grant is paused: what `suspension.reasons` says to the app. Spec: AID-21, app-identity §10.1 */
export type SuspensionReason = keyof typeof suspensionKinds

/** What kind of pause a reason is, which decides what the person can do about it. */
export const suspensionKinds = {
  organization_changed: 'identity',
  organization_unverified: 'identity',
  domain_proof_missing: 'identity',
  domain_proof_replaced: 'identity',
  domain_reregistered: 'identity',
  redirect_host_changed: 'identity',
  app_signing_key_changed: 'identity',
  app_name_changed: 'identity',
  publisher_changed: 'identity',
  certificate_expired: 'hygiene',
  certificate_untrusted: 'hygiene',
  certificate_name_mismatch: 'hygiene',
  certificate_revoked: 'hygiene',
  dnssec_bogus: 'hygiene',
  site_unreachable: 'hygiene',
  unused: 'unused',
  withdrawn_by_user: 'user',
  blocked_by_admin: 'blocked',
} as const

/** Why a grant has ended. `refresh_token_reuse` and `code_reuse` are breaches; the rest somebody wanted. */
export type EndReason =
  | 'refresh_token_reuse'
  | 'code_reuse'
  | 'revoked_by_client'
  | 'withdrawn_by_user'
  | 'revoked_by_operator'
  | 'client_removed'
  | 'end_date'
  | 'idle'

/** Everything the decision looks at; loaded by the caller. Times and limits in seconds. */
export type Situation = {
  readonly grant: Grant
  readonly client: Client | undefined
  /** The person the grant is of; not looked at for backend services. */
  readonly user: User | undefined
  /** The browser session of an `online_access` grant; not looked at for others. */
  readonly session: Session | undefined
  /** Whether the person may still act for the patient in context. Spec: THR-38 */
  readonly mayActForPatient: boolean
  readonly now: number
  readonly limits: { readonly unusedPause: number; readonly refreshIdle: number }
}

/** The guard's answer. `record` is what the caller must write down: a state that time alone has brought about. */
export type GuardAnswer =
  | { readonly kind: 'may-issue' }
  | {
      readonly kind: 'refused'
      readonly reason: Extract<Reason, `grant:${string}`>
      readonly paused?: SuspensionReason
      readonly ended?: string
      readonly record?: { readonly state: 'suspended' | 'expired'; readonly reason: SuspensionReason | EndReason }
    }

/**
 * May this grant issue now? The one guard, asked by every grant type, exchange, device registration and introspection, so
 * that no door is left open for a suspended client. Final states come first: a revoked grant never says "paused".
 *
 * Spec: AID-21, AID-27, THR-36, THR-38, RF-02, TOK-17
 */
export const guard = (situation: Situation): GuardAnswer =>
  finalState(situation) ?? clientState(situation) ?? personState(situation) ?? idleState(situation) ?? mayIssue

const mayIssue: GuardAnswer = { kind: 'may-issue' }

type Refused = Extract<GuardAnswer, { kind: 'refused' }>

const refused = (reason: Refused['reason'], more: Partial<Refused> = {}): Refused => ({
  ...more,
  kind: 'refused',
  reason,
})

const paused = (reason: SuspensionReason): Refused => refused('grant:suspended', { paused: reason })

const finalState = ({ grant, now }: Situation): Refused | undefined => {
  if (grant.state === 'revoked')
    return refused('grant:revoked', grant.stateReason === undefined ? {} : { ended: grant.stateReason })
  if (grant.state === 'expired') return refused('grant:expired')
  if (grant.endsAt !== undefined && grant.endsAt <= now)
    return refused('grant:expired', { record: { state: 'expired', reason: 'end_date' } })
  return undefined
}

const clientState = ({ client, grant }: Situation): Refused | undefined => {
  if (client === undefined) return refused('grant:revoked', { ended: 'client_removed' })
  if (client.state !== 'active') return refused('grant:client-blocked', { paused: 'blocked_by_admin' })
  return grant.state === 'suspended' ? paused(suspensionReason(grant.stateReason)) : undefined
}

/** A reason this version does not know pauses like an operator's block: the person cannot lift it, nothing is issued. */
const suspensionReason = (text: string | undefined): SuspensionReason =>
  text !== undefined && isSuspensionReason(text) ? text : 'blocked_by_admin'

const isSuspensionReason = (text: string): text is SuspensionReason => Object.hasOwn(suspensionKinds, text)

const personState = ({ grant, user, session, mayActForPatient, now }: Situation): Refused | undefined => {
  if (isBackend(grant)) return undefined
  if (user?.state !== 'active') return refused('grant:user-disabled')
  if (grant.access === 'online' && !isLive(session, grant, now)) return refused('grant:session-ended')
  return mayActForPatient ? undefined : refused('grant:proxy-ended')
}

/** A backend service acts for itself: its grant's subject is the client. Client ids and subjects never coincide. Spec: THR-20 */
export const isBackend = (grant: Grant): boolean => grant.subject === grant.clientId

const isLive = (session: Session | undefined, grant: Grant, now: number): boolean =>
  session !== undefined && session.subject === grant.subject && session.idleEndsAt > now && session.endsAt > now

const idleState = ({ grant, now, limits }: Situation): Refused | undefined => {
  const idle = now - grant.lastUsedAt
  if (idle > limits.refreshIdle) return refused('grant:expired', { record: { state: 'expired', reason: 'idle' } })
  if (idle > limits.unusedPause) return { ...paused('unused'), record: { state: 'suspended', reason: 'unused' } }
  return undefined
}
