import { type Answer, type Input, json, noStore, withHeaders } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from './oauth-error.ts'
import { urnOf } from './reasons.ts'

/** An error as it is answered and logged: the `OAuthError` itself, or `server_error` with what was really thrown as cause. */
export const toOAuthError = (error: unknown): OAuthError =>
  error instanceof OAuthError
    ? error
    : new OAuthError('server:unexpected', {
        description: 'Something failed on our side. Try again; if it stays, tell the operator the id in error_uri.',
        cause: error,
      })

/** The page that explains one occurrence of an error. The id leads support to the log line. */
export const errorUri = (error: OAuthError, instance: string, env: Env): string =>
  `${env.config.issuer}/errors/${urnOf(error.reason)}/instances/${instance}`

/** Logs the occurrence and returns its id. Descriptions and details hold no tokens and no personal data by construction. */
export const recordError = (error: OAuthError, input: Input | undefined, env: Env): string => {
  env.count('refusals', { reason: error.reason })
  const instance = Buffer.from(env.random(16)).toString('base64url')
  env.log(
    error.status >= 500 ? 'error' : 'info',
    'request-refused',
    { reason: error.reason, instance, path: input?.url.pathname, detail: error.texts.detail },
    error.texts.cause,
  )
  return instance
}

/** The JSON form of an error. Spec: RFC-04, BS-13, BS-14 */
export const answerErrorAsJson = (thrown: unknown, input: Input | undefined, env: Env): Answer => {
  const error = toOAuthError(thrown)
  const instance = recordError(error, input, env)
  const body = {
    error: error.code,
    error_description: error.texts.description,
    error_uri: errorUri(error, instance, env),
    ...error.texts.members,
  }
  return withHeaders(noStore(json(error.status, body)), Object.entries(error.texts.headers ?? {}))
}
