import type { Pair } from '../answer.ts'
import type { Client } from '../clients/client.ts'
import { findClient } from '../clients/find-client.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { type Reason, reasons } from '../errors/reasons.ts'
import { optional, type Parameters, parseParameters } from '../parameters.ts'
import { findResourceServer } from '../resource-servers.ts'
import { hashSecret } from '../secret.ts'
import { plainName } from '../ui/untrusted-text.ts'
import { answerUrl } from './answer-url.ts'
import { parseIdTokenHint } from './id-token-hint.ts'
import type { Prompt, VerifiedRequest } from './interaction.ts'
import { isRegisteredRedirectUri } from './redirect-uri.ts'

/** What arrived at `/authorize`, before anything in it is believed. */
export type UnverifiedRequest = Parameters

/** Pairs of a query string or form → an unverified request; only `resource` may be repeated (RFC 8707). Spec: RFC-03 */
export const parseAuthorizationRequest = (pairs: readonly Pair[]): UnverifiedRequest =>
  parseParameters(pairs, ['resource'])

/** All of a verified request but its launch, and the client that asks. */
export type CheckedRequest = { readonly request: Omit<VerifiedRequest, 'launch'>; readonly client: Client }

/** How a request is refused: by throwing, so that the edge shows a page. */
type Refuse = (reason: Reason, description: string) => never

const refuse: Refuse = (reason, description) => {
  throw new OAuthError(reason, { description })
}

/**
 * Once client and redirect URI are believed, the page of an error has a link back to the app with the answer it waits for.
 * The person follows it or not; the browser is not sent. Spec: RFC-02, RFC 9700 §4.11.2, THR-02
 */
const refuseWithWayBack =
  (asked: UnverifiedRequest, client: Client, { config }: Env): Refuse =>
  (reason, description) => {
    const { code } = reasons[reason]
    const state = optional(asked, 'state')
    const parameters = { error: code, error_description: description, ...(state === undefined ? {} : { state }) }
    const url = answerUrl(optional(asked, 'redirect_uri') ?? '', { ...parameters, iss: config.issuer })
    throw new OAuthError(reason, { description, wayBack: { app: plainName(client.display.name), url } })
  }

/** What the second half of the checks looks at. */
type Asking = { readonly asked: UnverifiedRequest; readonly refuse: Refuse; readonly env: Env }

/**
 * Believes a request: client, redirect URI, audience, PKCE. Throws `OAuthError`, and a thrown error is a page: nothing
 * redirects before there is a `VerifiedRequest`.
 *
 * Spec: AL-32, AL-33, AL-36, AL-37, AL-48, RFC-02, RFC-03, THR-02, THR-05, THR-10
 */
export const checkRequest = async (asked: UnverifiedRequest, env: Env): Promise<CheckedRequest> => {
  const client = await verifyClient(asked, env)
  const redirectUri = verifyRedirectUri(asked, client)
  const asking = { asked, env, refuse: refuseWithWayBack(asked, client, env) }
  checkResponse(asking)
  const audience = verifyAudience(asking)
  const codeChallenge = verifyPkce(asking)
  const options = await parseOptions(asking)
  const state = need(asking, 'state', 'authorize:state-missing')
  const scope = need(asking, 'scope', 'authorize:scope-empty')
  return { request: { clientId: client.id, redirectUri, state, scope, audience, codeChallenge, ...options }, client }
}

const need = ({ asked, refuse }: Asking, name: string, reason: Reason): string =>
  optional(asked, name) ?? refuse(reason, `Send ${name}; every app does.`)

/** The whole request, believed; its launch is used up. Spec: AL-35, THR-08 */
export const verifyRequest = async (asked: UnverifiedRequest, env: Env): Promise<VerifiedRequest> => {
  const { request, client } = await checkRequest(asked, env)
  const asking = { asked, env, refuse: refuseWithWayBack(asked, client, env) }
  return { ...request, ...(await redeemLaunch(asking, request)) }
}

const verifyClient = async (asked: UnverifiedRequest, env: Env): Promise<Client> => {
  const id =
    optional(asked, 'client_id') ??
    refuse('authorize:client-unknown', 'Send the client_id your app was registered with.')
  const client = await findClient(id, env)
  if (client === undefined) return refuse('authorize:client-unknown', 'No app is registered under this client_id.')
  if (!client.grantTypes.includes('authorization_code'))
    return refuse('client:grant-type-not-allowed', 'This app is not registered for grant type authorization_code.')
  return client
}

const verifyRedirectUri = (asked: UnverifiedRequest, client: Client): string => {
  const uri = optional(asked, 'redirect_uri') ?? refuse('authorize:redirect-uri-mismatch', 'Send redirect_uri.')
  return isRegisteredRedirectUri(client, uri)
    ? uri
    : refuse(
        'authorize:redirect-uri-mismatch',
        'redirect_uri must equal a registered one, character for character, also the trailing slash.',
      )
}

const checkResponse = ({ asked, refuse }: Asking): void => {
  if (optional(asked, 'response_type') !== 'code') refuse('authorize:response-type', 'Send response_type=code.')
  const mode = optional(asked, 'response_mode') ?? 'query'
  if (mode !== 'query') refuse('authorize:response-mode', 'The answer is sent in the query; leave out response_mode.')
  if (optional(asked, 'request') !== undefined)
    refuse('authorize:request-object', 'Request objects are not supported; send plain parameters.')
}

/** `aud` and `resource` name the same thing; sent together they must agree in the first place. Spec: AL-38, AL-39, AL-40, RFC-13, THR-10 */
const verifyAudience = ({ asked, refuse, env }: Asking): readonly string[] => {
  const named = [...(asked.get('aud') ?? []), ...(asked.get('resource') ?? [])]
  if (named.length === 0)
    return refuse('authorize:audience-missing', 'Send aud with the FHIR base URL your app will use.')
  const bases = named.map((name) => findResourceServer(env.config.resourceServers, name)?.base)
  const known = [...new Set(bases)].filter((base) => base !== undefined)
  return bases.includes(undefined)
    ? refuse('authorize:audience-unknown', 'aud must be a FHIR base URL of this server, character for character.')
    : known
}

/** Spec: AL-13, AL-14, AL-41, RFC-08, IX-01, THR-05 */
const verifyPkce = ({ asked, refuse }: Asking): string => {
  const challenge =
    optional(asked, 'code_challenge') ??
    refuse('authorize:pkce-missing', 'Send code_challenge; PKCE is required of every app.')
  if (optional(asked, 'code_challenge_method') !== 'S256')
    return refuse('authorize:pkce-method', 'Send code_challenge_method=S256; without it the method would be plain.')
  return /^[A-Za-z0-9_-]{43}$/.test(challenge)
    ? challenge
    : refuse('authorize:pkce-malformed', 'code_challenge is the SHA-256 of the verifier in base64url, 43 characters.')
}

const prompts: readonly string[] = ['none', 'login', 'consent', 'select_account'] satisfies readonly Prompt[]

const parsePrompt = (text: string, { refuse }: Asking): readonly Prompt[] => {
  const words = text.split(' ').filter((word) => word !== '')
  if (words.some((word) => !prompts.includes(word)))
    return refuse('authorize:prompt', 'prompt knows none, login, consent and select_account.')
  if (words.includes('none') && words.length > 1) return refuse('authorize:prompt', 'prompt=none stands alone.')
  return words as readonly Prompt[]
}

const parseMaxAge = (text: string, { refuse }: Asking): number =>
  /^\d{1,9}$/.test(text) ? Number(text) : refuse('authorize:max-age', 'max_age is a number of seconds.')

const parseDpopKey = (text: string, { refuse }: Asking): string =>
  /^[A-Za-z0-9_-]{43}$/.test(text)
    ? text
    : refuse('authorize:dpop-key', 'dpop_jkt is the SHA-256 thumbprint of the key in base64url, 43 characters.')

const parseHint = async (text: string, { refuse, env }: Asking): Promise<string> =>
  (await parseIdTokenHint(text, env))?.subject ??
  refuse('authorize:id-token-hint', 'id_token_hint must be an ID token that this server issued.')

/** Spec: RFC-14, ID-10, ID-16 */
const parseOptions = async (asking: Asking) => {
  const { asked } = asking
  const [nonce, maxAge, loginHint] = ['nonce', 'max_age', 'login_hint'].map((name) => optional(asked, name))
  const [dpopKey, idTokenHint] = ['dpop_jkt', 'id_token_hint'].map((name) => optional(asked, name))
  return {
    prompt: parsePrompt(optional(asked, 'prompt') ?? '', asking),
    uiLocales: (optional(asked, 'ui_locales') ?? '').split(' ').filter((tag) => /^[A-Za-z0-9-]{2,35}$/.test(tag)),
    ...(nonce === undefined ? {} : { nonce }),
    ...(maxAge === undefined ? {} : { maxAge: parseMaxAge(maxAge, asking) }),
    ...(loginHint === undefined ? {} : { loginHint }),
    ...(dpopKey === undefined ? {} : { dpopKey: parseDpopKey(dpopKey, asking) }),
    ...(idTokenHint === undefined ? {} : { hintedSubject: await parseHint(idTokenHint, asking) }),
  }
}

/**
 * Uses up the launch handle, last of all, so that a request with another fault leaves it usable. It names context, never a
 * person: whoever opens it must be signed in as the one it was made for. Spec: AL-27, AL-35, CX-07, THR-08, THR-09
 */
const redeemLaunch = async (
  { asked, refuse, env }: Asking,
  bound: CheckedRequest['request'],
): Promise<Pick<VerifiedRequest, 'launch'>> => {
  const handle = optional(asked, 'launch')
  if (handle === undefined) return {}
  const launch = await env.store.launches.redeem(hashSecret(handle), env.now())
  if (launch === 'unknown') return refuse('authorize:launch-unknown', 'This launch is not known here.')
  if (launch === 'reused') return refuse('authorize:launch-used', 'A launch works once; open the app again.')
  if (launch === 'expired') return refuse('authorize:launch-expired', 'This launch has expired; open the app again.')
  if (launch.clientId !== bound.clientId)
    return refuse('authorize:launch-unknown', 'This launch was made for another app.')
  if (launch.audience !== bound.audience[0])
    return refuse('authorize:launch-unknown', 'aud must be the iss this launch came with.')
  return { launch: { subject: launch.subject, context: launch.context } }
}
