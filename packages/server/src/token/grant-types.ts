import { OAuthError } from '../errors/oauth-error.ts'
import { type Parameters, required } from '../parameters.ts'
import { authorizationCode } from './authorization-code.ts'
import { clientCredentials } from './client-credentials.ts'
import { jwtBearer } from './jwt-bearer.ts'
import type { Caller, GrantHandler } from './redeemed.ts'
import { refreshToken } from './refresh-token.ts'

const handlers: readonly GrantHandler[] = [authorizationCode, refreshToken, clientCredentials, jwtBearer]

/**
 * The handler of the form's `grant_type`, if this client may use it. Throws `token:grant-type-unsupported` and
 * `client:grant-type-not-allowed`.
 *
 * Spec: BS-13, RFC-04, IN-23
 */
export const handlerFor = (form: Parameters, { client }: Caller): GrantHandler => {
  const grantType = required(form, 'grant_type')
  const handler = handlers.find((one) => one.grantType === grantType)
  if (handler === undefined)
    throw new OAuthError('token:grant-type-unsupported', {
      description: `This grant_type is not supported. Use one of: ${handlers.map((one) => one.grantType).join(', ')}.`,
    })
  if (!client.grantTypes.includes(handler.grantType))
    throw new OAuthError('client:grant-type-not-allowed', {
      description: `This client is not registered for grant_type ${handler.grantType}.`,
    })
  return handler
}
