import { hash, X509Certificate } from 'node:crypto'
import { isExempt } from '../outbound.ts'

/** What says where a certificate header may come from: the `listen` section of the configuration. */
export type CertificateSource = { readonly clientCertificates: boolean; readonly trustedProxies: readonly string[] }

/**
 * DER of the client's TLS certificate as the reverse proxy that verified it passes it on in `Client-Cert` (RFC 9440).
 * `undefined` when the feature is off, the header is torn or doubled, or comes from anyone but a trusted proxy: a header is
 * easy to write.
 */
export const forwardedCertificate = (
  header: string | readonly string[] | undefined,
  peer: string | undefined,
  { clientCertificates, trustedProxies }: CertificateSource,
): Uint8Array | undefined => {
  if (!clientCertificates || typeof header !== 'string' || peer === undefined) return undefined
  if (!isExempt(peer.replace(/^::ffff:/, ''), { allow: trustedProxies })) return undefined
  const [, encoded] = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(header) ?? []
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64')
}

/** `x5t#S256` of a certificate: what a token bound to it carries. Spec: RFC 8705 §3.1 */
export const certificateThumbprint = (der: Uint8Array): string => hash('sha256', der, 'base64url')

/** Whether the certificate is in its time and its subject is this distinguished name (RFC 4514). Spec: RFC 8705 §2.1 */
export const isCertificateOf = (der: Uint8Array, subjectDn: string, now: number): boolean => {
  const certificate = parse(der)
  if (certificate === undefined) return false
  const inTime = certificate.validFromDate.getTime() <= now * 1000 && now * 1000 < certificate.validToDate.getTime()
  return inTime && nameOf(certificate.subject.split('\n')) === nameOf(splitDn(subjectDn).toReversed())
}

const parse = (der: Uint8Array): X509Certificate | undefined => {
  try {
    return new X509Certificate(der)
  } catch {
    return undefined
  }
}

/** The text form names the most particular part first, the certificate last. */
const splitDn = (text: string): readonly string[] => text.split(/(?<!\\),\s*/)

/** Attribute types in upper case; values as they are, since two names that differ in case may be two people. */
const nameOf = (parts: readonly string[]): string =>
  parts.map((part) => part.replace(/^[^=]*/, (type) => type.trim().toUpperCase())).join('\n')
