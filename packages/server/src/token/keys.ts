import type { KeyObject } from 'node:crypto'

/** A published signing key and, on this node, the power to use it. */
export type SigningKey = {
  readonly kid: string
  readonly alg: 'ES256' | 'RS256'
  readonly publicKey: KeyObject
}

/** The ring of signing keys: the only place that signs. */
export type SigningKeys = {
  /** Compact JWS over the claims. ES256 signs inline (30 µs); RS256 in the thread pool. */
  readonly sign: (alg: 'ES256' | 'RS256', typ: string, claims: Readonly<Record<string, unknown>>) => Promise<string>
  /** Keys whose signatures still count, by `kid`. */
  readonly find: (kid: string) => SigningKey | undefined
  /** The JWK Set as published: bare JWKs. Spec: ID-12 */
  readonly jwks: () => { readonly keys: readonly Readonly<Record<string, unknown>>[] }
}
