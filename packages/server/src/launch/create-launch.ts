import { type Answer, type Input, json, noStore, type Pair } from '../answer.ts'
import type { Client } from '../clients/client.ts'
import { authenticateClient } from '../clients/client-auth.ts'
import { launchScope } from '../clients/client-scopes.ts'
import { findClient } from '../clients/find-client.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { findResourceServer } from '../resource-servers.ts'
import { hashSecret, newSecret } from '../secret.ts'
import type { User } from '../sign-in/user.ts'
import { contextOfMessage, type LaunchMessage, parseLaunch } from './parse-launch.ts'
import { isStyle } from './style-url.ts'

/**
 * POST /launch: an EHR records a wish to open an app for one of its users, and gets the handle to open it with. The caller
 * is a client that proves itself and holds the launch scope; the handle works once, for that app, user and FHIR base.
 *
 * Spec: AL-25, AL-26, AL-27, CX-13, CX-20, THR-08
 */
export const createLaunch = async (input: Input, env: Env): Promise<Answer> => {
  const ehr = await authenticateEhr(input, env)
  const message = parseLaunch(input.json)
  const app = await findApp(message, env)
  const user = await findUser(message, env)
  const audience = audienceOf(message, env)
  const launchUri = launchUriOf(message, app)
  await checkContext(message, { user, audience }, env)
  const handle = newSecret(env)
  const now = env.now()
  const bound = { clientId: app.id, subject: user.subject, audience, context: contextOfMessage(message) }
  const expiresAt = now + env.config.authorize.launch
  await env.store.launches.create(hashSecret(handle), { ...bound, createdAt: now, expiresAt })
  env.audit({
    event: 'launch-created',
    outcome: 'success',
    clientId: app.id,
    subject: user.subject,
    ...(message.patient === undefined ? {} : { patient: message.patient }),
    actor: ehr.id,
  })
  const launchUrl = launchUri && withLaunch(launchUri, audience, handle)
  return noStore(json(201, { launch: handle, launch_url: launchUrl, iss: audience, expires_in: expiresAt - now }))
}

const invalid = (description: string): OAuthError => new OAuthError('launch:invalid', { description })

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

const findApp = async ({ client_id }: LaunchMessage, env: Env): Promise<Client> => {
  const app = await findClient(client_id, env)
  if (app?.state !== 'active') throw invalid('client_id: no active app is registered under it.')
  return app
}

const findUser = async ({ subject, username }: LaunchMessage, env: Env): Promise<User> => {
  const { users } = env.store
  const user = subject === undefined ? await users.findByUsername(username ?? '') : await users.find(subject)
  if (user?.state !== 'active') throw invalid('subject, username: no such user.')
  return user
}

const audienceOf = ({ audience }: LaunchMessage, env: Env): string => {
  const { resourceServers } = env.config
  const only = resourceServers.length === 1 ? resourceServers[0]?.base : undefined
  const found = audience === undefined ? only : findResourceServer(resourceServers, audience)?.base
  if (found === undefined) throw invalid('audience: must be a FHIR base URL of this server.')
  return found
}

const launchUriOf = ({ launch_uri }: LaunchMessage, { launchUris }: Client): string | undefined => {
  if (launch_uri === undefined) return launchUris[0]
  if (!launchUris.includes(launch_uri)) throw invalid('launch_uri: must be a registered launch URL of the app.')
  return launch_uri
}

/** A launch is no way round the directory: its patient must be one the user may act for. Spec: THR-22 */
const checkContext = async (
  { patient, encounter, style }: LaunchMessage,
  { user, audience }: { readonly user: User; readonly audience: string },
  env: Env,
): Promise<void> => {
  if (encounter !== undefined && patient === undefined) throw invalid('encounter: needs patient beside it.')
  if (style !== undefined && !isStyle(env.config, style)) throw invalid('style: is not configured here.')
  if (patient !== undefined && (await env.directory.relation(user, audience, patient)) === undefined)
    throw invalid('patient: is not one this user may act for.')
}

/** The app's launch URL with `iss` and `launch`. Spec: AL-25, AL-26 */
const withLaunch = (launchUri: string, iss: string, launch: string): string => {
  const url = new URL(launchUri)
  url.searchParams.set('iss', iss)
  url.searchParams.set('launch', launch)
  return url.href
}
