import { formatScopes } from '@gatehouse/scopes'
import { type Answer, type Input, type Pair, redirect } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { newSecret } from '../secret.ts'
import { consentPage, continuePage } from '../ui/consent-page.ts'
import { checkFormToken, formToken } from '../ui/form-token.ts'
import { type Texts, textsFor } from '../ui/messages.ts'
import { formTarget, renderPage } from '../ui/page.ts'
import { agreedScopes, type ConsentChoice, endOf, parseDuration } from './consent-choice.ts'
import { consentSections } from './consent-rows.ts'
import { type Agreement, contextOf } from './interaction.ts'
import { accessOf, nextStep, type Step, settledAgreement } from './next-step.ts'
import { isWorthGranting } from './policy.ts'
import { advance, type LoadedSituation, loadSituation, stepUrl } from './situation.ts'

type ConsentStep = Extract<Step, { kind: 'consent' }>
type Visit = { readonly input: Input; readonly env: Env; readonly texts: Texts }

/** GET|POST /consent: may the app. Shows what was asked, takes what was chosen, believes only what it had offered. Spec: CON-09, CON-10, CON-11 */
export const consent = async (input: Input, env: Env): Promise<Answer> => {
  const situation = await loadSituation(input, env)
  const step = nextStep(situation)
  if (step.kind !== 'consent') return back(situation, env)
  const visit = { input, env, texts: textsFor(input, situation.interaction.request.uiLocales) }
  return input.method === 'POST' ? decide(situation, step, visit) : show(situation, step, visit)
}

const back = (situation: LoadedSituation, env: Env): Answer => redirect(stepUrl('/authorize', situation.handle, env))

const tokenFor = ({ interaction, session }: LoadedSituation, step: ConsentStep, env: Env): string =>
  formToken(env.config, 'consent', step.page, interaction.id, interaction.version, session?.id)

const show = async (situation: LoadedSituation, step: ConsentStep, visit: Visit): Promise<Answer> => {
  const { env, texts } = visit
  const { client, interaction, offered, user, handle } = situation
  const app = client.display.name
  const view = {
    texts,
    action: `${env.config.issuer}/consent`,
    fields: { interaction: handle, token: tokenFor(situation, step, env) },
    app,
    organization: env.config.organization.name,
    person: user?.name ?? '',
    patient: await patientName(situation, env),
    sections: consentSections(offered, texts, app),
    asksIdentity: offered.some(({ kind }) => kind === 'identity'),
    asksOffline: offered.some(({ kind }) => kind === 'offline'),
    now: env.now(),
  }
  const isContinue = step.page === 'continue'
  const main = isContinue ? continuePage(view) : consentPage(view)
  const title = texts.t(isContinue ? 'consent.continue-title' : 'consent.title', { app })
  return renderPage({ title, main, texts, formTargets: [formTarget(interaction.request.redirectUri)] }, env.config)
}

const patientName = async ({ user, interaction }: LoadedSituation, env: Env): Promise<string | undefined> => {
  const { patient } = contextOf(interaction)
  const [audience] = interaction.request.audience
  if (patient === undefined || user === undefined || audience === undefined) return undefined
  return (await env.directory.relation(user, audience, patient))?.name
}

const decide = async (situation: LoadedSituation, step: ConsentStep, visit: Visit): Promise<Answer> => {
  const { input, env } = visit
  const form = new Map(input.form)
  checkFormToken(form.get('token'), tokenFor(situation, step, env))
  switch (form.get('answer')) {
    case 'deny':
      return deny(situation, env)
    case 'continue':
      return agree(situation, step.page === 'continue' ? settledAgreement(situation) : undefined, env)
    case 'share':
      return agree(situation, step.page === 'continue' ? undefined : agreementOf(situation, visit), env)
    default:
      throw new OAuthError('request:missing-parameter', { description: 'The form has no answer.' })
  }
}

/** All boxes off is a refusal, as is an answer that the page did not offer. Spec: CON-09 */
const agree = async (situation: LoadedSituation, agreement: Agreement | undefined, env: Env): Promise<Answer> =>
  agreement === undefined
    ? deny(situation, env)
    : back(await advance(situation, { ...situation.interaction, agreement }, env), env)

const deny = async (situation: LoadedSituation, env: Env): Promise<Answer> =>
  back(await advance(situation, { ...situation.interaction, denied: true }, env), env)

const parseChoice = (form: readonly Pair[]): ConsentChoice => ({
  scopes: new Set(form.filter(([name]) => name === 'scope').flatMap(([, value]) => value.split(' '))),
  identity: form.some(([name]) => name === 'identity'),
  offline: form.some(([name]) => name === 'offline'),
})

const agreementOf = (situation: LoadedSituation, { input, env, texts }: Visit): Agreement | undefined => {
  const form = input.form ?? []
  const scopes = agreedScopes(situation.offered, parseChoice(form))
  if (!isWorthGranting(scopes)) return undefined
  const endsAt = endOf(parseDuration(new Map(form).get('duration')), env.now())
  const agreed = { scope: formatScopes(scopes), access: accessOf(scopes), ...(endsAt === undefined ? {} : { endsAt }) }
  return { ...agreed, record: recordOf(situation, agreed, { env, texts }) }
}

/** What exactly this person saw and chose. Spec: CON-33 */
const recordOf = (
  situation: LoadedSituation,
  agreed: Agreement,
  { env, texts }: Pick<Visit, 'env' | 'texts'>,
): NonNullable<Agreement['record']> => {
  const { client, interaction, offered, session, user } = situation
  const { patient } = contextOf(interaction)
  const chosen = new Set(agreed.scope.split(' '))
  const rows = consentSections(offered, texts, client.display.name).flatMap((section) => section.rows)
  return {
    id: newSecret(env),
    subject: user?.subject ?? '',
    ...(patient === undefined ? {} : { patient }),
    clientId: client.id,
    clientName: client.display.name,
    requestedScope: formatScopes(offered),
    grantedScope: agreed.scope,
    locale: texts.locale,
    rows: rows.map(({ scopes, short }) => ({
      scope: formatScopes(scopes),
      words: short,
      chosen: scopes.every(({ text }) => chosen.has(text)),
    })),
    access: agreed.access,
    ...(agreed.endsAt === undefined ? {} : { endsAt: agreed.endsAt }),
    decidedAt: env.now(),
    sessionMethods: session?.methods ?? [],
  }
}
