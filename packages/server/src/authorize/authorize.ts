import { type Answer, type Input, redirect, withHeaders } from '../answer.ts'
import type { Env } from '../env.ts'
import { assertNever } from '../errors/oauth-error.ts'
import { findPatient } from './consent-view.ts'
import { contextChoices, onlyChoice, withChoice } from './context-choices.ts'
import { type Agreement, contextOf, type Interaction } from './interaction.ts'
import { type ContextNeed, nextStep } from './next-step.ts'
import { isWorthGranting, withoutPatientScopes } from './policy.ts'
import { parseAuthorizationRequest, verifyRequest } from './request.ts'
import { unpackRequest } from './request-uri.ts'
import { issueCode, refuse, type Visit } from './respond.ts'
import {
  advance,
  beginInteraction,
  joinAs,
  type LoadedSituation,
  loadSituation,
  readHandle,
  situate,
  stepUrl,
} from './situation.ts'

/**
 * GET|POST /authorize: where a request comes in and where every step comes back to. A new request is verified, kept, and
 * answered with a redirect to our own GET: so a POST from another site works although its cookies stay behind.
 *
 * Spec: AL-44, RFC-14, IN-25
 */
export const authorize = async (input: Input, env: Env): Promise<Answer> =>
  readHandle(input) === undefined ? begin(input, env) : proceed(await loadSituation(input, env), { input, env })

const begin = async (input: Input, env: Env): Promise<Answer> => {
  const asked = await unpackRequest(parseAuthorizationRequest(input.form ?? input.query), env)
  const request = await verifyRequest(asked, env)
  const { handle, cookie } = await beginInteraction(request, env)
  return withHeaders(redirect(stepUrl('/authorize', handle, env)), [cookie])
}

const proceed = async (situation: LoadedSituation, visit: Visit): Promise<Answer> => {
  const { env } = visit
  const step = nextStep(situation)
  switch (step.kind) {
    case 'sign-in':
      return redirect(stepUrl('/sign-in', situation.handle, env))
    case 'bind-session':
      return proceed(await bindSession(situation, env), visit)
    case 'select-context':
      return selectContext(situation, step.need, visit)
    case 'consent':
      return redirect(stepUrl('/consent', situation.handle, env))
    case 'refuse':
      return refuse(situation, step.reason, visit)
    case 'issue':
      return issue(situation, step.agreement, visit)
    default:
      return assertNever(step)
  }
}

/** The last look before a code leaves: the person may act for this patient now, whatever happened on the way. Spec: THR-22, THR-38 */
const issue = async (situation: LoadedSituation, agreement: Agreement, visit: Visit): Promise<Answer> => {
  const { patient } = contextOf(situation.interaction)
  const isTheirs = patient === undefined || (await findPatient(situation, visit.env)) !== undefined
  return isTheirs ? issueCode(situation, agreement, visit.env) : refuse(situation, 'authorize:no-patient', visit)
}

const bindSession = (situation: LoadedSituation, env: Env): Promise<LoadedSituation> => {
  const { interaction, session } = situation
  if (session === undefined) throw new Error('only a session can be bound')
  return advance(situation, joinAs(interaction, session.subject, session.id), env)
}

/** The next step of what was just written: a choice may change what can be asked and what was agreed before. */
const proceedWith = async (situation: LoadedSituation, changed: Interaction, visit: Visit): Promise<Answer> => {
  const { env } = visit
  const advanced = await advance(situation, changed, env)
  return proceed(await situate(advanced, advanced, env), visit)
}

/** One record of one's own needs no picker; no record at all leaves only what needs none. Spec: CX-12, IX-16 */
const selectContext = async (situation: LoadedSituation, need: ContextNeed, visit: Visit): Promise<Answer> => {
  const { env } = visit
  const choices = await contextChoices(situation, { need }, env)
  if (choices.kind === 'impossible') return withoutPatient(situation, visit)
  const only = onlyChoice(choices)
  if (only !== undefined) return proceedWith(situation, withChoice(situation.interaction, need, only), visit)
  const isQuiet = situation.interaction.request.prompt.includes('none')
  return isQuiet
    ? refuse(situation, 'authorize:interaction-required', visit)
    : redirect(stepUrl('/context', situation.handle, env))
}

const withoutPatient = (situation: LoadedSituation, visit: Visit): Promise<Answer> =>
  isWorthGranting(withoutPatientScopes(situation.offered))
    ? proceedWith(situation, { ...situation.interaction, chosen: { patient: null } }, visit)
    : refuse(situation, 'authorize:no-patient', visit)
