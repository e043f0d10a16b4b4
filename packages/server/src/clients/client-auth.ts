import { type Input, singleHeader } from '../answer.ts'
import type { Env } from '../env.ts'
import { assertNever, OAuthError } from '../errors/oauth-error.ts'
import { optional, type Parameters, parseForm } from '../parameters.ts'
import { hashSecret, sameSecret } from '../secret.ts'
import { clientOfAttestation } from './attestation.ts'
import { isCertificateOf } from './certificate.ts'
import type { Client } from './client.ts'
import { assertionType, clientOfAssertion } from './client-assertion.ts'
import { findClient } from './find-client.ts'

/** A client id and secret in one reading; Basic credentials have two. */
type SecretReading = { readonly clientId: string; readonly secret: string }

/** How the caller says who it is. `none` proves nothing: it is enough for public clients only. */
export type Credentials =
  | { readonly kind: 'absent' }
  | { readonly kind: 'none'; readonly clientId: string }
  | { readonly kind: 'client_secret_basic' | 'client_secret_post'; readonly readings: readonly SecretReading[] }
  | { readonly kind: 'private_key_jwt'; readonly assertion: string }
  | { readonly kind: 'attest_jwt_client_auth' }

/** A client that has proven who it is, and the key of its attested installation if that was the proof. */
export type ProvenClient = { readonly client: Client; readonly attestedKey?: string }

/**
 * The client that sent this form, proven by the method it registered and only by that one; an active client. Throws
 * `client:authentication-failed` (401, with `WWW-Authenticate` when Basic was tried) and `client:not-active`.
 *
 * Spec: AL-53, AL-55, AL-56, AL-57, SY-01, SY-02, IN-09, IN-23, RFC-04, RFC-12
 */
export const authenticateClient = async (input: Input, env: Env): Promise<Client> => {
  const proven = await proveClient(input, env)
  if (proven === undefined) throw failed(input, 'no client id and no authentication were sent')
  if (proven.client.state !== 'active')
    throw new OAuthError('client:not-active', { description: 'This client is not active; ask the operator.' })
  return proven.client
}

/**
 * The client in whatever state it is, or `undefined` when the form names none. For callers that ask the guard themselves
 * (the token endpoint, where a blocked client is told about its grant); everyone else wants `authenticateClient`.
 */
export const proveClient = async (input: Input, env: Env): Promise<ProvenClient | undefined> => {
  const form = parseForm(input, ['resource'])
  const credentials = parseCredentials(input, form)
  if (credentials.kind === 'absent') return undefined
  const proven = await clientOf(credentials, input, env)
  const named = optional(form, 'client_id')
  if (named !== undefined && named !== proven.client.id)
    throw failed(input, 'client_id is not the authenticated client')
  return proven
}

/**
 * Form and headers → credentials. Two methods at once are refused: which one counts would be a guess.
 *
 * Spec: AL-54, BS-07, BS-13, IN-13, IX-14, RFC-06, THR-34
 */
const parseCredentials = (input: Input, form: Parameters): Credentials => {
  const clientId = optional(form, 'client_id')
  const secret = optional(form, 'client_secret')
  const assertion = optional(form, 'client_assertion')
  const type = optional(form, 'client_assertion_type')
  const authorization = singleHeader(input, 'authorization')
  const attestation = input.headers['oauth-client-attestation']
  const tried = [secret, assertion ?? type, authorization, attestation].filter((one) => one !== undefined)
  if (tried.length > 1) throw failed(input, 'more than one way of authentication was used')
  if (authorization !== undefined) return { kind: 'client_secret_basic', readings: parseBasic(authorization, input) }
  if (attestation !== undefined) return { kind: 'attest_jwt_client_auth' }
  if (type !== undefined || assertion !== undefined) {
    if (type !== assertionType) throw failed(input, `client_assertion_type must be ${assertionType}`)
    if (assertion === undefined) throw failed(input, 'client_assertion is missing')
    return { kind: 'private_key_jwt', assertion }
  }
  if (clientId === undefined) {
    if (secret !== undefined) throw failed(input, 'client_secret was sent without client_id')
    return { kind: 'absent' }
  }
  if (secret !== undefined) return { kind: 'client_secret_post', readings: [{ clientId, secret }] }
  return { kind: 'none', clientId }
}

/** RFC 6749 wants both halves form-urlencoded, many clients send them as they are: both readings are tried. */
const parseBasic = (authorization: string, input: Input): readonly SecretReading[] => {
  const [, encoded] = /^basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(authorization) ?? []
  const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon < 1) throw failed(input, 'the Authorization header is not Basic with id and secret')
  const raw = { clientId: decoded.slice(0, colon), secret: decoded.slice(colon + 1) }
  const clientId = formDecode(raw.clientId)
  const secret = formDecode(raw.secret)
  if (clientId === undefined || secret === undefined) return [raw]
  return clientId === raw.clientId && secret === raw.secret ? [raw] : [{ clientId, secret }, raw]
}

const formDecode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

const clientOf = async (
  credentials: Exclude<Credentials, { kind: 'absent' }>,
  input: Input,
  env: Env,
): Promise<ProvenClient> => {
  switch (credentials.kind) {
    case 'none':
      return { client: await clientByName(credentials.clientId, input, env) }
    case 'client_secret_basic':
    case 'client_secret_post':
      return { client: await clientOfSecret(credentials, input, env) }
    case 'private_key_jwt':
      return { client: await clientOfAssertion(credentials.assertion, input, env) }
    case 'attest_jwt_client_auth':
      return clientOfAttestation(input, env)
    default:
      return assertNever(credentials)
  }
}

/** A name is enough for public clients, and for those whose TLS certificate says the rest. Spec: AL-53, RFC 8705 §2.1 */
const clientByName = async (clientId: string, input: Input, env: Env): Promise<Client> => {
  const client = await findClient(clientId, env)
  if (client === undefined) throw failed(input, 'unknown client')
  if (client.auth.method === 'none') return client
  const { clientCertificate } = input
  const byCertificate =
    client.auth.method === 'tls_client_auth' &&
    clientCertificate !== undefined &&
    isCertificateOf(clientCertificate, client.auth.subjectDn, env.now())
  if (!byCertificate) throw failed(input, `this client must authenticate (${client.auth.method})`)
  return client
}

/** The hash of no secret. Compared even when the client is unknown, so that the answer takes as long either way. Spec: THR-39 */
const nobody = '0'.repeat(64)

const secretHashOf = (client: Client | undefined): string =>
  client !== undefined && 'secretHash' in client.auth ? client.auth.secretHash : nobody

type SecretCredentials = Extract<Credentials, { readonly readings: unknown }>

/** A secret counts in the header and in the body alike: SMART names the header, libraries differ, and both are equally safe. */
const clientOfSecret = async ({ readings }: SecretCredentials, input: Input, env: Env): Promise<Client> => {
  for (const { clientId, secret } of readings) {
    const client = await findClient(clientId, env)
    const proven = sameSecret(hashSecret(secret), secretHashOf(client))
    if (proven && client !== undefined) return client
  }
  throw failed(input, 'unknown client, wrong secret, or no secret is registered')
}

const failed = (input: Input, detail: string): OAuthError =>
  new OAuthError('client:authentication-failed', {
    description: `Client authentication failed: ${detail}.`,
    detail,
    ...(input.headers.authorization === undefined
      ? {}
      : { headers: { 'www-authenticate': 'Basic realm="token", charset="UTF-8"' } }),
  })
