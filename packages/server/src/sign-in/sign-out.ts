import { type Answer, type Input, redirect, withHeaders } from '../answer.ts'
import type { Env } from '../env.ts'
import { checkFormToken, formToken } from '../ui/form-token.ts'
import { textsFor } from '../ui/language.ts'
import { formTarget, renderPage } from '../ui/page.ts'
import { signedOutPage, signOutPage } from '../ui/sign-out-page.ts'
import { cookieOf } from './cookies.ts'
import { currentSession, type SignedIn } from './session.ts'
import { parseSignOut, type SignOutRequest } from './sign-out-request.ts'

type Visit = { readonly input: Input; readonly env: Env; readonly request: SignOutRequest }

/**
 * GET|POST /sign-out: ends the session of this browser, and with it what apps were given only for as long as it lasts. A link
 * alone signs nobody out: we ask, unless the app proves by an ID token that it means this very person. Nor does a link alone lead away from here.
 *
 * Spec: OIDC RP-Initiated Logout 1.0 §2, RF-02, THR-02, THR-45
 */
export const signOut = async (input: Input, env: Env): Promise<Answer> => {
  const form = input.form ?? []
  if (input.method === 'POST' && !form.some(([name]) => name === 'token')) return asOwnRequest(input, env)
  const request = await parseSignOut([...input.query, ...form.filter(([name]) => name !== 'token')], env)
  const who = await currentSession(input, env)
  const visit = { input, env, request }
  if (who === undefined) return request.mayReturnUnasked ? done(visit) : stay(visit)
  if (input.method !== 'POST') return request.subject === who.user.subject ? end(who, visit) : ask(who, visit)
  checkFormToken(new Map(form).get('token'), tokenFor(who, visit))
  return end(who, visit)
}

/** A form of another site comes without our cookies: the browser asks again by itself. */
const asOwnRequest = (input: Input, env: Env): Answer =>
  redirect(
    `${env.config.issuer}/sign-out?${new URLSearchParams((input.form ?? []).map(([name, value]) => [name, value]))}`,
  )

const tokenFor = ({ session }: SignedIn, { env, request }: Visit): string =>
  formToken(env.config, 'sign-out', session.id, request.returnTo)

const ask = (who: SignedIn, visit: Visit): Answer => {
  const { env, input, request } = visit
  const texts = textsFor(input, env, request.uiLocales)
  const fields = { ...Object.fromEntries(input.query), token: tokenFor(who, visit) }
  const organization = env.config.organization.name
  const main = signOutPage({ texts, action: `${env.config.issuer}/sign-out`, fields, organization })
  const formTargets = request.returnTo === undefined ? [] : [formTarget(request.returnTo)]
  return renderPage({ title: texts.t('sign-out.title'), main, texts, formTargets }, env.config)
}

const end = async ({ session, user }: SignedIn, visit: Visit): Promise<Answer> => {
  const { env } = visit
  await env.store.sessions.end(session.id, env.now())
  env.audit({ event: 'user-signed-out', outcome: 'success', subject: user.subject })
  return withHeaders(done(visit), [cookieOf(env, 'session', 'gone')])
}

const done = (visit: Visit): Answer =>
  visit.request.returnTo === undefined ? stay(visit) : redirect(visit.request.returnTo)

const stay = ({ input, env, request }: Visit): Answer => {
  const texts = textsFor(input, env, request.uiLocales)
  return renderPage({ title: texts.t('sign-out.done-title'), main: signedOutPage(texts), texts }, env.config)
}
