import { constants, type KeyObject, verify } from 'node:crypto'
import { isObject, type Json } from './fhir/json.ts'

/** A compact JWS taken apart; nothing of it is verified yet. */
export type ParsedJws = {
  readonly header: Json
  readonly claims: Json
  readonly signed: string
  readonly signature: Buffer
}

/** Algorithms that can be trusted at all. `none` and HMAC are not in the table, so no configuration can name them. */
const algorithms = {
  ES256: { digest: 'sha256', type: 'ec', curve: 'prime256v1', options: { dsaEncoding: 'ieee-p1363' } },
  ES384: { digest: 'sha384', type: 'ec', curve: 'secp384r1', options: { dsaEncoding: 'ieee-p1363' } },
  RS256: { digest: 'sha256', type: 'rsa', curve: undefined, options: {} },
  PS256: {
    digest: 'sha256',
    type: 'rsa',
    curve: undefined,
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  },
  EdDSA: { digest: null, type: 'ed25519', curve: undefined, options: {} },
} as const

/** A signature algorithm of JOSE. */
export type Algorithm = keyof typeof algorithms

/** Text → parts; `undefined` when it is not three base64url parts with JSON objects in front. Total. */
export const parseJws = (text: string): ParsedJws | undefined => {
  const parts = text.split('.')
  const [header, claims, signature] = parts
  if (parts.length !== 3 || header === undefined || claims === undefined || signature === undefined) return undefined
  if (!parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) return undefined
  const parsed = [header, claims].map(decodeObject)
  const [parsedHeader, parsedClaims] = parsed
  if (parsedHeader === undefined || parsedClaims === undefined) return undefined
  return {
    header: parsedHeader,
    claims: parsedClaims,
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64url'),
  }
}

const decodeObject = (part: string): Json | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether the signature is by this key with this algorithm; the key must be of the algorithm's own kind. Spec: THR-18 */
export const isSignedBy = (jws: ParsedJws, algorithm: Algorithm, key: KeyObject): boolean => {
  const { digest, type, curve, options } = algorithms[algorithm]
  if (key.asymmetricKeyType !== type) return false
  if (curve !== undefined && key.asymmetricKeyDetails?.namedCurve !== curve) return false
  return verify(digest, Buffer.from(jws.signed, 'latin1'), { key, ...options }, jws.signature)
}
