/**
 * What a signed-in app keeps: the tokens of one person at one server, and how their renewal stands. Parsing and keys; the
 * rules of renewal are in `refresh-decision.ts`.
 */
import type { App } from './app.ts'
import { withoutSlash } from './app.ts'
import type { User } from './identity.ts'
import type { Server } from './server.ts'
import { isObject, type Suspension } from './suspension.ts'
import type { Context, Tokens } from './tokens.ts'

/** Why no attempt to renew is made by itself at the moment. */
export type Hold =
  /** Bad weather: try again at `until`. */
  | { readonly kind: 'waiting'; readonly until: number; readonly failures: number }
  /** The server paused the grant; the refresh token is kept, whatever the kind. */
  | {
      readonly kind: 'suspended'
      readonly suspension: Suspension
      readonly until?: number
      readonly resumeState?: string
    }
  /** The server refused without saying why: the token may be dead or not. Only the user retries. */
  | { readonly kind: 'parked'; readonly at: number }

/** One person's tokens at one server. Times are seconds since 1970. */
export type SessionRecord = {
  readonly kind: 'gatehouse-session-1'
  readonly clientId: string
  readonly server: Server
  readonly skew: number
  /** Scopes asked for and scopes granted, as scope strings. */
  readonly asked: string
  readonly scope: string
  readonly context: Context
  readonly user?: User
  readonly accessToken: string
  readonly tokenType: 'bearer' | 'dpop'
  readonly expiresAt?: number
  readonly refreshToken?: string
  readonly activeTtl?: number
  readonly deviceToken?: string
  readonly savedAt: number
  /** Written before a refresh leaves, gone when its answer is kept: finding it means that a process died in between. */
  readonly pending?: { readonly at: number; readonly replayed: boolean }
  readonly hold?: Hold
}

/** Reads back a kept record; anything else in its place is none. */
export function parseSessionRecord(value: unknown): SessionRecord | undefined {
  return isObject(value) && value.kind === 'gatehouse-session-1' ? (value as SessionRecord) : undefined
}

/** The tokens of an answer, over what was there before: what the answer does not repeat stays. Spec: RF-16, RF-17, RF-18 */
export function withTokens(record: SessionRecord, tokens: Tokens, now: number): SessionRecord {
  const { pending: _pending, hold: _hold, expiresAt: _expiresAt, ...kept } = record
  const { context, ...rest } = tokens
  const fhirContext = context.fhirContext.length > 0 ? context.fhirContext : record.context.fhirContext
  return { ...kept, ...rest, context: { ...record.context, ...context, fhirContext }, savedAt: now }
}

/**
 * Beginning of the keys of one app's sessions at one server. Hashed, so that no address or patient id can be read from the
 * names of stored records.
 *
 * Spec: SDK-23
 */
export const sessionPrefix = async (app: App, fhirBase: string): Promise<string> =>
  `${await digest(`${app.clientId}\n${withoutSlash(fhirBase)}`)}.`

/**
 * Beginning of the keys of one patient's (or, without one, one user's) session. A session holds one record per grant: the
 * first under `base`, what was agreed to later, on asking again, beside it.
 *
 * Spec: SDK-23
 */
export const personPrefix = async (app: App, fhirBase: string, whose: string): Promise<string> =>
  `${await sessionPrefix(app, fhirBase)}${await digest(whose)}.`

/** SHA-256 of a text, base64url, shortened to 128 bits: enough to keep names apart. */
export async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return btoa(String.fromCharCode(...bytes.subarray(0, 16)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
