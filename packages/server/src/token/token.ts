import { type Answer, type Input, json, noStore } from '../answer.ts'
import type { Env } from '../env.ts'
import { parseForm } from '../parameters.ts'
import { authenticateCaller } from './caller.ts'
import { handlerFor } from './grant-types.ts'
import { formatTokens, issue } from './issue.ts'

/**
 * POST /token. Five phases, the same for every grant type; a grant handler cannot skip one. The client is authenticated
 * before a code or refresh token is looked at. Tokens are dated from before that look: whatever is cut while we work on the
 * request cuts them too.
 *
 * Spec: AL-51, AL-58, AL-59, AL-70, AL-71, RF-07, RF-20, BS-07, IN-23, RFC-03, RFC-04
 */
export const token = async (input: Input, env: Env): Promise<Answer> => {
  const askedAt = env.now()
  const form = parseForm(input, ['resource'])
  const caller = await authenticateCaller(form, input, env)
  const redeemed = await handlerFor(form, caller).redeem(form, caller, env)
  const tokens = await issue({ ...redeemed, askedAt }, caller, env)
  return noStore(json(200, formatTokens(tokens)))
}
