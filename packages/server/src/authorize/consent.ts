import { type Description, describe, formatScopes } from '@gatehouse/scopes'
import { type Answer, type Input, redirect, withHeaders } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { cookieOf } from '../sign-in/cookies.ts'
import { consentPage } from '../ui/consent-page.ts'
import { checkFormToken, formToken } from '../ui/form-token.ts'
import { textsFor } from '../ui/language.ts'
import type { Texts } from '../ui/messages.ts'
import { formTargetsOf, renderPage } from '../ui/page.ts'
import { plainName } from '../ui/untrusted-text.ts'
import { agreedScopes, parseChoice } from './consent-choice.ts'
import { endOf, offerDurations, parseDuration } from './consent-duration.ts'
import { type ConsentKind, consentView, findPatient } from './consent-view.ts'
import type { Agreement, Interaction } from './interaction.ts'
import { accessOf, nextStep, settledAgreement } from './next-step.ts'
import { isWorthGranting } from './policy.ts'
import { consentRecordOf } from './record-consent.ts'
import { advance, type LoadedSituation, languagesOf, leavePerson, loadSituation, stepUrl } from './situation.ts'

type Visit = { readonly input: Input; readonly env: Env; readonly texts: Texts; readonly description: Description }

/**
 * GET|POST /consent: may the app. Shows what was asked, takes what was chosen, believes only what it had offered.
 *
 * Spec: CON-08, CON-09, CON-10, CON-11, CON-16, THR-14
 */
export const consent = async (input: Input, env: Env): Promise<Answer> => {
  const situation = await loadSituation(input, env)
  const step = nextStep(situation)
  if (step.kind !== 'consent') return back(situation, env)
  const texts = textsFor(input, env, languagesOf(situation))
  const visit = { input, env, texts, description: describe(situation.offered, texts.locale) }
  return input.method === 'POST' ? decide(situation, step.page, visit) : show(situation, step.page, visit)
}

const back = (situation: LoadedSituation, env: Env): Answer => redirect(stepUrl('/authorize', situation.handle, env))

/** Good for this page of this interaction as it stands now, in this session: any answer makes it stale. Spec: CON-10 */
const tokenFor = ({ interaction, session }: LoadedSituation, kind: ConsentKind, env: Env): string =>
  formToken(env.config, 'consent', kind, interaction.id, interaction.version, session?.id)

const show = async (situation: LoadedSituation, kind: ConsentKind, visit: Visit): Promise<Answer> => {
  const { env, texts, description } = visit
  const { client, interaction, user, previous, handle } = situation
  const { redirectUri, launch } = interaction.request
  const material = {
    ...{ kind, client, redirectUri, description, texts, previous },
    person: user?.name ?? '',
    patient: await findPatient(situation, env),
    mayChangePatient: launch?.context.patient === undefined && user?.role !== 'patient',
    fields: { interaction: handle, token: tokenFor(situation, kind, env) },
  }
  const main = consentPage(consentView(material, env))
  const app = plainName(situation.client.display.name)
  const title = texts.t(kind === 'continue' ? 'consent.continue-title' : 'consent.title', { app })
  const self = stepUrl('/consent', situation.handle, env)
  return renderPage({ title, main, texts, self, formTargets: formTargetsOf(situation) }, env.config)
}

const decide = async (situation: LoadedSituation, kind: ConsentKind, visit: Visit): Promise<Answer> => {
  const { input, env } = visit
  const form = new Map(input.form)
  checkFormToken(form.get('token'), tokenFor(situation, kind, env))
  const write = async (changed: Interaction) => back(await advance(situation, changed, env), env)
  const { interaction } = situation
  switch (form.get('answer')) {
    case 'deny':
      return write({ ...interaction, denied: true })
    case 'continue':
      return write(answered(interaction, kind === 'continue' ? settledAgreement(situation) : undefined))
    case 'share':
      return write(answered(interaction, kind === 'continue' ? undefined : agreementOf(situation, visit)))
    case 'review':
      return write({ ...interaction, review: true })
    case 'other-patient':
      return write({ ...interaction, chosen: {} })
    case 'other-user':
      return signOutHere(situation, env)
    default:
      throw new OAuthError('request:missing-parameter', { description: 'The form has no answer.' })
  }
}

/** All boxes off is a refusal, as is an answer that the page did not offer. Spec: CON-09 */
const answered = (interaction: Interaction, agreement: Agreement | undefined): Interaction =>
  agreement === undefined ? { ...interaction, denied: true } : { ...interaction, agreement }

/** "Not you?": the session ends here, and nothing of it stays in the interaction. Spec: CON-16 */
const signOutHere = async (situation: LoadedSituation, env: Env): Promise<Answer> => {
  const advanced = await advance(situation, leavePerson(situation.interaction), env)
  if (situation.session !== undefined) await env.store.sessions.end(situation.session.id, env.now())
  return withHeaders(back(advanced, env), [cookieOf(env, 'session', 'gone')])
}

const agreementOf = (situation: LoadedSituation, { input, env, description }: Visit): Agreement | undefined => {
  const form = input.form ?? []
  const choice = parseChoice(form)
  const duration = parseDuration(new Map(form).get('duration'), offerDurations(situation.client, env.config.authorize))
  const offline = choice.offline && duration.kind !== 'once'
  const scopes = agreedScopes(situation.offered, description, { ...choice, offline })
  if (!isWorthGranting(scopes)) return undefined
  const endsAt = endOf(duration, env.now())
  const agreed = { scope: formatScopes(scopes), access: accessOf(scopes), ...(endsAt === undefined ? {} : { endsAt }) }
  return { ...agreed, record: consentRecordOf(situation, { agreed, description }, env) }
}
