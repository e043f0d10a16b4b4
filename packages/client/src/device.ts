/**
 * This device as a client of its own: its key stays here, so no refresh token has to be kept, and the person can remove this
 * one device. Own entry point, `@gatehouse/client/device`.
 */
import * as oauth from 'oauth4webapi'
import { type App, checkAddress } from './app.ts'
import type { Caller } from './caller.ts'
import { clientAuth } from './client-auth.ts'
import { discover } from './discover.ts'
import { SmartError } from './errors.ts'
import { readKept } from './kept.ts'
import { digest, parseSessionRecord, sessionPrefix } from './session-record.ts'
import { isObject, textOf } from './suspension.ts'
import { type Access, accessBy } from './unattended.ts'

export type { Access } from './unattended.ts'

/** What the device tells about itself. */
export type DeviceRequest = {
  /** As registered with the app. */
  readonly softwareId: string
  /** What the person will read in the list of devices: "Ana's phone". */
  readonly name: string
  /** The token whose only power is to register one device under one grant; absent: the one that came with the session. */
  readonly initialAccessToken?: string
  /** FHIR base; the first configured one if absent. */
  readonly server?: string
}

/** A registered device: nothing of it is secret but what the vault holds. */
export type Device = { readonly clientId: string; readonly fhirBase: string }

type DeviceRecord = Device & {
  readonly kind: 'gatehouse-device-1'
  readonly registrationUri?: string
  readonly registrationToken?: string
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/**
 * Registers this device with a key pair made here (ES256, private half not exportable) and keeps the registration. Call it
 * soon after `completeLaunch`: the token for it came with the session and lasts minutes. Throws `launch-unsupported` where
 * the server registers no devices or gave no token, `registration-refused` with the server's error, `try-later`.
 *
 * Spec: TOK-30, TOK-31, TOK-32, SDK-22
 */
export async function registerDevice(app: App, request: DeviceRequest): Promise<Device> {
  const server = await discover(app, request.server ?? app.servers[0] ?? '')
  const { fhirBase, metadata } = server
  if (metadata.registration_endpoint === undefined) {
    throw new SmartError('launch-unsupported', `${fhirBase} registers no devices`)
  }
  const token = request.initialAccessToken ?? (await takeDeviceToken(app, fhirBase))
  if (token === undefined) throw new SmartError('launch-unsupported', `${fhirBase} gave no token to register a device`)
  const answer = await post(app, metadata.registration_endpoint, {
    token,
    body: {
      software_id: request.softwareId,
      client_name: request.name,
      token_endpoint_auth_method: 'private_key_jwt',
      grant_types: [jwtBearer],
      jwks: { keys: [await publicJwk((await app.platform.keyPair(keyName(app, fhirBase))).publicKey)] },
    },
  })
  const record = parseDevice(answer, fhirBase)
  await app.platform.vault.write(await deviceKey(app, fhirBase), record)
  return { clientId: record.clientId, fhirBase }
}

/**
 * Access as this device, without a launch, after it was registered. Nothing if it is not. The person may be asked to unlock
 * the key by the platform; the server is asked for a token with a signed assertion each time.
 *
 * Spec: TOK-33, TOK-34
 */
export async function openDevice(app: App, fhirBase = app.servers[0] ?? ''): Promise<Access | undefined> {
  const record = await readDevice(app, fhirBase)
  if (record === undefined) return undefined
  const server = await discover(app, fhirBase)
  const { scope } = app
  const nobody: oauth.ClientAuth = () => {}
  return accessBy(
    { ...app, clientId: record.clientId },
    {
      server,
      scope,
      grant: {
        send: async (caller) => {
          const parameters = new URLSearchParams({ assertion: await assertionOf(app, caller, fhirBase), scope })
          return oauth.genericTokenEndpointRequest(
            caller.as,
            caller.client,
            nobody,
            jwtBearer,
            parameters,
            caller.options,
          )
        },
        read: ({ as, client }, response) => oauth.processGenericTokenEndpointResponse(as, client, response),
      },
    },
  )
}

/** A fresh assertion: the same form as for client authentication, here as the grant itself. */
async function assertionOf(app: App, { as, client }: Caller, fhirBase: string): Promise<string> {
  const { privateKey, publicKey } = await app.platform.keyPair(keyName(app, fhirBase))
  const { kid } = await publicJwk(publicKey)
  const body = new URLSearchParams()
  const sign = clientAuth({ ...app, auth: { kind: 'key', key: privateKey, kid } })
  await sign(as, client, body, new Headers())
  return body.get('client_assertion') ?? ''
}

/** Removes this device at the server and its key here. False when the server could not be told. Spec: TOK-32, TOK-36 */
export async function removeDevice(app: App, fhirBase = app.servers[0] ?? ''): Promise<boolean> {
  const record = await readDevice(app, fhirBase)
  const told = record === undefined ? false : await deregister(app, record).catch(() => false)
  await app.platform.vault.remove(await deviceKey(app, fhirBase))
  await app.platform.forgetKeyPair(keyName(app, fhirBase))
  return told
}

async function deregister(app: App, { registrationUri, registrationToken }: DeviceRecord): Promise<boolean> {
  if (registrationUri === undefined || registrationToken === undefined) return false
  const { href } = checkAddress(app, registrationUri)
  const headers = { authorization: `Bearer ${registrationToken}` }
  const response = await app.platform.fetch(href, { method: 'DELETE', headers, redirect: 'manual' })
  return response.status === 204
}

/** The newest session's registration token; used up by taking it. */
async function takeDeviceToken(app: App, fhirBase: string): Promise<string | undefined> {
  const { exclusive, vault } = app.platform
  const held = (await readKept(app, await sessionPrefix(app, fhirBase))).find(({ record }) => record.deviceToken)
  if (held === undefined) return undefined
  return exclusive(`smart:${held.key}`, async () => {
    const { deviceToken, ...record } = parseSessionRecord(await vault.read(held.key)) ?? held.record
    await vault.write(held.key, record)
    return deviceToken
  })
}

const keyName = (app: App, fhirBase: string): string => `device ${app.clientId} ${fhirBase}`

const deviceKey = async (app: App, fhirBase: string): Promise<string> => `device.${await sessionPrefix(app, fhirBase)}`

/** The public half as a JWK with a `kid` made from it. Spec: CA-16, TOK-26 */
async function publicJwk(key: CryptoKey): Promise<JsonWebKey & { readonly kid: string }> {
  const { kty = '', crv = '', x = '', y = '' } = await crypto.subtle.exportKey('jwk', key)
  return { kty, crv, x, y, kid: await digest(`${x}.${y}`), alg: 'ES256', use: 'sig' } as JsonWebKey & { kid: string }
}

async function readDevice(app: App, fhirBase: string): Promise<DeviceRecord | undefined> {
  const kept = await app.platform.vault.read(await deviceKey(app, fhirBase))
  return isObject(kept) && kept.kind === 'gatehouse-device-1' ? (kept as DeviceRecord) : undefined
}

type Registration = { readonly token: string; readonly body: object }

async function post(app: App, address: string, { token, body }: Registration): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(body), redirect: 'manual' } as const
  const response = await app.platform.fetch(address, init).catch(() => undefined)
  if (response === undefined) throw new SmartError('try-later', 'The registration got no answer')
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.status === 201) return answer
  const error = isObject(answer) ? textOf(answer.error) : undefined
  throw new SmartError('registration-refused', `The server did not register this device: ${error ?? response.status}`, {
    status: response.status,
    ...(error === undefined ? {} : { error }),
  })
}

function parseDevice(answer: unknown, fhirBase: string): DeviceRecord {
  const said = isObject(answer) ? answer : {}
  const clientId = textOf(said.client_id)
  if (clientId === undefined) throw new SmartError('registration-refused', 'The server named no client_id')
  const registrationUri = textOf(said.registration_client_uri)
  const registrationToken = textOf(said.registration_access_token)
  return {
    kind: 'gatehouse-device-1',
    clientId,
    fhirBase,
    ...(registrationUri === undefined ? {} : { registrationUri }),
    ...(registrationToken === undefined ? {} : { registrationToken }),
  }
}
