/**
 * What a token may do, as values. This package owns the language of scopes and restrictions: reading, writing,
 * comparing, narrowing them and saying them in plain words. It decides nothing about a request, a user or a client:
 * the server chooses what to grant, the gateway what to let through. It has no dependencies and no effects.
 *
 * Every scope keeps the spelling that was asked in `text`, because granted strings are echoed byte for byte.
 */

/** Whose data a resource scope reaches: the patient in context, what the user may see, or what the client was given. */
export type Level = 'patient' | 'user' | 'system'

/** Create, read, update, delete, search: the five letters of a v2 scope. */
export type InteractionLetter = 'c' | 'r' | 'u' | 'd' | 's'

/** One `name=value` of a granular scope, percent-decoded once; the name may carry a `:modifier`. */
export type QueryParameter = { readonly name: string; readonly value: string }

/** `patient/Observation.rs?category=…`: a level, a type or `*`, letters in the order `cruds`, AND-ed parameters. */
export type ResourceScope = {
  readonly kind: 'resource'
  readonly text: string
  readonly level: Level
  readonly type: string
  readonly interactions: readonly InteractionLetter[]
  readonly syntax: 'v1' | 'v2'
  readonly query: readonly QueryParameter[]
}

/** `launch` (no `context`) or `launch/{context}`, where `context` is a resource type in lower case. */
export type LaunchScope = {
  readonly kind: 'launch'
  readonly text: string
  readonly context?: string
  readonly role?: string
}

/** A scope that asks who the user is. */
export type IdentityScope = {
  readonly kind: 'identity'
  readonly text: string
  readonly name: 'openid' | 'fhirUser' | 'profile'
}

/** A scope that asks for a refresh token: for good (`offline_access`) or while the session lasts (`online_access`). */
export type OfflineScope = {
  readonly kind: 'offline'
  readonly text: string
  readonly mode: 'offline_access' | 'online_access'
}

/** A scope of someone else's vocabulary: a URI, a `__name`, or a plain word that SMART does not define. */
export type OtherScope = { readonly kind: 'other'; readonly text: string }

/** Why a text that looks like a SMART scope is not one. */
export type MalformedReason =
  | 'empty'
  | 'bad-character'
  | 'unknown-type'
  | 'missing-interactions'
  | 'unknown-interaction'
  | 'repeated-interaction'
  | 'unordered-interactions'
  | 'query-on-v1'
  | 'bad-query'
  | 'bad-encoding'
  | 'bad-launch-context'
  | 'bad-role'

/** A text that tries to be a SMART scope and fails; it grants nothing and is never partly interpreted. */
export type MalformedScope = { readonly kind: 'malformed'; readonly text: string; readonly reason: MalformedReason }

/** Any scope a client can name. */
export type Scope = ResourceScope | LaunchScope | IdentityScope | OfflineScope | OtherScope | MalformedScope

/** Whether a scope is about resources; narrows the type. */
export const isResourceScope = (scope: Scope): scope is ResourceScope => scope.kind === 'resource'
