import * as oidc from 'openid-client'
import type { UpstreamQuestion } from '../authorize/interaction.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { newSecret } from '../secret.ts'
import type { ProviderSettings } from './settings.ts'

/** Where to send the browser, and what to remember. */
export type UpstreamStart = { readonly url: URL; readonly question: UpstreamQuestion }

/** How the person is to prove themselves: again, within so many seconds, as whom. */
export type UpstreamWish = {
  readonly handle: string
  readonly again: boolean
  readonly maxAge: number | undefined
  readonly loginHint: string | undefined
  readonly uiLocales: readonly string[]
}

/** Claims of a verified ID token. */
export type UpstreamClaims = Readonly<Record<string, unknown>> & { readonly sub: string }

/** The URL every provider sends the browser back to. */
const callbackUrl = (env: Pick<Env, 'config'>): string => `${env.config.issuer}/sign-in/callback`

/** Builds the question for a provider: code flow with PKCE, state and nonce. Spec: OIDC Core §3.1.2.1, RFC 9700 §2.1 */
export const askProvider = async (provider: ProviderSettings, wish: UpstreamWish, env: Env): Promise<UpstreamStart> => {
  const configuration = await configurationOf(provider, env)
  const verifier = newSecret(env)
  const { handle, maxAge, again, loginHint, uiLocales } = wish
  const state = `${handle}.${newSecret(env)}`
  const nonce = newSecret(env)
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: callbackUrl(env),
    scope: provider.scope,
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(again ? { prompt: 'login' } : {}),
    ...(maxAge === undefined ? {} : { max_age: String(maxAge) }),
    ...(loginHint === undefined ? {} : { login_hint: loginHint }),
    ...(uiLocales.length === 0 ? {} : { ui_locales: uiLocales.join(' ') }),
  })
  const question = { provider: provider.id, state, nonce, verifier, ...(maxAge === undefined ? {} : { maxAge }) }
  return { url, question }
}

/**
 * Turns the provider's answer into claims: state, issuer, code, PKCE, nonce and the signature of the ID token are checked.
 * Throws `sign-in:provider-refused` for whatever does not hold.
 */
export const redeemAnswer = async (
  provider: ProviderSettings,
  answer: { readonly query: URLSearchParams; readonly question: UpstreamQuestion },
  env: Env,
): Promise<UpstreamClaims> => {
  const { state, nonce, verifier, maxAge } = answer.question
  const configuration = await configurationOf(provider, env)
  const checks = {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    ...(maxAge === undefined ? {} : { maxAge }),
  }
  try {
    const tokens = await oidc.authorizationCodeGrant(
      configuration,
      new URL(`${callbackUrl(env)}?${answer.query}`),
      checks,
    )
    const claims = tokens.claims()
    if (claims === undefined) throw new Error('the provider sent no ID token')
    return claims
  } catch (cause) {
    throw new OAuthError('sign-in:provider-refused', { description: `${provider.id} did not sign the user in.`, cause })
  }
}

const configurations = new WeakMap<Env, Map<string, Promise<oidc.Configuration>>>()

/** Discovered once per process and provider; a failed discovery is tried again by the next person. */
const configurationOf = async (provider: ProviderSettings, env: Env): Promise<oidc.Configuration> => {
  const known = configurations.get(env) ?? new Map<string, Promise<oidc.Configuration>>()
  configurations.set(env, known)
  const discovered = known.get(provider.id) ?? discover(provider, env)
  known.set(provider.id, discovered)
  try {
    return await discovered
  } catch (cause) {
    known.delete(provider.id)
    const description = `${provider.id} cannot be reached.`
    throw new OAuthError('sign-in:provider-unreachable', { description, cause })
  }
}

const discover = (provider: ProviderSettings, env: Env): Promise<oidc.Configuration> => {
  const { issuer, clientId, clientSecret } = provider
  const insecure = issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []
  return oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    [oidc.customFetch]: fetchThrough(env),
    execute: [...insecure, oidc.enableNonRepudiationChecks],
  })
}

const limits = { timeoutSeconds: 10, maxBytes: 512 * 1024, reach: 'configured' } as const

/** The library's requests go through our one way out. */
const fetchThrough =
  (env: Env): oidc.CustomFetch =>
  async (url, { method, headers, body }) => {
    const sent = body === undefined || body === null ? {} : { body: String(body) }
    const answer = await env.fetch(new URL(url), {
      ...limits,
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      ...sent,
    })
    return new Response(Buffer.from(answer.body), { status: answer.status, headers: answer.headers })
  }
