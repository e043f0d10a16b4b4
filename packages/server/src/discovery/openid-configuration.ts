import type { Answer, Input } from '../answer.ts'
import type { Config } from '../config.ts'
import type { Env } from '../env.ts'
import { answerPrepared, oncePer, prepareJson } from '../prepared.ts'
import { authMethods, discoveryMaxAge, sharedMetadata } from './metadata.ts'
import { supportedScopes } from './supported-scopes.ts'

/** Spec: ID-18, ID-20, IN-06, IN-16, IN-20, RFC-09, RFC-15 */
const document = (config: Config): Readonly<Record<string, unknown>> => ({
  ...sharedMetadata(config),
  token_endpoint_auth_methods_supported: ['none', ...authMethods(config)],
  introspection_endpoint_auth_methods_supported: authMethods(config),
  revocation_endpoint_auth_methods_supported: ['none', ...authMethods(config)],
  scopes_supported: supportedScopes,
  response_modes_supported: ['query'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  claims_supported: ['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'fhirUser', 'name'],
  claims_parameter_supported: false,
  request_parameter_supported: false,
  request_uri_parameter_supported: false,
  authorization_response_iss_parameter_supported: true,
})

const prepared = oncePer((config: Config) => prepareJson(document(config), discoveryMaxAge))

/** GET /.well-known/openid-configuration and /.well-known/oauth-authorization-server: one document, two readers. */
export const openidConfiguration = async (input: Input, env: Env): Promise<Answer> =>
  answerPrepared(input, prepared(env.published.config()))
