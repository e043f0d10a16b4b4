/**
 * Everything that can go wrong for an app, named once.
 *
 * One class with a closed set of reasons, so that `switch (error.reason)` is checked by the compiler. What the server said
 * is carried in fields of its own. No message, field or cause ever holds a token, code, launch value or assertion: causes
 * of the protocol library are dropped on purpose, because they carry whole response bodies.
 */
import type { Suspension } from './suspension.ts'

/** The protocol step or rule that stopped, as a stable code. */
export type SmartReason =
  | 'option-refused'
  | 'insecure-url'
  | 'discovery-failed'
  | 'discovery-invalid'
  | 'pkce-unsupported'
  | 'launch-unsupported'
  | 'launch-invalid'
  | 'server-not-allowed'
  | 'gesture-required'
  | 'state-unknown'
  | 'state-expired'
  | 'issuer-mismatch'
  | 'answer-invalid'
  | 'authorization-refused'
  | 'id-token-invalid'
  | 'fhir-user-invalid'
  | 'context-invalid'
  | 'token-answer-invalid'
  | 'token-refused'
  | 'try-later'
  | 'suspended'
  | 'parked'
  | 'ended'
  | 'locked'
  | 'foreign-url'
  | 'redirect-refused'
  | 'fhir-error'
  | 'version-conflict'
  | 'registration-refused'
  | 'unlock-failed'

/** What the server said about it, as far as it said anything. */
export type SmartErrorFields = {
  /** HTTP status of the answer that was refused or refused us. */
  readonly status?: number
  /** OAuth `error` of the answer. */
  readonly error?: string
  /** Gatehouse's `error_reason`, for instance `grant_suspended`. */
  readonly errorReason?: string
  /** Page that explains the error to a person. */
  readonly errorUri?: string
  /** Seconds after which another attempt makes sense. */
  readonly retryAfter?: number
  /** Why access is paused; present with reason `suspended`. */
  readonly suspension?: Suspension
  /** FHIR OperationOutcome of a refused FHIR request. */
  readonly outcome?: unknown
}

/**
 * The only error this SDK throws on purpose. `reason` is for code, `message` for the app's developer.
 *
 * Spec: SDK-33, SDK-34
 */
export class SmartError extends Error {
  override readonly name = 'SmartError'
  readonly reason: SmartReason
  readonly status: number | undefined
  readonly error: string | undefined
  readonly errorReason: string | undefined
  readonly errorUri: string | undefined
  readonly retryAfter: number | undefined
  readonly suspension: Suspension | undefined
  readonly outcome: unknown

  constructor(reason: SmartReason, message: string, fields: SmartErrorFields = {}) {
    super(message)
    this.reason = reason
    this.status = fields.status
    this.error = fields.error
    this.errorReason = fields.errorReason
    this.errorUri = fields.errorUri
    this.retryAfter = fields.retryAfter
    this.suspension = fields.suspension
    this.outcome = fields.outcome
  }
}
