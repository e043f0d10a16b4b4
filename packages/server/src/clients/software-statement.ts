import { X509Certificate } from 'node:crypto'
import * as pkijs from 'pkijs'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import type { Reason } from '../errors/reasons.ts'
import { hashSecret } from '../secret.ts'
import { bareJwk, type Jwk, thumbprint } from '../token/jwk.ts'
import { isVerifyAlgorithm, type ParsedJws, parseJws, type VerifyAlgorithm, verifyJws } from '../token/jws.ts'

const algorithms: readonly VerifyAlgorithm[] = ['RS256', 'RS384', 'ES256', 'ES384']

/** Certificates of a chain, leaf first, without the anchor. */
const longestChain = 4

/** Longest life of a statement and bearable clock difference, in seconds. */
const longest = 300
const skew = 60

/** What a community vouches for: the URI of the software and its client metadata. */
export type SoftwareStatement = { readonly software: string; readonly metadata: Readonly<Record<string, unknown>> }

/**
 * A software statement (RFC 7591 §2.3) that a community we trust vouches for: signed by the key of a certificate
 * whose chain ends at a configured anchor, made for us, fresh, used once, and about the URI the certificate names. Throws
 * `register:software-statement` when it is not sound and `register:software-statement-untrusted` when nobody we know vouches.
 *
 * Spec: tokens-and-devices §7, THR-18, THR-19
 */
export const verifiedStatement = async (text: unknown, env: Env): Promise<SoftwareStatement> => {
  const { jws, alg, chain } = parseStatement(text)
  const leaf = await trustedLeaf(chain, env)
  if (!(await verifyJws(jws, alg, leaf.publicKey))) throw refuse('the signature does not verify')
  const flaw = claimsFlaw(jws.claims, leaf, env)
  if (flaw !== undefined) throw refuse(flaw)
  const { iss, jti, exp } = jws.claims
  const id = hashSecret(`${iss} ${jti}`)
  if (!(await env.store.tokens.useOnce('software-statement', id, Number(exp) + skew + 1)))
    throw refuse('this jti was used before')
  return { software: String(iss), metadata: withKeys(jws.claims, leaf) }
}

/** The certificate's own key authenticates the client when the statement names no other; its `kid` is the thumbprint. */
const withKeys = (claims: ParsedJws['claims'], { publicKey }: X509Certificate): Jwk =>
  claims.token_endpoint_auth_method !== 'private_key_jwt' || 'jwks' in claims || 'jwks_uri' in claims
    ? claims
    : { ...claims, jwks: { keys: [{ ...bareJwk(publicKey), kid: thumbprint(publicKey) }] } }

const parseStatement = (text: unknown) => {
  const jws = typeof text === 'string' ? parseJws(text) : undefined
  if (jws === undefined) throw refuse('it is not a JWS')
  const { alg, x5c } = jws.header
  if (!isVerifyAlgorithm(alg) || !algorithms.includes(alg)) throw refuse('alg must be RS256, RS384, ES256 or ES384')
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > longestChain || !x5c.every(isBase64))
    throw refuse('x5c must hold its certificate chain')
  return { jws, alg, chain: x5c.map((one) => new Uint8Array(Buffer.from(one, 'base64'))) }
}

const isBase64 = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(value)

const trustedLeaf = async (chain: readonly Uint8Array<ArrayBuffer>[], env: Env): Promise<X509Certificate> => {
  try {
    const certificates = chain.map((der) => pkijs.Certificate.fromBER(der))
    const [leaf, ...intermediates] = certificates
    const [der] = chain
    if (leaf === undefined || der === undefined) throw new Error('empty chain')
    const engine = new pkijs.CertificateChainValidationEngine({
      trustedCerts: env.config.clients.softwareStatementAnchors.map(parseAnchor),
      certs: [...intermediates, leaf],
      checkDate: new Date(env.now() * 1000),
    })
    const { result, resultMessage } = await engine.verify()
    if (!result) throw new Error(resultMessage)
    return new X509Certificate(der)
  } catch (cause) {
    throw refuse('its certificate chain does not end at an authority we trust', {
      reason: 'register:software-statement-untrusted',
      cause,
    })
  }
}

const parseAnchor = (pem: string): pkijs.Certificate => pkijs.Certificate.fromBER(new X509Certificate(pem).raw)

const claimsFlaw = (claims: ParsedJws['claims'], leaf: X509Certificate, { now, config }: Env): string | undefined => {
  const { iss, sub, aud, iat, exp, jti } = claims
  if (typeof iss !== 'string' || iss !== sub) return 'iss and sub must be the same URI'
  if (!uriNames(leaf).includes(iss)) return 'the certificate does not name iss'
  if (aud !== `${config.issuer}/register`) return 'aud must be the registration endpoint'
  if (typeof iat !== 'number' || typeof exp !== 'number') return 'iat and exp are needed'
  if (iat > now() + skew || exp <= now() - skew) return 'it is not valid now'
  if (exp - iat > longest) return `it must not live longer than ${longest} seconds`
  return typeof jti === 'string' && jti !== '' && jti.length <= 512 ? undefined : 'jti is missing or too long'
}

const uriNames = ({ subjectAltName = '' }: X509Certificate): readonly string[] =>
  subjectAltName.split(', ').flatMap((name) => (name.startsWith('URI:') ? [name.slice(4)] : []))

type Refusal = { readonly reason: Reason; readonly cause?: unknown }

const refuse = (detail: string, { reason, cause }: Refusal = { reason: 'register:software-statement' }): OAuthError =>
  new OAuthError(reason, { description: `The software statement was not accepted: ${detail}.`, detail, cause })
