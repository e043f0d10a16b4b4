import { type Answer, type Input, withHeaders } from '../answer.ts'
import type { Env } from '../env.ts'
import { checkFormToken, formToken } from '../ui/form-token.ts'
import { textsFor } from '../ui/messages.ts'
import { renderPage } from '../ui/page.ts'
import { signedOutPage, signOutPage } from '../ui/sign-out-page.ts'
import { cookieOf } from './cookies.ts'
import { currentSession } from './session.ts'

/** GET|POST /sign-out: asks, then ends the session; a link alone signs nobody out. Apps bound to the session end with it. Spec: RF-02 */
export const signOut = async (input: Input, env: Env): Promise<Answer> => {
  const who = await currentSession(input, env)
  const texts = textsFor(input, [])
  const organization = env.config.organization.name
  if (who === undefined) {
    const main = signedOutPage(texts)
    return renderPage({ title: texts.t('sign-out.done-title'), main, texts }, env.config)
  }
  const token = formToken(env.config, 'sign-out', who.session.id)
  if (input.method !== 'POST') {
    const main = signOutPage({ texts, action: `${env.config.issuer}/sign-out`, fields: { token }, organization })
    return renderPage({ title: texts.t('sign-out.title'), main, texts }, env.config)
  }
  checkFormToken(new Map(input.form).get('token'), token)
  await env.store.sessions.end(who.session.id, env.now())
  env.audit({ event: 'user-signed-out', outcome: 'success', subject: who.user.subject })
  const page = renderPage({ title: texts.t('sign-out.done-title'), main: signedOutPage(texts), texts }, env.config)
  return withHeaders(page, [cookieOf(env, 'session', 'gone')])
}
