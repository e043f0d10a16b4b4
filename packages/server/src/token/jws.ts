import { type KeyObject, verify } from 'node:crypto'
import { joseToDer } from './ecdsa.ts'
import { importJwk, type Jwk } from './jwk.ts'

/** The algorithms we verify. Never `none`, never HMAC: a shared secret must not pass for a public key. Spec: CA-14, TOK-26 */
export type VerifyAlgorithm = 'RS256' | 'RS384' | 'ES256' | 'ES384' | 'EdDSA'

/** JSON objects of a token that nobody has verified yet. */
type Unverified = Readonly<Record<string, unknown>>

/** A compact JWS taken apart, signature not yet checked. */
export type ParsedJws = {
  readonly header: Unverified
  readonly claims: Unverified
  readonly signingInput: string
  readonly signature: Uint8Array
}

type AlgorithmRow = {
  readonly hash: string | undefined
  readonly fits: (jwk: Jwk) => boolean
  /** Bytes of r and of s for ECDSA; `undefined` when the signature is used as it is. */
  readonly integer: number | undefined
}

const rsa = (hash: string): AlgorithmRow => ({ hash, fits: (jwk) => jwk.kty === 'RSA', integer: undefined })
const ecdsa = (curve: string, hash: string, integer: number): AlgorithmRow => ({
  hash,
  fits: (jwk) => jwk.kty === 'EC' && jwk.crv === curve,
  integer,
})

const algorithms: Readonly<Record<VerifyAlgorithm, AlgorithmRow>> = {
  RS256: rsa('sha256'),
  RS384: rsa('sha384'),
  ES256: ecdsa('P-256', 'sha256', 32),
  ES384: ecdsa('P-384', 'sha384', 48),
  EdDSA: { hash: undefined, fits: (jwk) => jwk.kty === 'OKP' && jwk.crv === 'Ed25519', integer: undefined },
}

/** Whether a header's `alg` is one we verify. */
export const isVerifyAlgorithm = (alg: unknown): alg is VerifyAlgorithm =>
  typeof alg === 'string' && Object.hasOwn(algorithms, alg)

const longestToken = 32 * 1024

/**
 * Compact text → header, claims and what was signed; `undefined` when it is not a JWS over a JSON object, or demands an
 * extension (`crit`) nobody here understands.
 */
export const parseJws = (text: string): ParsedJws | undefined => {
  const [head, body, mac, ...rest] = text.length <= longestToken ? text.split('.') : []
  if (head === undefined || body === undefined || mac === undefined || rest.length > 0) return undefined
  const header = parseObject(head)
  const claims = parseObject(body)
  if (header === undefined || claims === undefined || 'crit' in header || 'b64' in header) return undefined
  if (!isBase64url(mac)) return undefined
  return { header, claims, signingInput: `${head}.${body}`, signature: Buffer.from(mac, 'base64url') }
}

const isBase64url = (text: string): boolean => /^[A-Za-z0-9_-]+$/.test(text)

const parseObject = (part: string): Unverified | undefined => {
  if (!isBase64url(part)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Unverified) : undefined
  } catch {
    return undefined
  }
}

/** JWK → key for this algorithm; `undefined` when the key does not fit it, is too weak, private, or not a key at all. */
export const importPublicJwk = (jwk: Jwk, alg: VerifyAlgorithm): KeyObject | undefined =>
  algorithms[alg].fits(jwk) ? importJwk(jwk) : undefined

/**
 * Whether the signature is the key's. P-384 is dear (0.7 ms), so it runs in the thread pool and leaves this thread to
 * others; the rest is cheaper than the way there and back.
 */
export const verifyJws = async (jws: ParsedJws, alg: VerifyAlgorithm, key: KeyObject): Promise<boolean> => {
  const { hash, integer } = algorithms[alg]
  const signature = integer === undefined ? jws.signature : joseToDer(jws.signature, integer)
  if (signature === undefined) return false
  const input = Buffer.from(jws.signingInput)
  if (alg !== 'ES384') return verify(hash, input, key, signature)
  return new Promise((resolve) => {
    verify(hash, input, key, signature, (error, valid) => resolve(error === null && valid))
  })
}
