/**
 * Who may ask: the record of a registered app. This folder owns registration and authentication of clients; what a client
 * was granted by a person is `grants/`.
 */

/** The grant types of the table `token/grant-types.ts`. Wire names. */
export type GrantType =
  | 'authorization_code'
  | 'refresh_token'
  | 'client_credentials'
  | 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  | 'urn:ietf:params:oauth:grant-type:token-exchange'

/** Where a client's public keys are: by value, or at its own URL (preferred). Spec: CA-04, CA-05 */
export type ClientKeys =
  | { readonly kind: 'jwks'; readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] } }
  | { readonly kind: 'jwks_uri'; readonly uri: string }

/** How a client proves who it is at the token endpoint. Secrets are kept as SHA-256 (hex) of a 256-bit random value. */
export type ClientAuth =
  | { readonly method: 'none' }
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secretHash: string }
  | { readonly method: 'private_key_jwt'; readonly keys: ClientKeys }
  | { readonly method: 'tls_client_auth'; readonly subjectDn: string }
  | { readonly method: 'attest_jwt_client_auth'; readonly attester: string }

/** Names and links shown to people, as registered and checked. */
export type ClientDisplay = {
  readonly name: string
  readonly uri?: string
  readonly logoUri?: string
  readonly policyUri?: string
  readonly tosUri?: string
  readonly contacts: readonly string[]
}

/** A registered app. `device` is present on a client that a device registered under one grant. Times in seconds. */
export type Client = {
  readonly id: string
  readonly state: 'pending' | 'active' | 'suspended' | 'blocked'
  readonly display: ClientDisplay
  readonly auth: ClientAuth
  readonly grantTypes: readonly GrantType[]
  readonly redirectUris: readonly string[]
  readonly launchUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  /** The most this client may ever have, as a scope string. */
  readonly scope: string
  /** FHIR bases it may be given tokens for; absent: all of ours. */
  readonly audience?: readonly string[]
  /** Scopes without which the app does not work; marked on the consent page, never forced. Spec: CON-03 */
  readonly requiredScope?: string
  /** Whether staff meet the consent page too; patients always do. */
  readonly staffConsent: 'ask' | 'preauthorized'
  readonly consentDays?: number
  readonly refreshRotation: 'all' | 'bearer' | 'none'
  readonly dpopBoundAccessTokens: boolean
  /** Its access tokens are bound to its TLS certificate (RFC 8705 §3). */
  readonly certificateBoundAccessTokens?: true
  /** Its copies on people's devices may register keys of their own. Spec: TOK-30 */
  readonly registersDevices?: true
  readonly softwareId?: string
  readonly softwareVersion?: string
  readonly device?: { readonly grantId: string; readonly name: string; readonly lastUsedAt: number }
  /** It registered itself, so that an operator has to approve what it says of itself. */
  readonly selfRegistered?: true
  /** SHA-256 (hex) of the registration access token, when it was registered dynamically (RFC 7592). */
  readonly registrationTokenHash?: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** Whether the operator knows who made the app: of one that registered itself, only the app says so. Spec: CON-24, THR-02, THR-13 */
export const isVerified = ({ registrationTokenHash }: Pick<Client, 'registrationTokenHash'>): boolean =>
  registrationTokenHash === undefined
