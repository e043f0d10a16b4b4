/** Why a request is refused: status, issue code of the OperationOutcome, and the sentence a developer reads. */
export const denialReasons = {
  'missing-token': [401, 'login', 'Send an access token in the Authorization header.'],
  'invalid-token': [401, 'login', 'The access token is not valid here.'],
  'expired-token': [401, 'expired', 'The access token has expired.'],
  'revoked-token': [401, 'suppressed', 'The access token was withdrawn.'],
  'missing-proof': [401, 'login', 'The access token is bound to a key: send it with the DPoP scheme and a proof.'],
  'invalid-proof': [401, 'login', 'The DPoP proof is not valid for this request.'],
  'nonce-required': [401, 'login', 'Repeat the request with a proof that carries the nonce of this answer.'],
  'malformed-authorization': [400, 'invalid', 'Send exactly one Authorization header and no token anywhere else.'],
  'malformed-path': [400, 'invalid', 'The path is not a FHIR path in its plain spelling.'],
  'malformed-query': [400, 'invalid', 'The query or form could not be read.'],
  'malformed-body': [400, 'invalid', 'The body is not the JSON resource this request needs.'],
  'unknown-parameter': [400, 'not-supported', 'There is no such parameter here.'],
  'unsupported-value': [400, 'not-supported', 'The parameter does not take this value.'],
  'count-not-provable': [
    400,
    'not-supported',
    'The number of matches cannot be proven for this token: search without count.',
  ],
  'too-costly': [400, 'too-costly', 'Too few of the records found may be shown: narrow the search.'],
  'insufficient-scope': [403, 'forbidden', 'The access token does not cover this.'],
  'patient-mismatch': [403, 'forbidden', 'The access token is for another patient.'],
  'missing-patient-context': [403, 'forbidden', 'The access token has patient scopes and no patient.'],
  'type-withheld': [403, 'forbidden', 'This resource type is not available at patient level.'],
  'operation-not-allowed': [403, 'forbidden', 'This operation is not available.'],
  'interaction-not-allowed': [403, 'forbidden', 'This interaction is not available to this access token.'],
  'refused-parameter': [403, 'forbidden', 'This parameter is not available to this access token.'],
  'narrowing-unsupported': [403, 'forbidden', 'The server cannot search this type by patient.'],
  'restriction-not-understood': [
    403,
    'forbidden',
    'The access token carries a restriction that cannot be applied here.',
  ],
  'entry-refused': [403, 'forbidden', 'An entry of the transaction is not covered.'],
  'not-found': [404, 'not-found', 'There is no such resource.'],
  'unknown-path': [404, 'not-found', 'There is nothing at this path.'],
  'method-not-allowed': [405, 'not-supported', 'The method is not available at this path.'],
  'not-acceptable': [406, 'not-supported', 'Answers are JSON: ask for application/fhir+json.'],
  'version-conflict': [412, 'conflict', 'The resource is not at the version the request names.'],
  'several-matches': [412, 'multiple-matches', 'The criteria match more than one resource.'],
  'no-match': [412, 'not-found', 'The criteria match no resource.'],
  'too-large': [413, 'too-long', 'The request is too large.'],
  'unsupported-media-type': [415, 'not-supported', 'The body has a media type that is not taken here.'],
  'patch-failed': [422, 'processing', 'The patch cannot be applied to this resource.'],
  'reference-not-accessible': [422, 'value', 'A reference points to a resource that this access token cannot use.'],
  'not-storable': [422, 'value', 'The server does not keep this content as it was sent.'],
  'upstream-refused': [422, 'processing', 'The server refused the content.'],
  'if-match-required': [428, 'conflict', 'Send If-Match with the version to change.'],
  'rate-limited': [429, 'throttled', 'Too many requests: wait as Retry-After says.'],
  'upstream-failed': [502, 'transient', 'The server behind the gateway failed.'],
  'answer-not-judged': [502, 'transient', 'The answer of the server behind the gateway could not be judged.'],
  'upstream-ignored-narrowing': [502, 'transient', 'The server behind the gateway answered a different question.'],
  unavailable: [503, 'transient', 'A service needed to check this request is not available.'],
  'audit-unavailable': [503, 'transient', 'The request cannot be recorded now.'],
  'upstream-timeout': [504, 'transient', 'The server behind the gateway did not answer in time.'],
  'unexpected-fault': [502, 'exception', 'The gateway could not finish the request.'],
} as const satisfies Readonly<Record<string, readonly [status: number, issue: string, text: string]>>

/** The reason codes; on the wire `urn:gatehouse:error:gateway:<reason>`. */
export type DenialReason = keyof typeof denialReasons

/** A refusal. `about` names what is meant (a parameter, entry indexes); `scope` what would be needed. Both are safe to show. */
export type Denial = {
  readonly kind: 'deny'
  readonly reason: DenialReason
  readonly about?: string
  readonly scope?: string
  /** Where a person can see why access is paused. */
  readonly errorUri?: string
  /** A fresh nonce for the next proof. */
  readonly nonce?: string
  readonly retryAfter?: number
}

/** A refusal with its reason. */
export const deny = (reason: DenialReason, more: Omit<Denial, 'kind' | 'reason'> = {}): Denial => ({
  kind: 'deny',
  reason,
  ...more,
})

/** Whether a value is a refusal. */
export const isDenial = (value: unknown): value is Denial =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'deny'

/** Thrown where a request cannot go on: the edge turns it into the answer. `cause` reaches only the log. */
export class DeniedError extends Error {
  override readonly name = 'DeniedError'
  readonly denial: Denial

  constructor(denial: Denial, cause?: unknown) {
    super(denial.reason, { cause })
    this.denial = denial
  }
}
