import { describe, parseScopes, type Scope } from '@gatehouse/scopes'
import type { Input } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import type { Grant } from '../grants/grant.ts'
import { hashSecret, newSecret } from '../secret.ts'
import { type Cookie, cookieOf, readCookie } from '../sign-in/cookies.ts'
import { currentSession } from '../sign-in/session.ts'
import type { User } from '../sign-in/user.ts'
import { contextOf, type Interaction, type VerifiedRequest } from './interaction.ts'
import type { Previous, Situation } from './next-step.ts'
import { offerTo, withoutPatientScopes } from './policy.ts'

/** A situation and the name under which the browser holds its interaction. */
export type LoadedSituation = Situation & { readonly handle: string }

/** The name of an interaction in URLs and forms. It opens nothing: the secret is in the cookie of that name. */
export const readHandle = (input: Input): string | undefined =>
  [...(input.form ?? []), ...input.query].find(([name]) => name === 'interaction')?.[1]

/** Where the browser goes on with an interaction. */
export const stepUrl = (path: string, handle: string, env: Env): string =>
  `${env.config.issuer}${path}?interaction=${encodeURIComponent(handle)}`

const interactionCookie = (handle: string): string => `interaction-${handle}`

/**
 * Keeps a verified request for the user. Each request has a cookie of its own, so launches opened in several tabs never
 * meet: every tab ends with the patient it began with. Spec: THR-07
 */
export const beginInteraction = async (
  request: VerifiedRequest,
  env: Env,
): Promise<{ readonly handle: string; readonly cookie: Cookie }> => {
  const handle = newSecret(env).slice(0, 16)
  const secret = newSecret(env)
  const now = env.now()
  const lifetime = env.config.authorize.interaction
  await env.store.interactions.create({
    id: hashSecret(secret),
    request,
    createdAt: now,
    expiresAt: now + lifetime,
    version: 1,
  })
  return { handle, cookie: cookieOf(env, interactionCookie(handle), { value: secret, seconds: lifetime }) }
}

/** Takes the interaction's cookie back. */
export const forgetInteraction = (handle: string, env: Env): Cookie => cookieOf(env, interactionCookie(handle), 'gone')

/**
 * All that `nextStep` looks at, for the interaction this browser holds. Throws `authorize:interaction-expired` when the
 * browser does not hold it: a link to a step is worth nothing in another browser.
 */
export const loadSituation = async (
  input: Input,
  env: Env,
  handle = readHandle(input) ?? '',
): Promise<LoadedSituation> => {
  const secret = readCookie(input, env, interactionCookie(handle))
  const interaction = secret && (await env.store.interactions.find(hashSecret(secret), env.now()))
  if (!interaction) throw expired('This page is no longer open here. Start again from the app.')
  return situate({ handle, interaction }, await currentSession(input, env), env)
}

/** An interaction as it stands, with all that hangs on it: what may be asked, and what was agreed before. */
export const situate = async (
  { handle, interaction }: Pick<LoadedSituation, 'handle' | 'interaction'>,
  who: Pick<Situation, 'session' | 'user'> | undefined,
  env: Env,
): Promise<LoadedSituation> => {
  const client = await env.store.clients.find(interaction.request.clientId)
  if (client === undefined) throw expired('The app was removed. Start again from the app.')
  const { session, user } = who ?? {}
  const { scopes } = offerTo(client, interaction.request)
  const possible = interaction.chosen?.patient === null ? withoutPatientScopes(scopes) : scopes
  const offered = await shareable(possible, { interaction, user }, env)
  const unworded = env.config.authorize.unknownQueries === 'refuse' && hasUnworded(offered)
  const previous = user && (await findPrevious(interaction, user, env))
  return { handle, interaction, client, session, user, offered, unworded, previous, now: env.now() }
}

const hasUnworded = (offered: readonly Scope[]): boolean =>
  describe(offered, 'en').sections.some(({ rows }) => rows.some(({ quality }) => quality === 'unknown'))

/** What of it this person may share of this patient, where the organization has rules about that. Spec: CON-34 */
const shareable = async (
  scopes: readonly Scope[],
  { interaction, user }: { readonly interaction: Interaction; readonly user: User | undefined },
  env: Env,
): Promise<readonly Scope[]> => {
  const { patient } = contextOf(interaction)
  const { clientId, audience } = interaction.request
  const [first] = audience
  if (env.directory.shareable === undefined || user === undefined || !patient || first === undefined) return scopes
  const question = { patient, clientId, scopes: scopes.map(({ text }) => text) }
  const allowed = await env.directory.shareable(user, first, question)
  return scopes.filter(({ text }) => allowed.includes(text))
}

const expired = (description: string): OAuthError => new OAuthError('authorize:interaction-expired', { description })

/** The languages to try for this person's pages: the app's wish, then what their record says. */
export const languagesOf = ({ interaction, user }: Situation): readonly (string | undefined)[] => [
  ...interaction.request.uiLocales,
  user?.locale,
]

/** Writes what happened. Throws when another tab was quicker: the reader of an old page decides nothing. */
export const advance = async (situation: LoadedSituation, changed: Interaction, env: Env): Promise<LoadedSituation> => {
  const interaction = { ...changed, version: situation.interaction.version + 1 }
  if (await env.store.interactions.advance(interaction)) return { ...situation, interaction }
  throw new OAuthError('request:form-expired', {
    description: 'This page was already answered, perhaps in another tab.',
  })
}

/** The interaction with this person in it. A change of person leaves nothing the other one chose or agreed. Spec: THR-07 */
export const joinAs = (interaction: Interaction, subject: string, sessionId: string): Interaction => {
  const joined = interaction.subject === subject ? interaction : leavePerson(interaction)
  return { ...joined, subject, sessionId }
}

/** The interaction as it was before anyone took part. */
export const leavePerson = ({ id, request, createdAt, expiresAt, version }: Interaction): Interaction => ({
  ...{ id, request, createdAt, expiresAt, version },
})

/** What this person agreed before with this app for this patient and audience. */
const findPrevious = async (interaction: Interaction, user: User, env: Env): Promise<Previous | undefined> => {
  const { request } = interaction
  const { patient } = contextOf(interaction)
  const isSame = (grant: Grant): boolean =>
    (grant.endsAt === undefined || grant.endsAt > env.now()) &&
    grant.context.patient === patient &&
    grant.audience.join(' ') === request.audience.join(' ')
  const same = (await env.store.grants.listBySubject(user.subject, { clientId: request.clientId })).filter(isSame)
  const grant = same.toSorted((a, b) => b.createdAt - a.createdAt)[0]
  if (grant === undefined) return undefined
  const consent = grant.consentId === undefined ? undefined : await env.store.grants.findConsent(grant.consentId)
  return {
    grant,
    granted: parseScopes(grant.scope),
    asked: parseScopes(consent?.requestedScope ?? grant.scope),
  }
}
