import { type Answer, type Input, redirect } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { contextPage } from '../ui/context-page.ts'
import { checkFormToken, formToken } from '../ui/form-token.ts'
import { textsFor } from '../ui/language.ts'
import { formTargetsOf, renderPage } from '../ui/page.ts'
import { plainName } from '../ui/untrusted-text.ts'
import { contextChoices, isPermittedChoice, withChoice } from './context-choices.ts'
import { type ContextNeed, nextStep } from './next-step.ts'
import { advance, type LoadedSituation, languagesOf, loadSituation, stepUrl } from './situation.ts'

/** GET|POST /context: whose record, which visit. What may be chosen is the directory's word, at both. Spec: CX-12, CON-15 */
export const selectContext = async (input: Input, env: Env): Promise<Answer> => {
  const situation = await loadSituation(input, env)
  const step = nextStep(situation)
  if (step.kind !== 'select-context') return back(situation, env)
  return input.method === 'POST'
    ? choose(situation, step.need, { input, env })
    : show(situation, step.need, { input, env })
}

type Visit = { readonly input: Input; readonly env: Env }

const back = (situation: LoadedSituation, env: Env): Answer => redirect(stepUrl('/authorize', situation.handle, env))

const tokenFor = ({ interaction, session }: LoadedSituation, env: Env): string =>
  formToken(env.config, 'context', interaction.id, interaction.version, session?.id)

const show = async (situation: LoadedSituation, need: ContextNeed, { input, env }: Visit): Promise<Answer> => {
  const search = input.query.find(([name]) => name === 'search')?.[1]
  const choices = await contextChoices(situation, { need, ...(search === undefined ? {} : { search }) }, env)
  const { client, handle } = situation
  const texts = textsFor(input, env, languagesOf(situation))
  const main = contextPage({
    texts,
    action: `${env.config.issuer}/context`,
    fields: { interaction: handle, token: tokenFor(situation, env) },
    handle,
    app: plainName(client.display.name),
    choices,
    search: search ?? '',
  })
  const title = texts.t(`context.${need.kind}-title`)
  const formTargets = formTargetsOf(situation)
  return renderPage({ title, main, texts, self: stepUrl('/context', handle, env), formTargets }, env.config)
}

const choose = async (situation: LoadedSituation, need: ContextNeed, { input, env }: Visit): Promise<Answer> => {
  const form = new Map(input.form)
  checkFormToken(form.get('token'), tokenFor(situation, env))
  if (form.get('answer') === 'cancel')
    return back(await advance(situation, { ...situation.interaction, denied: true }, env), env)
  const chosen = form.get('choice')
  if (chosen === undefined) throw new OAuthError('request:missing-parameter', { description: 'Nothing was chosen.' })
  const id = chosen === '' ? null : chosen
  if (!(await isPermittedChoice(situation, { need, id }, env)))
    throw new OAuthError('authorize:choice-not-permitted', { description: 'This cannot be chosen by this person.' })
  return back(await advance(situation, withChoice(situation.interaction, need, id), env), env)
}
