import { type Answer, empty, type Input, json, noStore, singleHeader } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { hashSecret, newSecret, sameSecret } from '../secret.ts'
import type { Client } from './client.ts'
import { changedDevice } from './device.ts'
import { findClient } from './find-client.ts'
import { type ClientMetadata, formatClientMetadata, newClient, parseClientMetadata } from './metadata.ts'
import { checkKeys, jsonBody, needsSecret } from './registration.ts'
import { removeClient } from './remove-client.ts'

/**
 * GET, PUT and DELETE /register/{id} (RFC 7592), for whoever holds the registration access token. A client without one, an
 * unknown client and a wrong token get the same answer.
 *
 * Spec: CA-11, TOK-32, THR-39
 */
export const registeredClient = async (input: Input, env: Env): Promise<Answer> => {
  const client = await authenticateRegistration(input, env)
  switch (input.method) {
    case 'PUT':
      return replace(client, input, env)
    case 'DELETE':
      await removeClient(client, { actor: client.id }, env)
      return noStore(empty(204))
    default:
      return noStore(json(200, answerOf(client, env)))
  }
}

const nobody = '0'.repeat(64)

const authenticateRegistration = async (input: Input, env: Env): Promise<Client> => {
  const client = await findClient(input.path.id ?? '', env)
  const [, token = ''] = /^bearer +([A-Za-z0-9_-]{43}) *$/i.exec(singleHeader(input, 'authorization') ?? '') ?? []
  const proven = sameSecret(hashSecret(token), client?.registrationTokenHash ?? nobody)
  if (client === undefined || !proven || client.state === 'blocked')
    throw new OAuthError('token:bearer-invalid', {
      description: 'Send the registration access token of this client.',
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    })
  return client
}

const answerOf = (client: Client, { config }: Env) => ({
  ...formatClientMetadata(client),
  registration_client_uri: `${config.issuer}/register/${client.id}`,
})

/** Replaces all metadata, as RFC 7592 has it: what is not sent is gone. A client that was approved waits again. */
const replace = async (client: Client, input: Input, env: Env): Promise<Answer> => {
  const body = jsonBody(input)
  checkNamesItself(body, client)
  if (client.device !== undefined) return save(changedDevice(body, client, env), { before: client }, env)
  const metadata = parseClientMetadata(body)
  checkKeys(metadata, env)
  const { secret, secretHash } = secretFor(metadata, client, env)
  const next = newClient(metadata, {
    id: client.id,
    state: client.state,
    mostScope: mostScopeOf(client, env),
    selfRegistered: client.selfRegistered === true,
    createdAt: client.createdAt,
    updatedAt: env.now(),
    ...(client.registrationTokenHash === undefined ? {} : { registrationTokenHash: client.registrationTokenHash }),
    ...(secretHash === undefined ? {} : { secretHash }),
  })
  const kept = { ...next, ...decidedByOperator(client), state: stateAfter(client, next) }
  return save(kept, { before: client, ...(secret === undefined ? {} : { secret }) }, env)
}

type Change = { readonly before: Client; readonly secret?: string }

const save = async (client: Client, { before, secret }: Change, env: Env): Promise<Answer> => {
  if (!(await env.store.clients.save(client, before.updatedAt)))
    throw new OAuthError('server:busy', {
      description: 'The client was changed at the same time. Read it and try again.',
    })
  env.audit({ event: 'client-changed', outcome: 'success', clientId: client.id, actor: client.id })
  const told = secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }
  return noStore(json(200, { ...answerOf(client, env), ...told }))
}

const checkNamesItself = (body: unknown, client: Client): void => {
  const named = typeof body === 'object' && body !== null && 'client_id' in body ? body.client_id : undefined
  if (named !== client.id)
    throw new OAuthError('register:metadata', { description: 'client_id: must be the id of this client.' })
}

/** A secret stays as it is; one is made only when the client did not have one before. */
const secretFor = (metadata: ClientMetadata, { auth }: Client, env: Env) => {
  if (!needsSecret(metadata)) return {}
  if ('secretHash' in auth) return { secretHash: auth.secretHash }
  const secret = newSecret(env)
  return { secret, secretHash: hashSecret(secret) }
}

/** Who registered itself stays within what such apps may have; others never widen what they were given. */
const mostScopeOf = (client: Client, { config }: Env): string =>
  client.selfRegistered ? config.clients.selfRegisteredScope : client.scope

const decidedByOperator = (client: Client): Partial<Client> => ({
  staffConsent: client.staffConsent,
  ...(client.audience === undefined ? {} : { audience: client.audience }),
  ...(client.consentDays === undefined ? {} : { consentDays: client.consentDays }),
})

/**
 * An operator approved what was there, not what it turned into: after a change of name, links, redirects, keys or scope an
 * app that registers itself waits for approval again.
 */
const stateAfter = (before: Client, after: Client): Client['state'] => {
  const approved = before.state === 'active' && before.selfRegistered
  return approved && looks(before) !== looks(after) ? 'pending' : before.state
}

const looks = ({ display, redirectUris, launchUris, scope, auth, grantTypes }: Client): string =>
  JSON.stringify([display, redirectUris, launchUris, scope, auth, grantTypes])
