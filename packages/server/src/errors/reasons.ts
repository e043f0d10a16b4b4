/**
 * Everything that can go wrong at the authorization server, named once: reason → OAuth error code and status.
 * A reason becomes the URN `urn:gatehouse:error:<area>:<reason>`, the key of its texts, and its place in `docs/errors.md`.
 * This folder owns naming and showing errors; where they are thrown is the business of the endpoints.
 */

/** Error codes of OAuth and OpenID Connect that clients know. Spec: RFC 6749 §4.1.2.1 and §5.2, RFC 9449, OIDC Core §3.1.2.6 */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'unsupported_token_type'
  | 'request_not_supported'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'access_denied'
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'
  | 'account_selection_required'
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'invalid_software_statement'
  | 'unapproved_software_statement'
  | 'invalid_dpop_proof'
  | 'invalid_client_attestation'
  | 'use_attestation_challenge'
  | 'use_fresh_attestation'
  | 'use_dpop_nonce'
  | 'server_error'
  | 'temporarily_unavailable'

/** Code and HTTP status that belong to a reason; `page` errors have no OAuth code of their own. */
type Row = { readonly code: OAuthErrorCode; readonly status: number }

const row = (code: OAuthErrorCode, status: number): Row => ({ code, status })

/** The closed table, `<area>:<reason>` → code and status. A new reason is a new row, and its texts do not compile before. */
export const reasons = {
  'request:malformed': row('invalid_request', 400),
  'request:repeated-parameter': row('invalid_request', 400),
  'request:missing-parameter': row('invalid_request', 400),
  'request:too-large': row('invalid_request', 413),
  'request:content-type': row('invalid_request', 415),
  'request:method': row('invalid_request', 405),
  'request:rate-limited': row('temporarily_unavailable', 429),
  'request:not-found': row('invalid_request', 404),
  'request:form-expired': row('invalid_request', 403),
  'server:unexpected': row('server_error', 500),
  'server:busy': row('temporarily_unavailable', 503),
  'client:unknown': row('invalid_client', 401),
  'client:authentication-failed': row('invalid_client', 401),
  'client:attestation-invalid': row('invalid_client_attestation', 401),
  'client:attestation-challenge': row('use_attestation_challenge', 400),
  'client:attestation-stale': row('use_fresh_attestation', 400),
  'client:not-active': row('unauthorized_client', 400),
  'client:not-allowed': row('unauthorized_client', 403),
  'client:grant-type-not-allowed': row('unauthorized_client', 400),
  'authorize:client-unknown': row('invalid_request', 400),
  'authorize:redirect-uri-mismatch': row('invalid_request', 400),
  'authorize:response-type': row('unsupported_response_type', 400),
  'authorize:response-mode': row('invalid_request', 400),
  'authorize:request-object': row('request_not_supported', 400),
  'authorize:max-age': row('invalid_request', 400),
  'authorize:dpop-key': row('invalid_request', 400),
  'authorize:id-token-hint': row('invalid_request', 400),
  'authorize:audience-missing': row('invalid_request', 400),
  'authorize:audience-unknown': row('invalid_target', 400),
  'authorize:pkce-missing': row('invalid_request', 400),
  'authorize:pkce-method': row('invalid_request', 400),
  'authorize:pkce-malformed': row('invalid_request', 400),
  'authorize:state-missing': row('invalid_request', 400),
  'authorize:prompt': row('invalid_request', 400),
  'authorize:request-uri': row('invalid_request', 400),
  'authorize:scope-empty': row('invalid_scope', 400),
  'authorize:scope-not-allowed': row('invalid_scope', 400),
  'authorize:scope-unknown-query': row('invalid_scope', 400),
  'authorize:launch-unknown': row('invalid_request', 400),
  'authorize:launch-used': row('invalid_request', 400),
  'authorize:launch-expired': row('invalid_request', 400),
  'authorize:launch-other-user': row('access_denied', 403),
  'authorize:launch-missing': row('invalid_request', 400),
  'authorize:choice-not-permitted': row('access_denied', 403),
  'authorize:no-patient': row('access_denied', 403),
  'authorize:denied': row('access_denied', 403),
  'authorize:nothing-granted': row('access_denied', 403),
  'authorize:login-required': row('login_required', 400),
  'authorize:account-selection-required': row('account_selection_required', 400),
  'authorize:other-user': row('login_required', 400),
  'authorize:client-blocked': row('access_denied', 403),
  'authorize:interaction-required': row('interaction_required', 400),
  'authorize:consent-required': row('consent_required', 400),
  'authorize:interaction-expired': row('invalid_request', 400),
  'sign-in:wrong-credentials': row('access_denied', 401),
  'sign-in:provider-refused': row('access_denied', 403),
  'sign-in:provider-unreachable': row('temporarily_unavailable', 503),
  'sign-in:not-linked': row('access_denied', 403),
  'sign-in:locked': row('access_denied', 429),
  'sign-in:user-disabled': row('access_denied', 403),
  'token:grant-type-unsupported': row('unsupported_grant_type', 400),
  'token:code-unknown': row('invalid_grant', 400),
  'token:code-used': row('invalid_grant', 400),
  'token:code-expired': row('invalid_grant', 400),
  'token:code-other-client': row('invalid_grant', 400),
  'token:redirect-uri-mismatch': row('invalid_grant', 400),
  'token:verifier-missing': row('invalid_request', 400),
  'token:verifier-wrong': row('invalid_grant', 400),
  'token:key-mismatch': row('invalid_grant', 400),
  'token:audience-unknown': row('invalid_target', 400),
  'token:other-client': row('invalid_grant', 400),
  'token:assertion': row('invalid_grant', 400),
  'token:refresh-unknown': row('invalid_grant', 400),
  'token:refresh-expired': row('invalid_grant', 400),
  'token:refresh-reused': row('invalid_grant', 400),
  'token:scope-wider': row('invalid_scope', 400),
  'token:scope-none': row('invalid_scope', 400),
  'token:dpop-invalid': row('invalid_dpop_proof', 400),
  'token:dpop-nonce': row('use_dpop_nonce', 400),
  'token:bearer-missing': row('invalid_token', 401),
  'token:bearer-invalid': row('invalid_token', 401),
  'token:bearer-scope': row('insufficient_scope', 403),
  'grant:revoked': row('invalid_grant', 400),
  'grant:suspended': row('invalid_grant', 400),
  'grant:expired': row('invalid_grant', 400),
  'grant:session-ended': row('invalid_grant', 400),
  'grant:user-disabled': row('invalid_grant', 400),
  'grant:proxy-ended': row('invalid_grant', 400),
  'grant:client-blocked': row('invalid_grant', 400),
  'register:closed': row('invalid_token', 401),
  'register:metadata': row('invalid_client_metadata', 400),
  'register:redirect-uri': row('invalid_redirect_uri', 400),
  'register:software-statement': row('invalid_software_statement', 400),
  'register:software-statement-untrusted': row('unapproved_software_statement', 400),
  'admin:unauthenticated': row('invalid_token', 401),
  'admin:forbidden': row('insufficient_scope', 403),
  'admin:invalid': row('invalid_request', 400),
  'admin:unknown': row('invalid_request', 404),
  'admin:exists': row('invalid_request', 409),
  'admin:state': row('invalid_request', 409),
  'admin:changed': row('invalid_request', 412),
  'admin:if-match-missing': row('invalid_request', 428),
  'launch:invalid': row('invalid_request', 400),
} as const satisfies Record<string, Row>

/** `<area>:<reason>`, a member of the closed table. */
export type Reason = keyof typeof reasons

/** The machine-readable name that leaves the server. */
export const urnOf = (reason: Reason): string => `urn:gatehouse:error:${reason}`

/** Whether a text is a reason of the table. */
export const isReason = (text: string): text is Reason => Object.hasOwn(reasons, text)
