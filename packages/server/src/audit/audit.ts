/** What is recorded for auditors: a closed union, mapped to FHIR AuditEvent by `audit-event.ts`. Never a token, never clinical data. */

/** One recorded fact. Times are added by the sink. */
export type AuditRecord = {
  readonly event:
    | 'user-signed-in'
    | 'user-sign-in-failed'
    | 'user-signed-out'
    | 'launch-created'
    | 'consent-given'
    | 'consent-denied'
    | 'code-redeemed'
    | 'code-reused'
    | 'token-issued'
    | 'token-refreshed'
    | 'refresh-replayed'
    | 'refresh-reused'
    | 'token-revoked'
    | 'grant-ended'
    | 'grant-narrowed'
    | 'grant-suspended'
    | 'grant-resumed'
    | 'client-registered'
    | 'client-changed'
    | 'client-removed'
    | 'key-rotated'
    | 'admin-action'
  readonly outcome: 'success' | 'refused'
  readonly clientId?: string
  readonly subject?: string
  readonly patient?: string
  readonly grantId?: string
  readonly reason?: string
  readonly remoteAddress?: string
  /** Who acted when it was not the subject (operator, EHR user). */
  readonly actor?: string
}
