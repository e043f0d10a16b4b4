import { type Answer, type Input, redirect, withHeaders } from '../answer.ts'
import { advance, joinAs, stepUrl } from '../authorize/situation.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { checkFormToken, formToken } from '../ui/form-token.ts'
import { textsFor } from '../ui/language.ts'
import { renderPage } from '../ui/page.ts'
import { signInPage } from '../ui/sign-in-page.ts'
import { type Errand, findErrand, isAnswer } from './errand.ts'
import { checkPassword } from './local-users.ts'
import { startSession } from './session.ts'

type Visit = { readonly input: Input; readonly env: Env }

/**
 * GET|POST /sign-in: offers the methods, takes the answer, and sends the browser back to `/authorize`, or to the page of ours
 * that asked. Spec: ID-10, THR-07
 */
export const signIn = async (input: Input, env: Env): Promise<Answer> => {
  const errand = await findErrand(input, env)
  if (isAnswer(errand)) return errand
  if (input.method === 'POST') return answer(errand, { input, env })
  return onlyWay(errand, env) ?? show(errand, { input, env })
}

const providersFor = ({ name: [key, value] }: Errand, { config }: Env) =>
  config.signIn.providers.map(({ id, name }) => ({
    name,
    url: `${config.issuer}/sign-in/with/${id}?${key}=${encodeURIComponent(value)}`,
  }))

/** Where there is one provider and no password form, a page with one button would only be in the way. */
const onlyWay = (errand: Errand, env: Env): Answer | undefined => {
  const [only, ...others] = providersFor(errand, env)
  const isObvious = errand.why === 'signed-out' && others.length === 0 && !env.config.signIn.passwords
  return only !== undefined && isObvious ? redirect(only.url) : undefined
}

const tokenFor = ({ binding }: Errand, env: Env): string => formToken(env.config, 'sign-in', ...binding)

type Tried = { readonly username?: string; readonly failure?: 'wrong' | 'locked' }

const show = (errand: Errand, { input, env, ...tried }: Visit & Tried): Answer => {
  const [key, value] = errand.name
  const texts = textsFor(input, env, errand.languages)
  const action = `${env.config.issuer}/sign-in`
  const main = signInPage({
    texts,
    action,
    fields: { [key]: value, token: tokenFor(errand, env) },
    app: errand.app,
    why: errand.why,
    signedInAs: errand.before?.user.name,
    username: tried.username ?? errand.loginHint ?? '',
    failure: tried.failure,
    passwords: env.config.signIn.passwords,
    providers: providersFor(errand, env),
    waitMinutes: Math.ceil(env.config.signIn.attemptWindow / 60),
  })
  const status = { wrong: 401, locked: 429, none: 200 }[tried.failure ?? 'none']
  const self = `${action}?${key}=${encodeURIComponent(value)}`
  const { formTargets } = errand
  const page = renderPage({ title: texts.t('sign-in.title'), main, texts, status, self, formTargets }, env.config)
  return withHeaders(page, errand.cookies)
}

const answer = async (errand: Errand, visit: Visit): Promise<Answer> => {
  const { input, env } = visit
  const form = new Map(input.form)
  checkFormToken(form.get('token'), tokenFor(errand, env))
  switch (form.get('answer')) {
    case 'cancel':
    case 'continue':
      return answerForApp(errand, form.get('answer') === 'cancel', env)
    case 'sign-in':
      return env.config.signIn.passwords ? tryPassword(errand, visit) : show(errand, visit)
    default:
      throw new OAuthError('request:missing-parameter', { description: 'The form has no answer.' })
  }
}

/** "Go back" and "go on as me" are answers to an app's request; the latter only where the page offers it. */
const answerForApp = async ({ situation, why }: Errand, cancel: boolean, env: Env): Promise<Answer> => {
  if (situation === undefined) throw new OAuthError('request:malformed', { description: 'No app asked for this.' })
  const { interaction, session, handle } = situation
  const back = redirect(stepUrl('/authorize', handle, env))
  if (cancel) await advance(situation, { ...interaction, denied: true }, env)
  else if (why === 'choose-account' && session !== undefined)
    await advance(situation, { ...joinAs(interaction, session.subject, session.id), accountChosen: true }, env)
  return back
}

const tryPassword = async (errand: Errand, visit: Visit): Promise<Answer> => {
  const { input, env } = visit
  const form = new Map(input.form)
  const username = form.get('username') ?? ''
  const { remoteAddress } = input
  const found = await checkPassword({ username, password: form.get('password') ?? '', remoteAddress }, env)
  if (found === 'wrong' || found === 'locked') {
    env.audit({ event: 'user-sign-in-failed', outcome: 'refused', reason: found, remoteAddress })
    return show(errand, { ...visit, username, failure: found })
  }
  const { session, cookie } = await startSession({ user: found, methods: ['pwd'], before: errand.before }, env)
  const back = await errand.goOn(session)
  env.audit({ event: 'user-signed-in', outcome: 'success', subject: found.subject, remoteAddress })
  return withHeaders(back, [cookie])
}
