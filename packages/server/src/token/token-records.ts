/** SHA-256 (hex) of a secret. The store accepts only this, so a raw token cannot be saved. Made in `secret.ts` alone. */
export type TokenHash = string & { readonly __brand: 'TokenHash' }

/** An authorization code waiting to be redeemed. Spec: AL-50, RFC-01 */
export type Code = {
  readonly grantId: string
  readonly clientId: string
  readonly redirectUri: string
  readonly codeChallenge: string
  readonly nonce?: string
  /** Thumbprint the code is bound to (`dpop_jkt`). Spec: TOK-23 */
  readonly dpopKey?: string
  readonly issuedAt: number
  readonly expiresAt: number
}

/** A refresh token of a family. `successor` is sealed with a key that only the old token yields. Spec: TOK-10..TOK-14 */
export type RefreshToken = {
  readonly hash: TokenHash
  readonly grantId: string
  readonly clientId: string
  /** Thumbprint of the key it is bound to (DPoP, mTLS certificate or attestation), when it is. */
  readonly boundKey?: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly consumedAt?: number
  readonly successorHash?: TokenHash
  readonly sealedSuccessor?: string
}

/** An opaque access token, for resource servers that want references. The claims are those of the JWT form. */
export type OpaqueToken = {
  readonly hash: TokenHash
  readonly id: string
  readonly grantId: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly expiresAt: number
}

/** A signing key pair. The private half is sealed with the operator's master key. Times in seconds. */
export type SigningKeyRecord = {
  readonly kid: string
  readonly alg: 'ES256' | 'RS256'
  readonly publicJwk: Readonly<Record<string, unknown>>
  readonly sealedPrivateJwk: string
  readonly createdAt: number
  /** Published before it signs, so that verifiers have fetched it. */
  readonly signsFrom: number
  /** Not published after this time. Absent while it is the newest. */
  readonly retiredAt?: number
}

/** Something gateways must stop honouring before it expires. Spec: TOK-41 */
export type Cut = {
  readonly kind: 'grant' | 'token' | 'client' | 'device'
  readonly id: string
  readonly at: number
}
