import type { ConsentRecord } from '../grants/consent-record.ts'
import type { FhirContextItem, LaunchContext } from '../launch/launch-context.ts'

/**
 * From request to code: a verified request waiting for the user. This folder owns the order of the steps; each step writes
 * what happened into the interaction and sends the browser back to `/authorize`, so no step can be skipped by editing a URL.
 */

/** What a request may ask of the way it is answered. Spec: OIDC Core §3.1.2.1 */
export type Prompt = 'none' | 'login' | 'consent' | 'select_account'

/** An authorization request whose client, redirect URI, audience and PKCE hold. Only this can become a redirect. */
export type VerifiedRequest = {
  readonly clientId: string
  readonly redirectUri: string
  /** Echoed byte for byte. Spec: AL-48 */
  readonly state: string
  readonly scope: string
  /** FHIR base URL(s) asked for (`aud`, `resource`), normalized. The first is the one whose patients are chosen. */
  readonly audience: readonly string[]
  readonly codeChallenge: string
  readonly nonce?: string
  readonly prompt: readonly Prompt[]
  readonly maxAge?: number
  readonly loginHint?: string
  /** Subject of a valid `id_token_hint`. */
  readonly hintedSubject?: string
  readonly uiLocales: readonly string[]
  readonly dpopKey?: string
  /** From an EHR launch: whom it was made for and its context. */
  readonly launch?: { readonly subject: string; readonly context: LaunchContext }
}

/** Context the user chose where the launch brought none. `null`: it was looked for and there is none to choose. */
export type Chosen = {
  readonly patient?: string | null
  readonly encounter?: string | null
  /** Answers to `launch/{type}`, by type in lower case. */
  readonly resources?: Readonly<Record<string, FhirContextItem | null>>
}

/** What the user decided on the consent page, now or earlier, or what policy decided for staff. */
export type Agreement = {
  readonly scope: string
  readonly access: 'once' | 'online' | 'offline'
  readonly endsAt?: number
  /** What the user saw and chose now, or the id of the record of an earlier time that still holds. */
  readonly record?: Omit<ConsentRecord, 'grantId'>
  readonly consentId?: string
}

/** What binds the answer of a provider to the question: kept with the interaction, so no other browser can answer it. */
export type UpstreamQuestion = {
  readonly provider: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly maxAge?: number
}

/** A verified request and what has happened since. Times in seconds. `version` guards against two tabs writing at once. */
export type Interaction = {
  /** SHA-256 (hex) of the handle in the browser's cookie. */
  readonly id: string
  readonly request: VerifiedRequest
  readonly createdAt: number
  readonly expiresAt: number
  readonly version: number
  /** The session and person taking part; a change of person forgets what was chosen and agreed. */
  readonly sessionId?: string
  readonly subject?: string
  /** When the user last proved who they are for this interaction, for `prompt=login` and `max_age`. */
  readonly signedInAt?: number
  /** What the organization's provider was asked for this interaction. */
  readonly upstream?: UpstreamQuestion
  /** The user said "continue as me" on the sign-in page, for `prompt=select_account` and hints of someone else. */
  readonly accountChosen?: boolean
  readonly chosen?: Chosen
  /** The user wants the full page, although the same was agreed before. */
  readonly review?: boolean
  readonly agreement?: Agreement
  readonly denied?: boolean
}

/**
 * The launch context as it stands: what the EHR said, then what the user chose; an EHR's word is never overruled. An app
 * opened by itself stands in no EHR's frame, so it shows the patient banner. Spec: CX-13, CX-16, CX-31
 */
export const contextOf = ({ request, chosen }: Interaction): LaunchContext => {
  const launch = request.launch?.context ?? {}
  const items = Object.values(chosen?.resources ?? {}).filter((item) => item !== null)
  const fhirContext = [...(launch.fhirContext ?? []), ...items]
  return {
    style: 'default',
    ...(typeof chosen?.patient === 'string' ? { patient: chosen.patient, needPatientBanner: true } : {}),
    ...(typeof chosen?.encounter === 'string' ? { encounter: chosen.encounter } : {}),
    ...launch,
    ...(fhirContext.length === 0 ? {} : { fhirContext }),
  }
}
