import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { testIssuer } from './env.ts'

/** A key pair as a browser app holds it. */
export type ProofKey = {
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly jwk: JWK
  readonly thumbprint: string
}

/** A fresh key; ES256 as apps make it. */
export const newProofKey = async (alg = 'ES256'): Promise<ProofKey> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  return { alg, privateKey, jwk, thumbprint: await calculateJwkThumbprint(jwk) }
}

/** How a proof differs from a good one at the token endpoint. A member that is `undefined` is left out. */
export type ProofChanges = {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  /** Access token the proof is for. */
  readonly accessToken?: string
}

/** A DPoP proof made at `now` (Unix seconds), by a library that shares no code with the server. */
export const aProof = async (key: ProofKey, now: number, changes: ProofChanges = {}): Promise<string> => {
  const { header = {}, claims = {}, accessToken } = changes
  const ath = accessToken === undefined ? {} : { ath: createHash('sha256').update(accessToken).digest('base64url') }
  const payload: JWTPayload = {
    htm: 'POST',
    htu: `${testIssuer}/token`,
    iat: now,
    jti: randomUUID(),
    ...ath,
    ...claims,
  }
  return new SignJWT(payload)
    .setProtectedHeader({ alg: key.alg, typ: 'dpop+jwt', jwk: key.jwk, ...header })
    .sign(key.privateKey)
}
