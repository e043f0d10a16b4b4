import { type Answer, type Input, type Pair, redirect, withHeaders } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { newSecret, sameSecret } from '../secret.ts'
import { type Errand, findErrand, isAnswer } from './errand.ts'
import { askProvider, redeemAnswer, type UpstreamClaims } from './identity-provider.ts'
import { type MappedPerson, mapClaims } from './map-claims.ts'
import { startSession } from './session.ts'
import type { ProviderSettings } from './settings.ts'
import type { User } from './user.ts'

/**
 * GET /sign-in/with/{provider}: sends the browser to the organization's own provider. A link and not a form, because the
 * provider may lead on to places that no policy of our page could list.
 */
export const startUpstream = async (input: Input, env: Env): Promise<Answer> => {
  const errand = await findErrand(input, env)
  if (isAnswer(errand)) return errand
  const provider = findProvider(input.path.provider, env)
  const { maxAge, loginHint, languages, why } = errand
  const uiLocales = languages.filter((tag) => tag !== undefined)
  const wish = { handle: stateOf(errand.name), again: why !== 'signed-out', maxAge, loginHint, uiLocales }
  const { url, question } = await askProvider(provider, wish, env)
  const { cookies } = await errand.keep(question)
  return withHeaders(redirect(url.href), [...errand.cookies, ...cookies])
}

/** The errand's name as the beginning of `state`: a provider sends it back as it is. */
const stateOf = ([key, value]: Pair): string => (key === 'to' ? `to:${value}` : value)

const nameOf = (state: string): Pair => {
  const [named = ''] = state.split('.')
  return named.startsWith('to:') ? ['to', named.slice(3)] : ['interaction', named]
}

/**
 * GET /sign-in/callback: the provider's answer. It counts only in the browser and the errand that asked, once; then the
 * person is ours: found, or made from what the provider vouches for. Spec: THR-07, ID-06
 */
export const finishUpstream = async (input: Input, env: Env): Promise<Answer> => {
  const query = new URLSearchParams(input.query.map(([name, value]) => [name, value]))
  const state = query.get('state') ?? ''
  const asked = await findErrand(input, env, nameOf(state))
  if (isAnswer(asked)) return asked
  const { question } = asked
  if (question === undefined || !sameSecret(question.state, state))
    throw new OAuthError('sign-in:provider-refused', { description: 'This sign-in was not asked for here.' })
  const { errand, cookies } = await asked.keep(undefined)
  const provider = findProvider(question.provider, env)
  const claims = await redeemAnswer(provider, { query, question }, env)
  const user = await findOrMakeUser(provider, claims, env)
  return withHeaders(await enter(errand, { user, claims }, { input, env }), cookies)
}

const findProvider = (id: string | undefined, env: Env): ProviderSettings => {
  const provider = env.config.signIn.providers.find((one) => one.id === id)
  if (provider === undefined)
    throw new OAuthError('request:not-found', { description: 'No such provider is configured.' })
  return provider
}

/** The person of this provider: what they may be to us follows the provider's claims each time they sign in. */
const findOrMakeUser = async (provider: ProviderSettings, claims: UpstreamClaims, env: Env): Promise<User> => {
  const person = mapClaims(claims, provider, env.config.resourceServers)
  const known = await env.store.users.findByUpstream(provider.issuer, claims.sub)
  if (known?.state === 'disabled')
    throw new OAuthError('sign-in:user-disabled', { description: 'This person may not sign in here.' })
  if (known !== undefined) return keepUp(known, person, env)
  const { link, ...names } = person
  if (link === undefined)
    throw new OAuthError('sign-in:not-linked', { description: `${provider.id} links this person to no record here.` })
  const upstream = { issuer: provider.issuer, subject: claims.sub }
  const user: User = { subject: newSecret(env).slice(0, 22), ...names, ...link, upstream, state: 'active' }
  if ((await env.store.users.create(user)) === 'created') return user
  return (await env.store.users.findByUpstream(provider.issuer, claims.sub)) ?? nameTaken(provider)
}

const nameTaken = (provider: ProviderSettings): never => {
  throw new OAuthError('sign-in:not-linked', { description: `${provider.id}: another person has this user name.` })
}

const keepUp = async (known: User, { link, name, email, patients }: MappedPerson, env: Env): Promise<User> => {
  const user: User = { ...known, name, patients, ...(email === undefined ? {} : { email }), ...link }
  if (JSON.stringify(user) !== JSON.stringify(known)) await env.store.users.save(user, known)
  return user
}

const enter = async (
  errand: Errand,
  { user, claims }: { readonly user: User; readonly claims: UpstreamClaims },
  { input, env }: { readonly input: Input; readonly env: Env },
): Promise<Answer> => {
  const { amr, auth_time: authTime } = claims
  const methods = Array.isArray(amr) ? amr.filter((method) => typeof method === 'string') : ['fed']
  const authenticatedAt = typeof authTime === 'number' ? Math.min(authTime, env.now()) : env.now()
  const { session, cookie } = await startSession({ user, methods, before: errand.before, authenticatedAt }, env)
  const back = await errand.goOn(session)
  const { remoteAddress } = input
  env.audit({ event: 'user-signed-in', outcome: 'success', subject: user.subject, remoteAddress })
  return withHeaders(back, [cookie])
}
