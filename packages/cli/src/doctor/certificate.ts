import { type Finding, finding } from './codes.ts'

const twoWeeks = 14 * 86_400

/** What was seen of a host's certificate; `endsAt` in Unix seconds. */
export type CertificateFacts = { readonly host: string; readonly endsAt: number }

/** Warns while there is still time to renew. */
export const checkCertificate = ({ host, endsAt }: CertificateFacts, now: number): readonly Finding[] =>
  endsAt - now < twoWeeks ? [finding('tls/expires-soon', host, new Date(endsAt * 1000).toISOString().slice(0, 10))] : []
