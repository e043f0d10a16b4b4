import { formatScopes, narrow, parseScopes } from '@gatehouse/scopes'
import { z } from 'zod'
import { OAuthError } from '../errors/oauth-error.ts'
import { withoutUndefined } from '../without-undefined.ts'
import type { Client, ClientAuth, ClientKeys } from './client.ts'
import { fetchedUriFlaw, redirectUriFlaw, webUriFlaw } from './registrable-uri.ts'

const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials'] as const
const authMethods = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'attest_jwt_client_auth',
] as const

/** Shown on the consent page: no controls, direction overrides or markup. Spec: CON-24 */
const shownText = z
  .string()
  .min(1)
  .max(80)
  .refine((text) => !/[\p{C}<>]/u.test(text), 'holds characters that cannot be shown')
const webUri = z.string().superRefine((text, context) => addFlaw(webUriFlaw(text), context))
const webUris = z.array(webUri).max(20).default([])

const jwk = z
  .looseObject({ kty: z.enum(['RSA', 'EC']), kid: z.string().min(1).max(256) })
  .refine((key) => !['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].some((name) => name in key), 'holds a private key')

const addFlaw = (flaw: string | undefined, context: z.RefinementCtx): void => {
  if (flaw !== undefined) context.addIssue({ code: 'custom', message: flaw })
}

/** Wire names of RFC 7591, OIDC and ours; members we do not know are ignored, as the RFC wants. */
export const clientMetadata = z.object({
  client_name: shownText,
  client_uri: webUri.optional(),
  logo_uri: webUri.optional(),
  policy_uri: webUri.optional(),
  tos_uri: webUri.optional(),
  contacts: z.array(shownText).max(10).default([]),
  redirect_uris: z.array(z.string()).max(20).default([]),
  launch_uris: webUris,
  post_logout_redirect_uris: webUris,
  token_endpoint_auth_method: z.enum(authMethods).default('client_secret_basic'),
  jwks: z.object({ keys: z.array(jwk).min(1).max(10) }).optional(),
  jwks_uri: z
    .string()
    .superRefine((text, context) => addFlaw(fetchedUriFlaw(text), context))
    .optional(),
  tls_client_auth_subject_dn: z.string().min(1).max(500).optional(),
  attester: z.url().optional(),
  tls_client_certificate_bound_access_tokens: z.boolean().default(false),
  grant_types: z.array(z.enum(grantTypes)).min(1).default(['authorization_code']),
  response_types: z.array(z.literal('code')).optional(),
  scope: z.string().max(8000).optional(),
  required_scope: z.string().max(8000).optional(),
  software_id: shownText.optional(),
  software_version: shownText.optional(),
  dpop_bound_access_tokens: z.boolean().default(false),
  device_registration: z.boolean().default(false),
  refresh_rotation: z.enum(['all', 'bearer']).default('all'),
})

/** Metadata of a client as sent, each member valid and all of them fitting together. */
export type ClientMetadata = z.infer<typeof clientMetadata>

/**
 * Unknown JSON → metadata. Throws `register:redirect-uri` or `register:metadata` naming the first fault.
 *
 * Spec: AL-18, AL-21, AL-22, AL-23, CA-08, CA-16, IN-21, THR-01, THR-21
 */
export const parseClientMetadata = (value: unknown): ClientMetadata => {
  const parsed = clientMetadata.safeParse(value)
  const issue = parsed.error?.issues[0]
  if (!parsed.success) throw unfit(`${issue?.path.join('.') || 'the document'}: ${issue?.message}`)
  checkTogether(parsed.data)
  return parsed.data
}

const unfit = (description: string): OAuthError => new OAuthError('register:metadata', { description })

const checkTogether = (metadata: ClientMetadata): void => {
  const { token_endpoint_auth_method: method, grant_types: types, jwks, jwks_uri: uri } = metadata
  const people = types.includes('authorization_code')
  if (people && metadata.redirect_uris.length === 0)
    throw new OAuthError('register:redirect-uri', { description: 'redirect_uris: at least one is needed.' })
  if (types.includes('refresh_token') && !people) throw unfit('grant_types: refresh_token needs authorization_code')
  if (method === 'private_key_jwt' && (jwks === undefined) === (uri === undefined))
    throw unfit('private_key_jwt needs either jwks_uri (preferred) or jwks')
  if (method !== 'private_key_jwt' && (jwks ?? uri) !== undefined)
    throw unfit('jwks and jwks_uri are for token_endpoint_auth_method private_key_jwt')
  if ((method === 'tls_client_auth') !== (metadata.tls_client_auth_subject_dn !== undefined))
    throw unfit('tls_client_auth and tls_client_auth_subject_dn belong together')
  if ((method === 'attest_jwt_client_auth') !== (metadata.attester !== undefined))
    throw unfit('attest_jwt_client_auth and attester belong together')
  if (types.includes('client_credentials') && method !== 'private_key_jwt' && method !== 'tls_client_auth')
    throw unfit('client_credentials needs token_endpoint_auth_method private_key_jwt')
  if (jwks !== undefined && new Set(jwks.keys.map(({ kid }) => kid)).size < jwks.keys.length)
    throw unfit('jwks: every kid must be unique')
  for (const redirectUri of metadata.redirect_uris) {
    const flaw = redirectUriFlaw(redirectUri, method === 'none' ? 'public' : 'confidential')
    if (flaw !== undefined) throw new OAuthError('register:redirect-uri', { description: `redirect_uris: ${flaw}.` })
  }
}

/** What registration adds to metadata: identity, state, what was made for it, and the limits it is held to. */
export type RegistrationFacts = {
  readonly id: string
  readonly state: Client['state']
  /** SHA-256 (hex) of the secret made for it, when its method is a secret. */
  readonly secretHash?: string
  readonly registrationTokenHash?: string
  /** The most it may have, and what it gets when it names no scope. */
  readonly mostScope: string
  readonly selfRegistered: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

/** Metadata → client. Throws `register:metadata` when no scope is left, or when a secret is needed and none was made. */
export const newClient = (metadata: ClientMetadata, facts: RegistrationFacts): Client => ({
  id: facts.id,
  state: facts.state,
  display: withoutUndefined({
    name: metadata.client_name,
    contacts: metadata.contacts,
    uri: metadata.client_uri,
    logoUri: metadata.logo_uri,
    policyUri: metadata.policy_uri,
    tosUri: metadata.tos_uri,
  }),
  auth: authOf(metadata, facts.secretHash),
  grantTypes: metadata.grant_types,
  redirectUris: metadata.redirect_uris,
  launchUris: metadata.launch_uris,
  postLogoutRedirectUris: metadata.post_logout_redirect_uris,
  scope: scopeOf(metadata, facts.mostScope),
  staffConsent: 'ask',
  refreshRotation: metadata.refresh_rotation,
  dpopBoundAccessTokens: metadata.dpop_bound_access_tokens,
  ...(metadata.tls_client_certificate_bound_access_tokens ? { certificateBoundAccessTokens: true } : {}),
  ...(metadata.device_registration ? { registersDevices: true } : {}),
  ...(facts.selfRegistered ? { selfRegistered: true } : {}),
  createdAt: facts.createdAt,
  updatedAt: facts.updatedAt,
  ...withoutUndefined({
    requiredScope: metadata.required_scope,
    softwareId: metadata.software_id,
    softwareVersion: metadata.software_version,
    registrationTokenHash: facts.registrationTokenHash,
  }),
})

const scopeOf = ({ scope }: ClientMetadata, mostScope: string): string => {
  const { granted } = narrow(parseScopes(scope ?? mostScope), parseScopes(mostScope))
  if (granted.length === 0) throw unfit('scope: nothing of it can be registered here')
  return formatScopes(granted)
}

const authOf = (metadata: ClientMetadata, secretHash: string | undefined): ClientAuth => {
  const { token_endpoint_auth_method: method, tls_client_auth_subject_dn: subjectDn, attester } = metadata
  if (method === 'none') return { method }
  if (method === 'private_key_jwt') return { method, keys: keysOf(metadata) }
  if (method === 'tls_client_auth' && subjectDn !== undefined) return { method, subjectDn }
  if (method === 'attest_jwt_client_auth' && attester !== undefined) return { method, attester }
  if (method === 'tls_client_auth' || method === 'attest_jwt_client_auth' || secretHash === undefined)
    throw unfit(`${method}: a credential is missing`)
  return { method, secretHash }
}

const keysOf = ({ jwks, jwks_uri: uri }: ClientMetadata): ClientKeys => {
  if (uri !== undefined) return { kind: 'jwks_uri', uri }
  if (jwks === undefined) throw unfit('private_key_jwt: keys are missing')
  return { kind: 'jwks', jwks }
}

/** Client → its metadata with wire names, as RFC 7591 and 7592 answer it. No secret is in it: none is known. */
export const formatClientMetadata = (client: Client): Readonly<Record<string, unknown>> =>
  withoutUndefined({
    client_id: client.id,
    client_id_issued_at: client.createdAt,
    client_name: client.display.name,
    client_uri: client.display.uri,
    logo_uri: client.display.logoUri,
    policy_uri: client.display.policyUri,
    tos_uri: client.display.tosUri,
    contacts: client.display.contacts,
    redirect_uris: client.redirectUris,
    launch_uris: client.launchUris,
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    token_endpoint_auth_method: client.auth.method,
    ...(client.auth.method === 'private_key_jwt' ? formatKeys(client.auth.keys) : {}),
    tls_client_auth_subject_dn: client.auth.method === 'tls_client_auth' ? client.auth.subjectDn : undefined,
    attester: client.auth.method === 'attest_jwt_client_auth' ? client.auth.attester : undefined,
    tls_client_certificate_bound_access_tokens: client.certificateBoundAccessTokens,
    grant_types: client.grantTypes,
    response_types: client.grantTypes.includes('authorization_code') ? ['code'] : [],
    scope: client.scope,
    required_scope: client.requiredScope,
    software_id: client.softwareId,
    software_version: client.softwareVersion,
    dpop_bound_access_tokens: client.dpopBoundAccessTokens,
    refresh_rotation: client.refreshRotation,
    device_registration: client.registersDevices,
  })

const formatKeys = (keys: ClientKeys) => (keys.kind === 'jwks' ? { jwks: keys.jwks } : { jwks_uri: keys.uri })
