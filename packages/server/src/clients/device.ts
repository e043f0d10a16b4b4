import { z } from 'zod'
import { type Answer, type Input, json, noStore } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import type { Grant } from '../grants/grant.ts'
import { hashSecret, newSecret } from '../secret.ts'
import type { LiveToken } from '../token/presented-token.ts'
import type { Client } from './client.ts'
import { formatClientMetadata } from './metadata.ts'
import { checkKeys, jsonBody } from './registration.ts'

/** The grant type of devices: a signed statement of the device's own key (RFC 7523). */
export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

const schema = z.object({
  software_id: z.string(),
  /** What the person calls the device: their text, never part of the software's identity. Spec: TOK-37 */
  client_name: z
    .string()
    .min(1)
    .max(80)
    .refine((text) => !/[\p{C}<>]/u.test(text), 'holds characters that cannot be shown'),
  jwks: z.object({ keys: z.tuple([z.looseObject({ kty: z.enum(['EC', 'RSA']), kid: z.string().min(1).max(256) })]) }),
})

type DeviceMetadata = z.infer<typeof schema>

/**
 * A device registers its own key under one grant, with the one-time token its app was given. What comes out is a client of
 * its own that can be removed alone and can never obtain more than the grant.
 *
 * Spec: TOK-30, TOK-31, TOK-32, TOK-33, TOK-35, TOK-37
 */
export const registerDevice = async (input: Input, live: LiveToken, env: Env): Promise<Answer> => {
  const { token, grant, client: app } = live
  const metadata = parseDevice(jsonBody(input), app, env)
  if (!(await env.store.tokens.useOnce('device-registration', token.jti, token.expiresAt + 1)))
    throw new OAuthError('token:bearer-invalid', { description: 'This token has registered a device already.' })
  const registrationToken = newSecret(env)
  const device = newDevice(metadata, { app, grant, registrationToken }, env)
  await env.store.clients.create(device)
  await checkNumber(device, grant, env)
  env.audit({ event: 'client-registered', outcome: 'success', clientId: device.id, grantId: grant.id, actor: app.id })
  return noStore(
    json(201, {
      ...formatClientMetadata(device),
      registration_access_token: registrationToken,
      registration_client_uri: `${env.config.issuer}/register/${device.id}`,
    }),
  )
}

/** A device gives itself another name or another key; all else is the grant's. Spec: TOK-32 */
export const changedDevice = (json: unknown, device: Client, env: Env): Client => {
  const { client_name: name, jwks } = parseDevice(json, device, env)
  return {
    ...device,
    display: { ...device.display, name },
    auth: { method: 'private_key_jwt', keys: { kind: 'jwks', jwks } },
    ...(device.device === undefined ? {} : { device: { ...device.device, name } }),
    updatedAt: env.now(),
  }
}

const parseDevice = (json: unknown, software: Client, env: Env): DeviceMetadata => {
  const parsed = schema.safeParse(json)
  const issue = parsed.error?.issues[0]
  if (!parsed.success) throw unfit(`${issue?.path.join('.') || 'the document'}: ${issue?.message}`)
  if (parsed.data.software_id !== softwareIdOf(software)) throw unfit('software_id: is not that of the app')
  checkKeys({ jwks: parsed.data.jwks }, env)
  return parsed.data
}

const unfit = (description: string): OAuthError => new OAuthError('register:metadata', { description })

/** What a device calls the app it is a copy of: its `software_id`, or its client id when it has none. */
const softwareIdOf = ({ softwareId, id }: Client): string => softwareId ?? id

type Origin = { readonly app: Client; readonly grant: Grant; readonly registrationToken: string }

const newDevice = (metadata: DeviceMetadata, { app, grant, registrationToken }: Origin, env: Env): Client => {
  const now = env.now()
  return {
    id: `device-${newSecret(env).slice(0, 22)}`,
    state: 'active',
    display: { ...app.display, name: metadata.client_name },
    auth: { method: 'private_key_jwt', keys: { kind: 'jwks', jwks: metadata.jwks } },
    grantTypes: [jwtBearer],
    redirectUris: [],
    launchUris: [],
    postLogoutRedirectUris: [],
    scope: grant.scope,
    staffConsent: app.staffConsent,
    refreshRotation: 'all',
    dpopBoundAccessTokens: false,
    softwareId: softwareIdOf(app),
    device: { grantId: grant.id, name: metadata.client_name, lastUsedAt: now },
    registrationTokenHash: hashSecret(registrationToken),
    createdAt: now,
    updatedAt: now,
  }
}

/** Counted after it is there, so that two that register together cannot both be the last one. Spec: TOK-35 */
const checkNumber = async (device: Client, grant: Grant, env: Env): Promise<void> => {
  const { devicesPerGrant } = env.config.clients
  if ((await env.store.clients.listDevices(grant.id)).length <= devicesPerGrant) return
  await env.store.clients.remove(device.id)
  throw unfit(`this agreement has ${devicesPerGrant} devices already; the person can remove one`)
}
