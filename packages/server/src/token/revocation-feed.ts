import { type Answer, type Input, json, noStore } from '../answer.ts'
import { resourceServerScope } from '../clients/client-scopes.ts'
import type { Env } from '../env.ts'
import { optional, parseParameters } from '../parameters.ts'
import { authenticateBearer, requireScope } from './presented-token.ts'

/** Cuts per answer. A reader that gets as many asks again at once. */
const pageSize = 1000

/**
 * GET /revocations: what gateways must stop honouring before it expires, oldest first, from a cursor on. Ids only: they mean
 * nothing to anyone who does not hold the tokens, and yet only resource servers may read them.
 *
 * Spec: TOK-41
 */
export const revocationFeed = async (input: Input, env: Env): Promise<Answer> => {
  requireScope(await authenticateBearer(input, env), resourceServerScope)
  const cursor = optional(parseParameters(input.query), 'cursor')
  const { cursor: next, cuts } = await env.store.tokens.listCuts(cursor, pageSize)
  return noStore(json(200, { cursor: next, cuts }))
}
