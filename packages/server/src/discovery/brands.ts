import { type Answer, type Input, withHeaders } from '../answer.ts'
import type { Config } from '../config.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { answerPrepared, oncePer, prepareJson } from '../prepared.ts'
import { brandBundle } from './brand-bundle.ts'

const maxAge = 3600

const prepared = oncePer(({ brands, resourceServers }: Config) =>
  brands === undefined ? { kind: 'none' as const } : prepareJson(brandBundle(brands, resourceServers), maxAge),
)

/** GET /brands: the User-Access Brand Bundle, for anyone, with a weak ETag. Spec: UB-06, UB-07, UB-26 */
export const brands = async (input: Input, env: Env): Promise<Answer> => {
  const bundle = prepared(env.published.config())
  if ('kind' in bundle) throw new OAuthError('request:not-found', { description: 'No brands are published here.' })
  return withHeaders(answerPrepared(input, bundle), [['content-type', 'application/fhir+json']])
}
