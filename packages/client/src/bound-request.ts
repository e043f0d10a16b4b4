/**
 * FHIR requests with an access token that is bound to this browser's key.
 */
import * as oauth from 'oauth4webapi'
import type { Addressed } from './address.ts'
import type { App } from './app.ts'
import { callerFor } from './caller.ts'
import type { SessionRecord } from './session-record.ts'

/**
 * Sends one request with token and DPoP proof; a nonce the server asks for is used once. Throws what the platform's fetch
 * throws.
 *
 * Spec: SDK-30, TOK-21, TOK-22
 */
export async function sendBound(app: App, record: SessionRecord, { url, init }: Addressed): Promise<Response> {
  const { dpop, options } = await callerFor(app, record.server, record.skew)
  const { signal: _timeLimit, ...rest } = options
  const request = { ...rest, ...(init.signal === undefined ? {} : { signal: init.signal }) }
  const method = init.method ?? 'GET'
  const send = (): Promise<Response> =>
    oauth.protectedResourceRequest(
      record.accessToken,
      method,
      url,
      new Headers(init.headers),
      init.body ?? null,
      request,
    )
  return send()
    .catch((error) => (dpop !== undefined && oauth.isDPoPNonceError(error) ? send() : Promise.reject(error)))
    .catch(challenged)
}

/** An answer with a challenge is an answer, not an exception. */
function challenged(error: unknown): Response {
  if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response
  throw error
}
