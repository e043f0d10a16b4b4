import { type Answer, type Input, redirect, withHeaders } from '../answer.ts'
import { isVerified } from '../clients/client.ts'
import type { Env } from '../env.ts'
import { errorUri, recordError } from '../errors/answer-error.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import type { Reason } from '../errors/reasons.ts'
import type { Grant } from '../grants/grant.ts'
import { hashSecret, newSecret } from '../secret.ts'
import type { Session, User } from '../sign-in/user.ts'
import { errorPage } from '../ui/error-page.ts'
import { textsFor } from '../ui/language.ts'
import { renderPage } from '../ui/page.ts'
import { asciiHost } from '../ui/untrusted-text.ts'
import { answerUrl } from './answer-url.ts'
import { type Agreement, contextOf, type VerifiedRequest } from './interaction.ts'
import { forgetInteraction, type LoadedSituation, languagesOf } from './situation.ts'

/**
 * The two ways out of an interaction, both to the redirect URI of a `VerifiedRequest`: no other file redirects to an app.
 * `iss` is in each, so that an app with several servers knows who answered. Spec: AL-47, AL-48, AL-49, RFC-09, THR-04
 */
const appUrl = (request: VerifiedRequest, parameters: Readonly<Record<string, string>>, env: Env): string =>
  answerUrl(request.redirectUri, { ...parameters, state: request.state, iss: env.config.issuer })

/** Leaves the interaction: only one caller may, so only one answer leaves it. */
const leave = async (situation: LoadedSituation, env: Env, answer: () => Promise<Answer>): Promise<Answer> => {
  if (!(await env.store.interactions.finish(situation.interaction.id)))
    throw new OAuthError('authorize:interaction-expired', { description: 'This request was already answered.' })
  return withHeaders(await answer(), [forgetInteraction(situation.handle, env)])
}

/** Grant, consent record and code come to be in one step; the code goes to the app. Spec: AL-47, AL-50, CX-13, RFC-01 */
export const issueCode = (situation: LoadedSituation, agreement: Agreement, env: Env): Promise<Answer> =>
  leave(situation, env, async () => {
    const { session, user } = situation
    if (session === undefined || user === undefined) throw new Error('a code is issued only to someone signed in')
    const { request } = situation.interaction
    const grant = newGrant(situation, { agreement, session, user }, env)
    const code = newSecret(env)
    const now = env.now()
    const record = { ...codeRecord(request, grant), issuedAt: now, expiresAt: now + env.config.authorize.code }
    const consent = agreement.record && { ...agreement.record, grantId: grant.id }
    await env.store.grants.createWithCode(grant, { ...record, hash: hashSecret(code) }, consent)
    env.audit({
      event: 'consent-given',
      outcome: 'success',
      ...actors(grant),
      ...(consent ? {} : { reason: 'policy' }),
    })
    return redirect(appUrl(request, { code }, env))
  })

const actors = (grant: Grant) => ({
  clientId: grant.clientId,
  subject: grant.subject,
  grantId: grant.id,
  ...(grant.context.patient === undefined ? {} : { patient: grant.context.patient }),
})

type Agreed = { readonly agreement: Agreement; readonly session: Session; readonly user: User }

/** What nobody agreed to for longer ends with the one access token it is good for: a code's life and a token's. */
const visitOf = ({ config }: Env): number => config.authorize.code + config.token.accessToken

const newGrant = (situation: LoadedSituation, { agreement, session, user }: Agreed, env: Env): Grant => {
  const { request } = situation.interaction
  const now = env.now()
  const consentId = agreement.record?.id ?? agreement.consentId
  const isVisit = consentId === undefined && agreement.access === 'once'
  const endsAt = isVisit ? now + visitOf(env) : agreement.endsAt
  return {
    id: newSecret(env),
    clientId: request.clientId,
    subject: user.subject,
    scope: agreement.scope,
    context: contextOf(situation.interaction),
    audience: request.audience,
    fhirUser: user.fhirUser,
    access: agreement.access,
    sessionId: session.id,
    ...(consentId === undefined ? {} : { consentId }),
    authenticatedAt: session.authenticatedAt,
    createdAt: now,
    ...(endsAt === undefined ? {} : { endsAt }),
    lastUsedAt: now,
    state: 'active',
  }
}

const codeRecord = (request: VerifiedRequest, grant: Grant) => ({
  grantId: grant.id,
  clientId: request.clientId,
  redirectUri: request.redirectUri,
  codeChallenge: request.codeChallenge,
  ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
  ...(request.dpopKey === undefined ? {} : { dpopKey: request.dpopKey }),
})

/** The descriptions an app's developer reads; the person has read our page or pressed a button. */
const descriptions: Partial<Record<Reason, string>> = {
  'authorize:denied': 'The user chose not to share.',
  'authorize:login-required': 'The user has to sign in, which prompt=none forbids.',
  'authorize:interaction-required': 'This needs the user; a public app gets no code without a page.',
  'authorize:consent-required': 'The user has not agreed to this before, and prompt=none forbids asking.',
  'authorize:launch-other-user': 'The launch was made for another user than the one who signed in.',
  'authorize:other-user': 'id_token_hint names another user than the one who signed in.',
  'authorize:client-blocked': 'The app is not active at this server. Its developer can ask the operator.',
  'authorize:scope-not-allowed': 'None of the scopes is one this app may ask a person for.',
  'authorize:scope-unknown-query': 'A scope has a query without a plain text for people. Ask the operator to add one.',
  'authorize:no-patient': 'The scopes need a patient, and the user may not act for any.',
}

/** What the browser sent, for the language of a page, and the world. */
export type Visit = { readonly input: Input; readonly env: Env }

/**
 * Ends the interaction with an error for the app. Only an app that the operator knows and that is active gets it by
 * itself: any other could have been registered to lead people from our address to its own. There the person reads whose
 * place it is and goes on, or not. Who pressed "don't share" has decided to leave. Spec: AL-49, RFC-02, CON-09, THR-02
 */
export const refuse = (situation: LoadedSituation, reason: Reason, { input, env }: Visit): Promise<Answer> =>
  leave(situation, env, async () => {
    const error = new OAuthError(reason, { description: descriptions[reason] ?? 'The request was refused.' })
    const instance = recordError(error, undefined, env)
    const { interaction, client } = situation
    if (reason === 'authorize:denied')
      env.audit({
        event: 'consent-denied',
        outcome: 'success',
        clientId: interaction.request.clientId,
        ...(interaction.subject === undefined ? {} : { subject: interaction.subject }),
      })
    const texts = { error: error.code, error_description: error.texts.description }
    const url = appUrl(interaction.request, { ...texts, error_uri: errorUri(error, instance, env) }, env)
    const goesByItself = reason === 'authorize:denied' || (isVerified(client) && client.state === 'active')
    return goesByItself ? redirect(url) : showWayBack(situation, { error, instance, url }, { input, env })
  })

type Refusal = { readonly error: OAuthError; readonly instance: string; readonly url: string }

const showWayBack = (situation: LoadedSituation, { error, instance, url }: Refusal, { input, env }: Visit): Answer => {
  const { redirectUri } = situation.interaction.request
  const texts = textsFor(input, env, languagesOf(situation))
  const { reason, status } = error
  const { description } = error.texts
  const wayBack = { app: asciiHost(redirectUri) ?? redirectUri, url }
  const main = errorPage({ texts, reason, status, instance, description, wayBack })
  return renderPage({ title: texts.t('error.title'), main, texts, status }, env.config)
}
