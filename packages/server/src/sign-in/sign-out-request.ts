import type { Pair } from '../answer.ts'
import { parseIdTokenHint } from '../authorize/id-token-hint.ts'
import { findClient } from '../clients/find-client.ts'
import type { Env } from '../env.ts'
import { optional, type Parameters, parseParameters } from '../parameters.ts'

/** What an app asks when it sends the browser here to sign out. Spec: OIDC RP-Initiated Logout 1.0 §2 */
export type SignOutRequest = {
  /** Whose session is meant, proven by an ID token of ours. */
  readonly subject: string | undefined
  /** Where the browser may go afterwards: registered by the app that asks, else absent. */
  readonly returnTo: string | undefined
  readonly uiLocales: readonly string[]
}

/**
 * Parameters → request. A hint that is not ours proves nothing, and a URI that the app did not register leads nowhere: both
 * are as if they were not there, and the person is asked and stays here.
 */
export const parseSignOut = async (pairs: readonly Pair[], env: Env): Promise<SignOutRequest> => {
  const parameters = parseParameters(pairs)
  const hint = await parseIdTokenHint(optional(parameters, 'id_token_hint') ?? '', env)
  return {
    subject: hint?.subject,
    returnTo: await returnUrl(parameters, hint?.audience, env),
    uiLocales: (optional(parameters, 'ui_locales') ?? '').split(' '),
  }
}

const returnUrl = async (
  parameters: Parameters,
  audience: string | undefined,
  env: Env,
): Promise<string | undefined> => {
  const uri = optional(parameters, 'post_logout_redirect_uri')
  const named = optional(parameters, 'client_id')
  if (uri === undefined || (named !== undefined && audience !== undefined && named !== audience)) return undefined
  const client = await findClient(named ?? audience ?? '', env)
  if (!client?.postLogoutRedirectUris.includes(uri)) return undefined
  const state = optional(parameters, 'state')
  if (state === undefined) return uri
  return `${uri}${uri.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`
}
