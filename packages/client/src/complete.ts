/**
 * Coming back: the answer in the redirect URL is checked against the launch it belongs to, redeemed, and becomes a session.
 *
 * An unchecked answer is only a URL. `checkAnswer` is the only maker of a `CheckedAnswer`, and `redeem` takes nothing else.
 */
import * as oauth from 'oauth4webapi'
import type { App } from './app.ts'
import { callerFor } from './caller.ts'
import { SmartError } from './errors.ts'
import { exchange, printable, refusedError } from './exchange.ts'
import { readIdentity, type User } from './identity.ts'
import { keep, personOf, readPerson } from './kept.ts'
import { type LaunchRecord, launchLife, parseLaunchRecord } from './launch-record.ts'
import { openKept, type Session } from './session.ts'
import type { SessionRecord } from './session-record.ts'
import { isResume, takeResume } from './suspended.ts'
import { parseTokens } from './tokens.ts'

declare const checked: unique symbol

/** An answer whose `state`, `iss` and launch have been checked. Only `checkAnswer` makes one. Spec: SDK-05 */
export type CheckedAnswer = {
  readonly [checked]: true
  readonly parameters: URLSearchParams
  readonly launch: LaunchRecord
}

/**
 * Takes the launch that the answer's `state` names — once, so a repeated answer finds nothing — and checks that the answer
 * came from the authorization server it was sent to.
 *
 * Throws `state-unknown` (forged, replayed, another browser), `state-expired`, `issuer-mismatch`, `answer-invalid`,
 * `authorization-refused` (the server's own error, for instance `access_denied`).
 *
 * Spec: SDK-01, SDK-05, AL-04, AL-05, THR-04, THR-07
 */
export async function checkAnswer(app: App, url: string): Promise<CheckedAnswer> {
  const query = new URL(url).searchParams
  const launch = await takeLaunch(app, query.get('state') ?? '')
  const { as, client } = await callerFor(app, launch.server, launch.server.skew)
  const issuer = query.get('iss')
  const missing = issuer === null && as.authorization_response_iss_parameter_supported === true
  if (missing || (issuer !== null && launch.server.hasIssuer && issuer !== as.issuer)) {
    throw new SmartError('issuer-mismatch', 'The answer comes from another authorization server than the one asked')
  }
  const parameters = new URLSearchParams(query)
  if (!launch.server.hasIssuer) parameters.delete('iss')
  try {
    const valid = oauth.validateAuthResponse(as, client, parameters, launch.state)
    if (!valid.get('code') || valid.getAll('code').length > 1) {
      throw new SmartError('answer-invalid', 'The answer does not have exactly one code')
    }
    return { parameters: valid, launch } as CheckedAnswer
  } catch (error) {
    throw error instanceof SmartError ? error : answerError(error)
  }
}

async function takeLaunch(app: App, state: string): Promise<LaunchRecord> {
  const launch = state === '' ? undefined : parseLaunchRecord(await app.platform.launches.take(state))
  const own = launch?.clientId === app.clientId && launch.redirectUri === app.redirectUri
  if (launch === undefined || launch.state !== state || !own) {
    throw new SmartError('state-unknown', 'This answer belongs to no launch of this browser, or was used before')
  }
  if (launch.createdAt + launchLife < app.platform.now()) {
    throw new SmartError('state-expired', 'The answer took longer than ten minutes: start again')
  }
  return launch
}

function answerError(error: unknown): SmartError {
  if (!(error instanceof oauth.AuthorizationResponseError)) {
    return new SmartError('answer-invalid', 'The answer is malformed: a parameter is repeated or not allowed here')
  }
  const errorUri = error.cause.get('error_uri')
  const said = printable(error.error_description)
  return new SmartError('authorization-refused', `The authorization server answered ${error.error}${said}`, {
    error: error.error,
    ...(errorUri === null ? {} : { errorUri }),
  })
}

/**
 * Redeems a checked answer for tokens and checks who signed in. Throws `token-refused`, `token-answer-invalid`,
 * `id-token-invalid`, `fhir-user-invalid`, `context-invalid`, `try-later` (no usable answer: the code may be spent).
 *
 * Spec: SDK-05, AL-51, AL-52
 */
export async function redeem(app: App, { launch, parameters }: CheckedAnswer): Promise<SessionRecord> {
  const { server } = launch
  let user: User | undefined
  const got = await exchange(
    app,
    { server, skew: server.skew },
    {
      send: ({ as, client, auth, options }) =>
        oauth.authorizationCodeGrantRequest(as, client, auth, parameters, launch.redirectUri, launch.verifier, options),
      read: async (caller, response) => {
        const identified = await readIdentity(app, { server, caller, nonce: launch.nonce }, response)
        user = identified.user
        return identified.answer
      },
    },
  )
  if (got.kind === 'unclear' && got.status === 200) {
    throw new SmartError('token-answer-invalid', 'The token endpoint answered something that is not a token answer')
  }
  if (got.kind !== 'tokens') throw refusedError(got, 'The authorization code')
  const now = app.platform.now()
  return {
    kind: 'gatehouse-session-1',
    clientId: app.clientId,
    server,
    skew: got.skew,
    asked: launch.scope,
    scope: launch.scope,
    ...parseTokens(got.answer, now),
    ...(user === undefined ? {} : { user }),
    savedAt: now,
  }
}

/** From the redirect URL to a session; the loaded half of `completeLaunch`. Spec: SDK-01, SDK-05, SDK-12, SDK-13 */
export async function complete(app: App, url: string): Promise<Session> {
  app.platform.page?.showUrl(app.redirectUri)
  if (isResume(url)) return resume(app, url)
  const answer = await checkAnswer(app, url)
  const record = await redeem(app, answer)
  return openKept(app, await keep(app, record, answer.launch))
}

/** Back from the page about a pause: one attempt with the kept token, whatever was decided there. Spec: SDK-13 */
async function resume(app: App, url: string): Promise<Session> {
  const key = await takeResume(app, url)
  const kept = await readPerson(app, personOf(key))
  const session = openKept(app, kept)
  await session.retry().catch(() => {})
  return session
}
