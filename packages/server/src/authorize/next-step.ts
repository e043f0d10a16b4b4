import { formatScopes, narrow, type Scope } from '@gatehouse/scopes'
import type { Client } from '../clients/client.ts'
import type { Reason } from '../errors/reasons.ts'
import type { Grant } from '../grants/grant.ts'
import type { Session, User } from '../sign-in/user.ts'
import { type Agreement, contextOf, type Interaction } from './interaction.ts'
import { isWorthGranting } from './policy.ts'

/** What a launch context still lacks before the user can be asked. */
export type ContextNeed =
  | { readonly kind: 'patient' }
  | { readonly kind: 'encounter'; readonly patient: string }
  | {
      readonly kind: 'resource'
      readonly type: string
      readonly role: string | undefined
      readonly patient: string | undefined
    }

/** What an interaction needs next. Everything the way from request to code can do is one of these. */
export type Step =
  | { readonly kind: 'sign-in'; readonly why: 'signed-out' | 'again' | 'other-user' | 'choose-account' }
  | { readonly kind: 'bind-session' }
  | { readonly kind: 'select-context'; readonly need: ContextNeed }
  | { readonly kind: 'consent'; readonly page: 'full' | 'continue' | 'again' }
  | { readonly kind: 'refuse'; readonly reason: Reason }
  | { readonly kind: 'issue'; readonly agreement: Agreement }

/** What was agreed before: the grant, its scopes, and all that was put before the person then. */
export type Previous = { readonly grant: Grant; readonly granted: readonly Scope[]; readonly asked: readonly Scope[] }

/** All that the decision looks at. `offered` is what policy lets this request ask of a person. */
export type Situation = {
  readonly interaction: Interaction
  readonly client: Client
  readonly session: Session | undefined
  readonly user: User | undefined
  readonly offered: readonly Scope[]
  /** Something offered has no words of its own, and policy shows no person such a thing. Spec: CON-22 */
  readonly unworded: boolean
  /** The newest live grant of the same app, person, patient and audience. */
  readonly previous: Previous | undefined
  readonly now: number
}

/**
 * THE HEART: who is the user, may this be asked, what is it about, does the user agree. The first question without an
 * answer is the next step. Pure, so that every row is in one table test; no endpoint decides an order of its own.
 *
 * Spec: CX-10, CX-11, CX-12, ID-10, CON-08, CON-09, CON-11, THR-02, THR-08, THR-09, THR-15, IX-16
 */
export const nextStep = (situation: Situation): Step => {
  if (situation.interaction.denied) return refuse('authorize:denied')
  return askWho(situation) ?? askWhether(situation) ?? askWhatFor(situation) ?? askConsent(situation)
}

const refuse = (reason: Reason): Step => ({ kind: 'refuse', reason })

const isQuiet = ({ interaction }: Situation): boolean => interaction.request.prompt.includes('none')

/** Who the user is. No refusal of the request itself comes before this is settled, or we would redirect strangers. */
const askWho = (situation: Situation): Step | undefined => {
  const { interaction, session, user } = situation
  const signedIn = session !== undefined && user?.state === 'active'
  const why = signedIn ? whySignIn(situation, session, user) : 'signed-out'
  if (why === 'wrong-person') return refuse(wrongPersonReason(interaction))
  if (why !== undefined) return isQuiet(situation) ? refuse('authorize:login-required') : { kind: 'sign-in', why }
  return interaction.sessionId === session?.id ? undefined : { kind: 'bind-session' }
}

const wrongPersonReason = ({ request }: Interaction): Reason =>
  request.launch === undefined ? 'authorize:other-user' : 'authorize:launch-other-user'

type WhySignIn = 'again' | 'other-user' | 'choose-account' | 'wrong-person'

const whySignIn = ({ interaction, now }: Situation, session: Session, user: User): WhySignIn | undefined => {
  const { request } = interaction
  const proved = interaction.signedInAt !== undefined && interaction.sessionId === session.id
  if (![user.subject, undefined].includes(interaction.subject)) return 'other-user'
  const meant = [request.launch?.subject, request.hintedSubject].filter((subject) => subject !== undefined)
  if (meant.some((subject) => subject !== user.subject)) return proved ? 'wrong-person' : 'other-user'
  if (proved) return undefined
  if (request.prompt.includes('login')) return 'again'
  if (request.maxAge !== undefined && now - session.authenticatedAt >= request.maxAge) return 'again'
  if (interaction.accountChosen) return undefined
  if (request.prompt.includes('select_account')) return 'choose-account'
  const hinted = [undefined, user.username, user.email].includes(request.loginHint)
  return hinted ? undefined : 'choose-account'
}

/** Whether this may be asked of anyone at all. */
const askWhether = ({ client, offered, user, unworded }: Situation): Step | undefined => {
  if (client.state !== 'active') return refuse('authorize:client-blocked')
  if (unworded && user?.role !== 'practitioner') return refuse('authorize:scope-unknown-query')
  return isWorthGranting(offered) ? undefined : refuse('authorize:scope-not-allowed')
}

/** Which patient, then which encounter and other resources. An EHR's launch is asked only for a patient it must have. Spec: CX-09 */
const askWhatFor = (situation: Situation): Step | undefined => {
  const need = contextNeed(situation)
  return need === undefined ? undefined : { kind: 'select-context', need }
}

const contextNeed = ({ interaction, offered }: Situation): ContextNeed | undefined => {
  const { patient, encounter } = contextOf(interaction)
  const contexts = offered.filter((scope) => scope.kind === 'launch').filter(({ context }) => context !== undefined)
  const asked = contexts.map(({ context }) => context ?? '')
  const patientScopes = offered.some((scope) => scope.kind === 'resource' && scope.level === 'patient')
  const fromEhr = interaction.request.launch !== undefined
  const aboutPatient = patientScopes || (!fromEhr && asked.some((type) => ['patient', 'encounter'].includes(type)))
  if (aboutPatient && patient === undefined && interaction.chosen?.patient !== null) return { kind: 'patient' }
  if (fromEhr) return undefined
  const open = encounter === undefined && interaction.chosen?.encounter !== null
  if (asked.includes('encounter') && open && patient !== undefined) return { kind: 'encounter', patient }
  const others = asked.filter((type) => !['patient', 'encounter'].includes(type))
  const type = others.find((one) => interaction.chosen?.resources?.[one] === undefined)
  const role = contexts.find(({ context }) => context === type)?.role
  return type === undefined ? undefined : { kind: 'resource', type, role, patient }
}

/** Whether the user agrees: already on this page, by policy for staff, as last time, or asked now. */
const askConsent = (situation: Situation): Step => {
  const { interaction, previous } = situation
  if (interaction.agreement !== undefined) return { kind: 'issue', agreement: interaction.agreement }
  const byPolicy = agreementByPolicy(situation)
  const settled = settledAgreement(situation)
  if (isQuiet(situation)) return answerQuietly(situation, settled)
  if (byPolicy !== undefined && mayBeSilent(situation)) return { kind: 'issue', agreement: byPolicy }
  if (interaction.request.prompt.includes('consent') || interaction.review) return { kind: 'consent', page: 'full' }
  if (previous?.grant.state === 'suspended') return { kind: 'consent', page: 'again' }
  return { kind: 'consent', page: settled === undefined ? 'full' : 'continue' }
}

/** Only an app that proves itself at the token endpoint gets a code nobody saw leave. Spec: CON-11, THR-15 */
const answerQuietly = ({ client }: Situation, agreement: Agreement | undefined): Step => {
  if (client.auth.method === 'none') return refuse('authorize:interaction-required')
  return agreement === undefined ? refuse('authorize:consent-required') : { kind: 'issue', agreement }
}

/** A public app is opened without a page only out of an EHR, where the user has just asked for it. */
const mayBeSilent = ({ client, interaction }: Situation): boolean =>
  client.auth.method !== 'none' || interaction.request.launch !== undefined

/** What "Continue" agrees to: what policy or an earlier decision has settled. */
export const settledAgreement = (situation: Situation): Agreement | undefined =>
  agreementByPolicy(situation) ?? agreementAsBefore(situation)

const agreementByPolicy = ({ client, user, interaction, offered }: Situation): Agreement | undefined => {
  const applies = user?.role === 'practitioner' && client.staffConsent === 'preauthorized'
  if (!applies || interaction.request.prompt.includes('consent')) return undefined
  return { scope: formatScopes(offered), access: accessOf(offered) }
}

/** The same answer as last time, if this asks for nothing that was not put before the person then. Spec: CON-08 */
const agreementAsBefore = ({ offered, previous }: Situation): Agreement | undefined => {
  if (previous?.grant.state !== 'active' || narrow(offered, previous.asked).refused.length > 0) return undefined
  const { granted } = narrow(offered, previous.granted)
  const { endsAt, consentId } = previous.grant
  if (!isWorthGranting(granted)) return undefined
  const end = endsAt === undefined ? {} : { endsAt }
  const record = consentId === undefined ? {} : { consentId }
  return { scope: formatScopes(granted), access: accessOf(granted), ...end, ...record }
}

/** How long access outlasts the visit, by the scopes that were agreed. Spec: RF-01, CON-05 */
export const accessOf = (scopes: readonly Scope[]): Agreement['access'] => {
  const modes = scopes.flatMap((scope) => (scope.kind === 'offline' ? [scope.mode] : []))
  if (modes.includes('offline_access')) return 'offline'
  return modes.includes('online_access') ? 'online' : 'once'
}
