import { type Answer, type Input, json, noStore } from '../answer.ts'
import type { Env } from '../env.ts'
import { absoluteFhirUser, hasScope } from './claims.ts'
import { authenticateBearer, requireScope } from './presented-token.ts'

/**
 * GET|POST /userinfo (OIDC Core §5.3): who the user of this access token is, in so far as the token was granted that. A
 * backend service has no user, so its token never has `openid`.
 *
 * Spec: ID-16, THR-20
 */
export const userinfo = async (input: Input, env: Env): Promise<Answer> => {
  const live = await authenticateBearer(input, env)
  requireScope(live, 'openid')
  const { grant, token } = live
  const user = hasScope(token.scope, 'profile') ? await env.store.users.find(grant.subject) : undefined
  const fhirUser = hasScope(token.scope, 'fhirUser') ? absoluteFhirUser(grant) : undefined
  return noStore(
    json(200, {
      sub: grant.subject,
      ...(fhirUser === undefined ? {} : { fhirUser }),
      ...(user === undefined ? {} : { name: user.name }),
    }),
  )
}
