import type { Answer, Input } from '../answer.ts'
import type { Env } from '../env.ts'
import { answerPrepared, oncePer, prepareJson } from '../prepared.ts'
import type { SigningKeys } from '../token/keys.ts'

/** Half of the shortest useful lead: who keeps the set so long has a new key before it signs. Spec: THR-43 */
const maxAge = 300

const prepared = oncePer((jwks: ReturnType<SigningKeys['jwks']>) => prepareJson(jwks, maxAge))

/** GET /jwks: the public signing keys as bare JWKs. Spec: ID-12, CF-08, IN-06 */
export const jwks = async (input: Input, env: Env): Promise<Answer> => {
  await env.keys.refresh()
  return answerPrepared(input, prepared(env.keys.jwks()))
}
