/**
 * What a Gatehouse server says about a paused grant, parsed from the token endpoint's refusal. Pure.
 */

/** Why access is paused, whether the person can lift it, and where. */
export type Suspension = {
  /** `identity`, `hygiene`, `unused`, `blocked` or `user`; an unknown kind is kept as it came. */
  readonly kind: string
  readonly reasons: readonly string[]
  /** True when the person has to look at `errorUri` and agree again; false when waiting helps. */
  readonly userActionRequired: boolean
  /** Seconds after which the same refresh token may work again. */
  readonly retryAfter?: number
  readonly errorUri?: string
}

type Json = { readonly [member: string]: unknown }

/** True for a JSON object, false for arrays, null and everything else. */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A member that is a string, or nothing. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/**
 * Reads `suspension` and `error_uri` of a refused token request (`error_reason: "grant_suspended"`). A body without the
 * `suspension` member still counts: kind `unknown`, the person is asked.
 *
 * Spec: SDK-13, AID-21
 */
export function parseSuspension(body: Json): Suspension {
  const said = isObject(body.suspension) ? body.suspension : {}
  const reasons = Array.isArray(said.reasons) ? said.reasons.filter((one) => typeof one === 'string') : []
  const retryAfter = said.retry_after
  const errorUri = textOf(body.error_uri)
  return {
    kind: textOf(said.kind) ?? 'unknown',
    reasons,
    userActionRequired: said.user_action_required !== false,
    ...(typeof retryAfter === 'number' && retryAfter >= 0 ? { retryAfter } : {}),
    ...(errorUri === undefined ? {} : { errorUri }),
  }
}
