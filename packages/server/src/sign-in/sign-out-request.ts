import type { Pair } from '../answer.ts'
import { parseIdTokenHint } from '../authorize/id-token-hint.ts'
import { type Client, isVerified } from '../clients/client.ts'
import { findClient } from '../clients/find-client.ts'
import type { Env } from '../env.ts'
import { optional, type Parameters, parseParameters } from '../parameters.ts'

/** What an app asks when it sends the browser here to sign out. Spec: OIDC RP-Initiated Logout 1.0 §2 */
export type SignOutRequest = {
  /** Whose session is meant, proven by an ID token of ours. */
  readonly subject: string | undefined
  /** Where the browser may go afterwards: registered by the app that asks, else absent. */
  readonly returnTo: string | undefined
  /**
   * Whether they may go there without having been asked: an ID token of ours names the app, and the operator knows the app.
   * One that registered itself can hold a token about its own maker, and a link with it would lead anyone anywhere.
   */
  readonly mayReturnUnasked: boolean
  readonly uiLocales: readonly string[]
}

/**
 * Parameters → request. A hint that is not ours proves nothing, and a URI that the app did not register leads nowhere: both
 * are as if they were not there, and the person is asked and stays here.
 */
export const parseSignOut = async (pairs: readonly Pair[], env: Env): Promise<SignOutRequest> => {
  const parameters = parseParameters(pairs)
  const hint = await parseIdTokenHint(optional(parameters, 'id_token_hint') ?? '', env)
  const client = await askingClient(optional(parameters, 'client_id'), hint?.audience, env)
  return {
    subject: hint?.subject,
    returnTo: client && returnUrl(parameters, client),
    mayReturnUnasked: client !== undefined && hint?.audience === client.id && isVerified(client),
    uiLocales: (optional(parameters, 'ui_locales') ?? '').split(' '),
  }
}

/** The app that asks, if it is active and nothing says that it is another one. Spec: THR-02 */
const askingClient = async (
  named: string | undefined,
  audience: string | undefined,
  env: Env,
): Promise<Client | undefined> => {
  if (named !== undefined && audience !== undefined && named !== audience) return undefined
  const client = await findClient(named ?? audience ?? '', env)
  return client?.state === 'active' ? client : undefined
}

const returnUrl = (parameters: Parameters, client: Client): string | undefined => {
  const uri = optional(parameters, 'post_logout_redirect_uri')
  if (uri === undefined || !client.postLogoutRedirectUris.includes(uri)) return undefined
  const state = optional(parameters, 'state')
  if (state === undefined) return uri
  return `${uri}${uri.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`
}
