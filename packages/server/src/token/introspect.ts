import { type Answer, type Input, json, noStore, singleHeader } from '../answer.ts'
import { authenticateClient } from '../clients/client-auth.ts'
import { resourceServerScope } from '../clients/client-scopes.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { parseForm, required } from '../parameters.ts'
import { hasScope, smartParameters } from './claims.ts'
import { authenticateBearer, findLiveToken, type LiveToken } from './presented-token.ts'

/** Whose tokens the caller may ask about. */
type Asker = { readonly clientId: string; readonly any: boolean }

/**
 * POST /introspect. Whatever is not a live access token of ours gets exactly `{"active":false}`: unknown, expired, cut, of a
 * suspended grant, of another kind, or none of the asker's business.
 *
 * Spec: TI-01, TI-02, TI-03, TI-10, TI-11, TI-12, TI-13, ONC-05, ONC-32, RFC-11, IN-10, THR-38
 */
export const introspect = async (input: Input, env: Env): Promise<Answer> => {
  const asker = await authenticateAsker(input, env)
  const live = await findLiveToken(required(parseForm(input), 'token'), env)
  const mayKnow = live !== undefined && (asker.any || asker.clientId === live.client.id)
  return noStore(json(200, mayKnow ? describe(live, env) : { active: false }))
}

/** A client with its own credentials, or whoever holds a bearer token; a public client has proven nothing. */
const authenticateAsker = async (input: Input, env: Env): Promise<Asker> => {
  const authorization = singleHeader(input, 'authorization')
  if (authorization !== undefined && /^(bearer|dpop) /i.test(authorization)) {
    const { token, client } = await authenticateBearer(input, env)
    return { clientId: client.id, any: hasScope(token.scope, resourceServerScope) }
  }
  const client = await authenticateClient(input, env)
  if (client.auth.method === 'none')
    throw new OAuthError('client:authentication-failed', {
      description: 'Introspection needs client authentication or a bearer token.',
      headers: { 'www-authenticate': 'Bearer' },
    })
  return { clientId: client.id, any: hasScope(client.scope, resourceServerScope) }
}

/** Spec: TI-04, TI-05, TI-06, TI-07, TI-08, TI-09, IX-12, TOK-24 */
const describe = ({ token, grant }: LiveToken, env: Env) => ({
  active: true,
  ...token.claims,
  ...smartParameters(grant, env.config),
  token_type: isDpopBound(token.claims.cnf) ? 'DPoP' : 'Bearer',
})

const isDpopBound = (cnf: unknown): boolean => typeof cnf === 'object' && cnf !== null && 'jkt' in cnf
