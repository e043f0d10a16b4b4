import { type Finding, finding } from './codes.ts'
import { type Document, textsOf } from './smart-configuration.ts'

const required = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'response_types_supported',
  'subject_types_supported',
  'id_token_signing_alg_values_supported',
]

/** The faults of the OpenID configuration that belongs to a SMART configuration with this issuer. */
export const checkOpenidConfiguration = (document: Document, issuer: string): readonly Finding[] => [
  ...required
    .filter((name) => document[name] === undefined)
    .map((name) => finding('openid/member-missing', issuer, name)),
  ...(document.issuer !== undefined && document.issuer !== issuer
    ? [finding('openid/issuer', issuer, `openid-configuration says ${String(document.issuer)}`)]
    : []),
  ...(textsOf(document, 'id_token_signing_alg_values_supported').includes('RS256')
    ? []
    : [finding('openid/no-rs256', issuer)]),
]

/** The faults of a JWK Set that is to verify ID tokens. */
export const checkKeySet = (document: Document, url: string): readonly Finding[] => {
  const keys = (Array.isArray(document.keys) ? document.keys : []).filter(
    (key): key is Document => typeof key === 'object' && key !== null,
  )
  const kids = keys.map(({ kid }) => kid)
  const hidden = keys.filter((key) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].some((name) => name in key))
  const isRsa = ({ kty, n, e }: Document): boolean => kty === 'RSA' && typeof n === 'string' && typeof e === 'string'
  return [
    ...hidden.map(({ kid }) => finding('jwks/private', url, `kid ${String(kid)}`)),
    ...(keys.some(isRsa) ? [] : [finding('jwks/no-key', url)]),
    ...(kids.some((kid) => typeof kid !== 'string') || new Set(kids).size < kids.length
      ? [finding('jwks/kid', url)]
      : []),
  ]
}
