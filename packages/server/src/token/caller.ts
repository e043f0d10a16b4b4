import type { Input } from '../answer.ts'
import { certificateThumbprint } from '../clients/certificate.ts'
import { clientOfAssertion } from '../clients/client-assertion.ts'
import { proveClient } from '../clients/client-auth.ts'
import { jwtBearer } from '../clients/device.ts'
import { findClient } from '../clients/find-client.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { optional, type Parameters } from '../parameters.ts'
import { hashSecret } from '../secret.ts'
import { withoutUndefined } from '../without-undefined.ts'
import { provenKey } from './dpop.ts'
import type { Caller } from './redeemed.ts'
import { unknownRefreshToken } from './refresh-token.ts'
import { looksLikeRefreshToken } from './refresh-token-text.ts'

/**
 * Who asks: the client, proven by what it registered. Its state is not judged here: the guard tells a blocked client about
 * its grant; without a grant (`pending`) there is nothing to tell.
 *
 * Spec: AL-55, RF-08, CA-36, IN-23
 */
export const authenticateCaller = async (form: Parameters, input: Input, env: Env): Promise<Caller> => {
  const { client, ...how } = await identify(form, input, env)
  if (client.state === 'pending')
    throw new OAuthError('client:not-active', { description: 'This client is registered but not approved yet.' })
  const dpopKey = await provenKey(input, env)
  if (client.dpopBoundAccessTokens && dpopKey === undefined)
    throw new OAuthError('token:dpop-invalid', {
      description: 'This client is registered for DPoP-bound access tokens: send a DPoP proof.',
    })
  const certificate = input.clientCertificate && certificateThumbprint(input.clientCertificate)
  if (client.certificateBoundAccessTokens && certificate === undefined)
    throw new OAuthError('client:authentication-failed', {
      description: 'This client is registered for certificate-bound access tokens: use its TLS certificate.',
    })
  return { client, ...how, ...withoutUndefined({ dpopKey, certificate }) }
}

/** Two grants carry in themselves who asks; everyone else says so by client authentication. */
const identify = async (form: Parameters, input: Input, env: Env): Promise<Caller> => {
  const proven = await proveClient(input, env)
  if (proven !== undefined) return proven
  const assertion = optional(form, 'assertion')
  if (optional(form, 'grant_type') === jwtBearer && assertion !== undefined)
    return { client: await clientOfAssertion(assertion, input, env), assertionIsGrant: true }
  return { client: await clientOfRefreshToken(form, env) }
}

/**
 * A public client may leave out `client_id` when it refreshes: the token knows whose it is. A client that has to
 * authenticate does not get past this door.
 *
 * Spec: TOK-03, IN-14
 */
const clientOfRefreshToken = async (form: Parameters, env: Env): Promise<Caller['client']> => {
  const text = optional(form, 'grant_type') === 'refresh_token' ? optional(form, 'refresh_token') : undefined
  if (text === undefined)
    throw new OAuthError('client:authentication-failed', {
      description: 'No client id and no client authentication were sent.',
    })
  const presented = looksLikeRefreshToken(text)
    ? await env.store.tokens.presentRefreshToken(hashSecret(text))
    : undefined
  const client = presented && (await findClient(presented.token.clientId, env))
  if (client === undefined) throw unknownRefreshToken()
  if (client.auth.method !== 'none')
    throw new OAuthError('client:authentication-failed', { description: 'This client must authenticate.' })
  return client
}
