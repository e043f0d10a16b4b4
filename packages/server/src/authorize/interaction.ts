import type { LaunchContext } from '../launch/launch-context.ts'

/**
 * From request to code: a verified request waiting for the user. This folder owns the order of the steps; each step writes
 * what happened into the interaction and sends the browser back to `/authorize`, so no step can be skipped by editing a URL.
 */

/** An authorization request whose client, redirect URI, audience and PKCE hold. Only this can become a redirect. */
export type VerifiedRequest = {
  readonly clientId: string
  readonly redirectUri: string
  /** Echoed byte for byte. Spec: AL-48 */
  readonly state: string
  readonly scope: string
  /** FHIR base URL(s) asked for (`aud`, `resource`), normalized. */
  readonly audience: readonly string[]
  readonly codeChallenge: string
  readonly nonce?: string
  readonly prompt: readonly ('none' | 'login' | 'consent' | 'select_account')[]
  readonly maxAge?: number
  readonly loginHint?: string
  /** Subject of a valid `id_token_hint`. */
  readonly hintedSubject?: string
  readonly uiLocales: readonly string[]
  readonly dpopKey?: string
  /** From an EHR launch: whom it was made for and its context. */
  readonly launch?: { readonly subject: string; readonly context: LaunchContext }
}

/** What the user decided on the consent page. */
export type Agreement = {
  readonly scope: string
  readonly access: 'once' | 'online' | 'offline'
  readonly endsAt?: number
  readonly consentId: string
}

/** A verified request and what has happened since. Times in seconds. `version` guards against two tabs writing at once. */
export type Interaction = {
  /** SHA-256 (hex) of the handle in the browser's cookie. */
  readonly id: string
  readonly request: VerifiedRequest
  readonly createdAt: number
  readonly expiresAt: number
  readonly version: number
  /** Session that took part, once someone signed in for this interaction. */
  readonly sessionId?: string
  /** When the user last proved who they are for this interaction, for `prompt=login` and `max_age`. */
  readonly signedInAt?: number
  /** Context chosen by the user in a standalone launch. */
  readonly chosen?: { readonly patient?: string; readonly encounter?: string }
  readonly agreement?: Agreement
  readonly denied?: boolean
}
