import type { Client } from '../clients/client.ts'
import { findClient } from '../clients/find-client.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { findResourceServer } from '../resource-servers.ts'
import { hashSecret, newSecret } from '../secret.ts'
import type { User } from '../sign-in/user.ts'
import { contextOfMessage, type LaunchMessage } from './parse-launch.ts'
import { isStyle } from './style-url.ts'

/** What an EHR needs to open the app, with the names it has on the wire. `expires_in` in seconds; no handle for a standalone launch. */
export type RecordedLaunch = {
  readonly launch?: string
  readonly launch_url: string | undefined
  readonly iss: string
  readonly expires_in?: number
}

/**
 * Records a launch for a client and a user that exist, in a context that is the user's to open. `actor` is the EHR or
 * operator, for the audit. Throws `launch:invalid` naming the member.
 */
export const recordLaunch = async (
  message: LaunchMessage,
  { actor }: { readonly actor: string },
  env: Env,
): Promise<RecordedLaunch> => {
  const app = await findApp(message, env)
  const user = await findUser(message, env)
  const audience = audienceOf(message, env)
  const launchUri = launchUriOf(message, app)
  await checkContext(message, { user, audience }, env)
  if (message.standalone) return { launch_url: launchUri, iss: audience }
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
    actor,
  })
  const launchUrl = launchUri && withLaunch(launchUri, audience, handle)
  return { launch: handle, launch_url: launchUrl, iss: audience, expires_in: expiresAt - now }
}

const invalid = (description: string): OAuthError => new OAuthError('launch:invalid', { description })

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
