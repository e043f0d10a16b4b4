import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { optional } from '../parameters.ts'
import { hashSecret } from '../secret.ts'
import type { UnverifiedRequest } from './request.ts'

/** What a `request_uri` of ours begins with; a one-time handle follows. Spec: RFC 9126 §2.2 */
export const requestUriPrefix = 'urn:ietf:params:oauth:request_uri:'

/**
 * The request itself, where it was pushed before: taken once, and only for the client that pushed it. What else stands in
 * the URL is ignored, so nobody in between can add to it. A request that was not pushed comes back as it is.
 */
export const unpackRequest = async (asked: UnverifiedRequest, env: Env): Promise<UnverifiedRequest> => {
  const requestUri = optional(asked, 'request_uri')
  if (requestUri === undefined) return asked
  const isOurs = requestUri.startsWith(requestUriPrefix)
  const pushed = isOurs
    ? await env.store.pushedRequests.take(hashSecret(requestUri.slice(requestUriPrefix.length)), env.now())
    : 'unknown'
  if (pushed === 'unknown' || pushed.clientId !== optional(asked, 'client_id'))
    throw new OAuthError('authorize:request-uri', {
      description: 'request_uri is unknown, used, expired, or of another client. Push the request again.',
    })
  return groupByName(pushed.parameters)
}

const groupByName = (pairs: readonly (readonly [string, string])[]): UnverifiedRequest => {
  const grouped = new Map<string, string[]>()
  for (const [name, value] of pairs) grouped.set(name, [...(grouped.get(name) ?? []), value])
  return grouped
}
