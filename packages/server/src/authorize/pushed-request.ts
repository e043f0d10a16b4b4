import { type Answer, type Input, json, noStore, type Pair } from '../answer.ts'
import { authenticateClient } from '../clients/client-auth.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { parseForm } from '../parameters.ts'
import { hashSecret, newSecret } from '../secret.ts'
import { checkRequest } from './request.ts'
import { requestUriPrefix } from './request-uri.ts'

/** What proves the client, and so is no part of what it asks. */
const credentials: readonly string[] = ['client_secret', 'client_assertion', 'client_assertion_type']

/**
 * POST /par: the app tells us its request directly, and the browser carries only a handle. Faults show here, as JSON, before
 * any person is asked. A launch is looked at when the request is used, because it works once. Spec: RFC 9126 §2, AL-46
 */
export const pushedRequest = async (input: Input, env: Env): Promise<Answer> => {
  const client = await authenticateClient(input, env)
  const form = parseForm(input, ['resource'])
  if (form.has('request_uri'))
    throw new OAuthError('authorize:request-uri', { description: 'A pushed request holds no request_uri.' })
  const asked = new Map([...form, ['client_id', [client.id]] as const])
  await checkRequest(asked, env)
  const parameters = [...asked]
    .filter(([name]) => !credentials.includes(name))
    .flatMap(([name, values]) => values.map((value): Pair => [name, value]))
  const handle = newSecret(env)
  const lifetime = env.config.authorize.pushedRequest
  await env.store.pushedRequests.create(hashSecret(handle), { clientId: client.id, parameters }, env.now() + lifetime)
  return noStore(json(201, { request_uri: `${requestUriPrefix}${handle}`, expires_in: lifetime }))
}
