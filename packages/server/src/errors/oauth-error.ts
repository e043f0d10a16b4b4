import { type OAuthErrorCode, type Reason, reasons } from './reasons.ts'

/** The three texts of an error: `description` may be shown to the app's developer, `detail` and `cause` reach only the log. */
type Texts = {
  /** ASCII, safe to show, says what to do. Spec: RFC 6749 §5.2 */
  readonly description: string
  readonly detail?: string
  readonly cause?: unknown
  /** Extra members of the JSON answer, wire names (`error_reason`, `suspension` …). */
  readonly members?: Readonly<Record<string, unknown>>
  /** Where the page of this error may lead back to when the person wishes: an app whose redirect URI was verified. */
  readonly wayBack?: { readonly app: string; readonly url: string }
  /** Extra response headers (`WWW-Authenticate`, `DPoP-Nonce` …), lower-case names. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * This request cannot go on. Thrown anywhere, answered only at the edge. It carries no redirect: only
 * `authorize/respond.ts` can redirect, and only from a `VerifiedRequest`.
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly status: number
  readonly reason: Reason
  readonly texts: Texts

  constructor(reason: Reason, texts: Texts) {
    super(texts.description, { cause: texts.cause })
    this.reason = reason
    this.code = reasons[reason].code
    this.status = reasons[reason].status
    this.texts = texts
  }
}

/** For a `switch` over a closed union: does not compile while a member is unhandled, and throws if one appears at run time. */
export const assertNever = (value: never): never => {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`)
}
