import type { Input } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { checkDestination } from '../outbound.ts'
import { importPublicJwk, isVerifyAlgorithm } from '../token/jws.ts'
import { assertionAlgorithms } from './client-assertion.ts'
import type { ClientMetadata } from './metadata.ts'

/** The body as JSON; throws `request:content-type` when it was something else. */
export const jsonBody = (input: Input): unknown => {
  if (input.json === undefined)
    throw new OAuthError('request:content-type', { description: 'Send the client metadata as application/json.' })
  return input.json
}

/** Whether a secret has to be made for it. */
export const needsSecret = ({ token_endpoint_auth_method: method }: ClientMetadata): boolean =>
  method === 'client_secret_basic' || method === 'client_secret_post'

/**
 * Keys by value must be usable, keys at a URL must be where we may go: anyone who can register could otherwise make us call
 * into our own network. Throws `register:metadata`. Spec: CA-16, THR-21
 */
export const checkKeys = ({ jwks, jwks_uri: uri }: Partial<ClientMetadata>, env: Env): void => {
  if (uri !== undefined && checkDestination(new URL(uri), env.config.outbound) !== 'allowed')
    throw new OAuthError('register:metadata', { description: 'jwks_uri: must be a public https URL.' })
  const unusable = jwks?.keys.some((key) => {
    const algorithms = isVerifyAlgorithm(key.alg) ? [key.alg] : assertionAlgorithms
    return !algorithms.some((alg) => assertionAlgorithms.includes(alg) && importPublicJwk(key, alg) !== undefined)
  })
  if (unusable)
    throw new OAuthError('register:metadata', {
      description: 'jwks: every key must be a public RSA key of 2048 bits or more, P-256 or P-384.',
    })
}
