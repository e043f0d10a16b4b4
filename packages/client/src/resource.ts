/**
 * Requests to one FHIR server with its token, and to nothing else.
 */
import type { Addressed } from './address.ts'
import type { App } from './app.ts'
import { SmartError } from './errors.ts'
import type { SessionRecord } from './session-record.ts'

const redirects: readonly number[] = [301, 302, 303, 307, 308]

/**
 * Sends one request with the session's access token: as a bearer token, or with a DPoP proof where the token is bound.
 * Redirects are refused: the token would go with them. Throws `redirect-refused`, `try-later` when the server cannot be
 * reached.
 *
 * Spec: AL-77, SDK-17, SDK-30, BS-22
 */
export async function sendWithToken(app: App, record: SessionRecord, request: Addressed): Promise<Response> {
  const send = record.tokenType === 'dpop' ? (await import('./bound-request.ts')).sendBound : sendBearer
  const response = await send(app, record, request).catch(unreachable)
  if (response.type === 'opaqueredirect' || redirects.includes(response.status)) {
    throw new SmartError('redirect-refused', 'The FHIR server redirects elsewhere; the token does not follow', {
      status: response.status,
    })
  }
  return response
}

function sendBearer(app: App, record: SessionRecord, { url, init }: Addressed): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.delete('dpop')
  headers.set('authorization', `Bearer ${record.accessToken}`)
  const request: object = {
    ...init,
    headers,
    redirect: 'manual',
    credentials: 'omit',
    ...(init.body instanceof ReadableStream ? { duplex: 'half' } : {}),
  }
  return app.platform.fetch(url.href, request)
}

function unreachable(error: unknown): never {
  if (error instanceof TypeError) throw new SmartError('try-later', 'The FHIR server could not be reached')
  throw error
}

/**
 * True when the answer means that the access token itself is no longer good. A browser hides the challenge where the server
 * does not expose it; a bare 401 then counts.
 *
 * Spec: SDK-16, RFC-07
 */
export function saysTokenIsInvalid(response: Response): boolean {
  const challenge = response.headers.get('www-authenticate')
  return response.status === 401 && (challenge === null || /error="?invalid_token/.test(challenge))
}
