import { formatScopes, parseScopes } from '@gatehouse/scopes'
import { type Answer, type Input, json, noStore } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { hashSecret, newSecret } from '../secret.ts'
import { hasScope } from '../token/claims.ts'
import { authenticateBearer, type LiveToken, requireScope } from '../token/presented-token.ts'
import type { Client } from './client.ts'
import { deviceScope, registrarScope } from './client-scopes.ts'
import { registerDevice } from './device.ts'
import { formatClientMetadata, newClient, parseClientMetadata } from './metadata.ts'
import { checkKeys, jsonBody, needsSecret } from './registration.ts'
import { verifiedStatement } from './software-statement.ts'

/** What a registration is allowed to become. */
type Terms = {
  readonly state: Client['state']
  readonly mostScope: string
  readonly selfRegistered: boolean
  readonly actor: string
}

/**
 * POST /register (RFC 7591). Who registers itself waits for approval and is held to a configured scope; who shows a
 * registrar's token or a trusted software statement works at once, who shows a device's token registers that device. Ids are ours, never asked for, so that none can look like a person or another client.
 *
 * Spec: AL-19, AL-24, CA-06, CA-17, CF-14, ONC-06, THR-20, THR-21
 */
export const register = async (input: Input, env: Env): Promise<Answer> => {
  const live = input.headers.authorization === undefined ? undefined : await authenticateBearer(input, env)
  if (live !== undefined && hasScope(live.token.scope, deviceScope)) return registerDevice(input, live, env)
  const { terms, document } = await applicationOf(input, live, env)
  const metadata = parseClientMetadata(document)
  checkKeys(metadata, env)
  const secret = needsSecret(metadata) ? newSecret(env) : undefined
  const registrationToken = newSecret(env)
  const now = env.now()
  const client = newClient(metadata, {
    id: `app-${newSecret(env).slice(0, 22)}`,
    state: terms.state,
    mostScope: terms.mostScope,
    selfRegistered: terms.selfRegistered,
    registrationTokenHash: hashSecret(registrationToken),
    ...(secret === undefined ? {} : { secretHash: hashSecret(secret) }),
    createdAt: now,
    updatedAt: now,
  })
  await env.store.clients.create(client)
  env.audit({ event: 'client-registered', outcome: 'success', clientId: client.id, actor: terms.actor })
  return noStore(
    json(201, { ...formatClientMetadata(client), ...credentials({ client, secret, registrationToken }, env) }),
  )
}

type Made = { readonly client: Client; readonly secret: string | undefined; readonly registrationToken: string }

/** What is told once and then known to the client alone. */
const credentials = ({ client, secret, registrationToken }: Made, env: Env) => ({
  ...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
  registration_access_token: registrationToken,
  registration_client_uri: `${env.config.issuer}/register/${client.id}`,
})

/** Metadata and terms; what a trusted statement says goes before what the app says beside it. Spec: RFC 7591 §2.3 */
const applicationOf = async (input: Input, live: LiveToken | undefined, env: Env) => {
  const body = jsonBody(input)
  const statement = typeof body === 'object' && body !== null && 'software_statement' in body && body.software_statement
  if (!statement) return { terms: await termsFor(input, live, env), document: body }
  await limitRegistrations(input, env)
  const { software, metadata } = await verifiedStatement(statement, env)
  const { selfRegisteredScope: mostScope } = env.config.clients
  const terms: Terms = { state: 'active', mostScope, selfRegistered: true, actor: software }
  return { terms, document: { ...body, ...metadata } }
}

const termsFor = async (input: Input, live: LiveToken | undefined, env: Env): Promise<Terms> => {
  const { registration, selfRegisteredScope } = env.config.clients
  if (live !== undefined) {
    requireScope(live, registrarScope)
    return { state: 'active', mostScope: passedOn(live.client.scope), selfRegistered: false, actor: live.client.id }
  }
  if (registration !== 'open')
    throw new OAuthError('register:closed', {
      description: 'Registration needs an initial access token; ask the operator.',
      headers: { 'www-authenticate': 'Bearer' },
    })
  await limitRegistrations(input, env)
  return { state: 'pending', mostScope: selfRegisteredScope, selfRegistered: true, actor: 'self' }
}

/**
 * What a registrar can pass on: what people can agree to. Not its own powers, or a token of minutes would make registrars and
 * backend services that outlive it.
 */
const passedOn = (scope: string): string =>
  formatScopes(
    parseScopes(scope).filter((one) => one.kind !== 'other' && !(one.kind === 'resource' && one.level === 'system')),
  )

const limitRegistrations = async (input: Input, env: Env): Promise<void> => {
  const window = 3600
  const made = await env.store.attempts.fail(`register ${input.remoteAddress}`, env.now(), window)
  if (made > env.config.clients.registrationsPerHour)
    throw new OAuthError('request:rate-limited', {
      description: 'Too many registrations from here. Try again in an hour.',
      headers: { 'retry-after': String(window) },
    })
}
