import { createPublicKey, hash, type JsonWebKey, type KeyObject } from 'node:crypto'

/** A JSON Web Key as anyone may have sent it. */
export type Jwk = Readonly<Record<string, unknown>>

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

/** Whether a JWK holds more than a public key: such a key is burnt and never accepted. Spec: TOK-21, TOK-31 */
const isPrivateJwk = (jwk: Jwk): boolean => privateMembers.some((member) => member in jwk)

const leastRsaBits = 2048

/** JWK → public key; `undefined` when it is private, too weak, or not a key at all. */
export const importJwk = (jwk: Jwk): KeyObject | undefined => {
  if (isPrivateJwk(jwk)) return undefined
  try {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
    const bits = key.asymmetricKeyDetails?.modulusLength
    return bits === undefined || bits >= leastRsaBits ? key : undefined
  } catch {
    return undefined
  }
}

/** The required members of a public key, in the order RFC 7638 §3.2 hashes them. */
export const bareJwk = (key: KeyObject): Jwk => {
  const { kty, crv, x, y, n, e } = key.export({ format: 'jwk' })
  if (kty === 'RSA') return { e, kty, n }
  return kty === 'OKP' ? { crv, kty, x } : { crv, kty, x, y }
}

/** JWK thumbprint (RFC 7638), of the key itself: another spelling of the same key has the same one. */
export const thumbprint = (key: KeyObject): string => hash('sha256', JSON.stringify(bareJwk(key)), 'base64url')
