import type { Client, GrantType } from '../clients/client.ts'
import type { Env } from '../env.ts'
import type { Grant } from '../grants/grant.ts'
import type { Parameters } from '../parameters.ts'

/** Who asks at the token endpoint: the client, proven, in whatever state it is, and the key it showed, if any. */
export type Caller = {
  readonly client: Client
  /** The `assertion` of the jwt-bearer grant has proven who asks. */
  readonly assertionIsGrant?: true
  /** JWK thumbprint of a valid DPoP proof. */
  readonly dpopKey?: string
  /** `x5t#S256` of its TLS certificate. */
  readonly certificate?: string
  /** JWK thumbprint of the key its attestation names. */
  readonly attestedKey?: string
}

/** What a grant handler found was agreed: everything `issue` needs to make tokens, and nothing it would have to decide. */
export type Redeemed = {
  readonly grant: Grant
  /** Scope of this access token; the grant's own, or less. */
  readonly scope: string
  /** Longest life of the access token, in seconds. */
  readonly lifetime: number
  /** Text of the refresh token to hand out, new or unchanged. */
  readonly refreshToken?: string
  /** Seconds until the user's session counts as inactive, when the refresh token is bound to one. */
  readonly activeTtl?: number
  /** Present when an ID token is due. Spec: ID-03 */
  readonly idToken?: { readonly nonce?: string }
}

/** One way to get tokens. `redeem` finds what was agreed, uses up what is single-use, and asks the guard; it issues nothing. */
export type GrantHandler = {
  readonly grantType: GrantType
  readonly redeem: (form: Parameters, caller: Caller, env: Env) => Promise<Redeemed>
}
