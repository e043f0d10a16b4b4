import { type Answer, type Input, json, noStore, type Pair } from '../answer.ts'
import type { Client } from '../clients/client.ts'
import { authenticateClient } from '../clients/client-auth.ts'
import { launchScope } from '../clients/client-scopes.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { parseLaunch } from './parse-launch.ts'
import { recordLaunch } from './record-launch.ts'

/**
 * POST /launch: an EHR records a wish to open an app for one of its users, and gets the handle to open it with. The caller
 * is a client that proves itself and holds the launch scope; the handle works once, for that app, user and FHIR base. A SMART
 * Task may say what to launch; a standalone one opens the app without a handle.
 *
 * Spec: AL-25, AL-26, AL-27, CX-13, CX-20, TL-01, TL-02, THR-08
 */
export const createLaunch = async (input: Input, env: Env): Promise<Answer> => {
  const ehr = await authenticateEhr(input, env)
  return noStore(json(201, await recordLaunch(parseLaunch(input.json), { actor: ehr.id }, env)))
}

/** Credentials come in the `Authorization` header, or as assertion members of the body. A public client is never an EHR. */
const authenticateEhr = async (input: Input, env: Env): Promise<Client> => {
  const members = typeof input.json === 'object' && input.json !== null ? Object.entries(input.json) : []
  const form = members.flatMap(([name, value]): readonly Pair[] =>
    ['client_assertion', 'client_assertion_type'].includes(name) && typeof value === 'string' ? [[name, value]] : [],
  )
  const client = await authenticateClient({ ...input, form }, env)
  if (client.auth.method === 'none' || !client.scope.split(' ').includes(launchScope))
    throw new OAuthError('client:not-allowed', { description: `Launches are recorded by clients with ${launchScope}.` })
  return client
}
