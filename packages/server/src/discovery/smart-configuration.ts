import type { Answer, Input } from '../answer.ts'
import type { Config } from '../config.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { optional, parseParameters } from '../parameters.ts'
import { answerPrepared, oncePer, type PreparedDocument, prepareJson } from '../prepared.ts'
import { findResourceServer, type ResourceServer } from '../resource-servers.ts'
import { authMethods, capabilities, discoveryMaxAge, sharedMetadata } from './metadata.ts'
import { supportedScopes } from './supported-scopes.ts'

/**
 * The SMART configuration of one FHIR base. Every URL is absolute, every listed capability is served.
 *
 * Spec: CF-01, CF-05, CF-07, CF-08, CF-09, CF-10, CF-11, CF-12, CF-13, CF-19, CF-24, CF-25, IN-02, IN-19, ID-20, CA-01
 */
const document = (config: Config, base: string): Readonly<Record<string, unknown>> => ({
  ...sharedMetadata(config, base),
  token_endpoint_auth_methods_supported: authMethods(config),
  scopes_supported: supportedScopes,
  capabilities: capabilities(config),
})

const documents = oncePer(
  (config: Config): ReadonlyMap<string, PreparedDocument> =>
    new Map(config.resourceServers.map(({ base }) => [base, prepareJson(document(config, base), discoveryMaxAge)])),
)

/**
 * GET /.well-known/smart-configuration?base={FHIR base}. The gateway serves it at the base itself; without `base` it is that
 * of the first location. A base that is not ours has no document. Spec: AL-31, CF-02, CF-03
 */
export const smartConfiguration = async (input: Input, env: Env): Promise<Answer> => {
  const prepared = documents(env.published.config()).get(serverOf(input, env.config)?.base ?? '')
  if (prepared === undefined)
    throw new OAuthError('request:not-found', { description: 'base is not a FHIR base of this server.' })
  return answerPrepared(input, prepared)
}

const serverOf = (input: Input, { resourceServers }: Config): ResourceServer | undefined => {
  const base = optional(parseParameters(input.query), 'base')
  return base === undefined ? resourceServers[0] : findResourceServer(resourceServers, base)
}
