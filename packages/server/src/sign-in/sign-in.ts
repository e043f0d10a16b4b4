import { type Answer, type Input, redirect, withHeaders } from '../answer.ts'
import { nextStep } from '../authorize/next-step.ts'
import { advance, joinAs, type LoadedSituation, languagesOf, loadSituation, stepUrl } from '../authorize/situation.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { checkFormToken, formToken } from '../ui/form-token.ts'
import { textsFor } from '../ui/language.ts'
import { formTargetsOf, renderPage } from '../ui/page.ts'
import { signInPage } from '../ui/sign-in-page.ts'
import { plainName } from '../ui/untrusted-text.ts'
import { checkPassword } from './local-users.ts'
import { startSession } from './session.ts'
import type { User } from './user.ts'

type SignInStep = Extract<ReturnType<typeof nextStep>, { kind: 'sign-in' }>

/** GET|POST /sign-in: offers the methods, takes the answer, and sends the browser back to `/authorize`. Spec: ID-10, THR-07 */
export const signIn = async (input: Input, env: Env): Promise<Answer> => {
  const situation = await loadSituation(input, env)
  const step = nextStep(situation)
  if (step.kind !== 'sign-in') return back(situation, env)
  if (input.method === 'POST') return answer(situation, step, { input, env })
  return onlyWay(situation, step, env) ?? show(situation, step, { input, env })
}

/** Where there is one provider and no password form, a page with one button would only be in the way. */
const onlyWay = (situation: LoadedSituation, step: SignInStep, env: Env): Answer | undefined => {
  const [only, ...others] = providersFor(situation, env)
  const isObvious = step.why === 'signed-out' && others.length === 0 && !env.config.signIn.passwords
  return only !== undefined && isObvious ? redirect(only.url) : undefined
}

type Visit = { readonly input: Input; readonly env: Env }

const back = (situation: LoadedSituation, env: Env): Answer => redirect(stepUrl('/authorize', situation.handle, env))

const tokenFor = ({ interaction, session }: LoadedSituation, env: Env): string =>
  formToken(env.config, 'sign-in', interaction.id, interaction.version, session?.id)

const show = (
  situation: LoadedSituation,
  step: SignInStep,
  { input, env, ...tried }: Visit & { readonly username?: string; readonly failure?: 'wrong' | 'locked' },
): Answer => {
  const { client, interaction, handle, user } = situation
  const texts = textsFor(input, env, languagesOf(situation))
  const main = signInPage({
    texts,
    action: `${env.config.issuer}/sign-in`,
    fields: { interaction: handle, token: tokenFor(situation, env) },
    app: plainName(client.display.name),
    why: step.why,
    signedInAs: user?.name,
    username: tried.username ?? interaction.request.loginHint ?? '',
    failure: tried.failure,
    passwords: env.config.signIn.passwords,
    providers: providersFor(situation, env),
    waitMinutes: Math.ceil(env.config.signIn.attemptWindow / 60),
  })
  const status = { wrong: 401, locked: 429, none: 200 }[tried.failure ?? 'none']
  const formTargets = formTargetsOf(situation)
  const self = stepUrl('/sign-in', handle, env)
  return renderPage({ title: texts.t('sign-in.title'), main, texts, status, self, formTargets }, env.config)
}

const providersFor = ({ handle }: LoadedSituation, env: Env) =>
  env.config.signIn.providers.map(({ id, name }) => ({ name, url: stepUrl(`/sign-in/with/${id}`, handle, env) }))

const answer = async (situation: LoadedSituation, step: SignInStep, visit: Visit): Promise<Answer> => {
  const { input, env } = visit
  const form = new Map(input.form)
  checkFormToken(form.get('token'), tokenFor(situation, env))
  switch (form.get('answer')) {
    case 'cancel':
      return back(await advance(situation, { ...situation.interaction, denied: true }, env), env)
    case 'continue':
      return goOn(situation, step, env)
    case 'sign-in':
      return env.config.signIn.passwords ? tryPassword(situation, step, visit) : back(situation, env)
    default:
      throw new OAuthError('request:missing-parameter', { description: 'The form has no answer.' })
  }
}

/** "Go on as me" is an answer only where the page offers it. */
const goOn = async (situation: LoadedSituation, step: SignInStep, env: Env): Promise<Answer> => {
  const { interaction, session } = situation
  if (step.why !== 'choose-account' || session === undefined) return back(situation, env)
  const joined = joinAs(interaction, session.subject, session.id)
  return back(await advance(situation, { ...joined, accountChosen: true }, env), env)
}

const tryPassword = async (situation: LoadedSituation, step: SignInStep, visit: Visit): Promise<Answer> => {
  const { input, env } = visit
  const form = new Map(input.form)
  const username = form.get('username') ?? ''
  const found = await checkPassword(username, form.get('password') ?? '', env)
  if (found === 'wrong' || found === 'locked') {
    env.audit({ event: 'user-sign-in-failed', outcome: 'refused', reason: found, remoteAddress: input.remoteAddress })
    return show(situation, step, { ...visit, username, failure: found })
  }
  return enter(situation, found, visit)
}

const enter = async (situation: LoadedSituation, user: User, { input, env }: Visit): Promise<Answer> => {
  const { session: old, user: oldUser, interaction } = situation
  const before = old && oldUser && { session: old, user: oldUser }
  const { session, cookie } = await startSession({ user, methods: ['pwd'], before }, env)
  const joined = joinAs(interaction, user.subject, session.id)
  await advance(situation, { ...joined, signedInAt: env.now() }, env)
  env.audit({
    event: 'user-signed-in',
    outcome: 'success',
    subject: user.subject,
    remoteAddress: input.remoteAddress,
  })
  return withHeaders(back(situation, env), [cookie])
}
