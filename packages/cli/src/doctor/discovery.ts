import { type Finding, finding } from './codes.ts'
import { checkKeySet, checkOpenidConfiguration } from './openid.ts'
import { checkSmartConfiguration, type Document } from './smart-configuration.ts'

/** One GET: what came back, or how it failed (`ENOTFOUND`, `CERT_HAS_EXPIRED` …). */
export type Probe =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Headers; readonly text: string }
  | { readonly kind: 'failure'; readonly reason: string }

/** How the outside is asked: a GET as a browser of another origin would send it, redirects not followed. */
export type Ask = (url: string) => Promise<Probe>

/**
 * Probes any SMART server by its FHIR base (or issuer), as an app would meet it: the SMART configuration, then what it
 * points to. Nothing is written there and no credential is sent.
 */
export const probeServer = async (given: string, ask: Ask): Promise<readonly Finding[]> => {
  const base = given.replace(/\/+$/, '')
  const url = `${base}/.well-known/smart-configuration`
  const probe = await ask(url)
  const document = documentOf(probe)
  if (document === undefined) return formFaults(probe, url)
  const [openid, fhir] = await Promise.all([probeIssuer(document, ask), probeMetadata(base, ask)])
  return [...formFaults(probe, url), ...checkSmartConfiguration(document, url), ...openid, ...fhir]
}

/** The JSON object an answer holds, if it does. */
const documentOf = (probe: Probe): Document | undefined => {
  if (probe.kind === 'failure' || probe.status !== 200) return undefined
  try {
    const value: unknown = JSON.parse(probe.text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

const certificateFaults = /CERT|SELF_SIGNED|LEAF_SIGNATURE|ALTNAME|ISSUER/

const failure = (reason: string, url: string): Finding =>
  finding(certificateFaults.test(reason) ? 'tls/invalid' : 'discovery/unreachable', url, reason)

const formFaults = (probe: Probe, url: string): readonly Finding[] => {
  if (probe.kind === 'failure') return [failure(probe.reason, url)]
  const { status, headers } = probe
  if (status >= 300 && status < 400) return [finding('discovery/redirect', url, headers.get('location') ?? `${status}`)]
  if (status !== 200) return [finding('discovery/missing', url, `status ${status}`)]
  const type = headers.get('content-type') ?? 'none'
  return [
    ...(/^application\/json\b/.test(type) ? [] : [finding('discovery/content-type', url, type)]),
    ...(documentOf(probe) === undefined ? [finding('discovery/not-json', url)] : []),
    ...(headers.get('access-control-allow-origin') === null ? [finding('discovery/no-cors', url)] : []),
  ]
}

const probeIssuer = async (document: Document, ask: Ask): Promise<readonly Finding[]> => {
  const { issuer, jwks_uri: jwksUri } = document
  const [openid, keys] = await Promise.all([
    typeof issuer === 'string' && URL.canParse(issuer) ? probeOpenid(issuer, ask) : [],
    typeof jwksUri === 'string' && URL.canParse(jwksUri) ? probeKeys(jwksUri, ask) : [],
  ])
  return [...openid, ...keys]
}

const probeOpenid = async (issuer: string, ask: Ask): Promise<readonly Finding[]> => {
  const found = documentOf(await ask(`${issuer}/.well-known/openid-configuration`))
  return found === undefined ? [finding('openid/unreachable', issuer)] : checkOpenidConfiguration(found, issuer)
}

const probeKeys = async (jwksUri: string, ask: Ask): Promise<readonly Finding[]> => {
  const found = documentOf(await ask(jwksUri))
  return found === undefined ? [finding('jwks/unreachable', jwksUri)] : checkKeySet(found, jwksUri)
}

const probeMetadata = async (base: string, ask: Ask): Promise<readonly Finding[]> => {
  const found = documentOf(await ask(`${base}/metadata`))
  return found?.resourceType === 'CapabilityStatement' ? [] : [finding('fhir/metadata', `${base}/metadata`)]
}

/** Whether the server that answers at the issuer URL is this one: it must publish the very keys we sign with. */
export const probeOwnIssuer = async (
  issuer: string,
  ownKids: readonly string[],
  ask: Ask,
): Promise<readonly Finding[]> => {
  const probe = await ask(`${issuer}/jwks`)
  if (probe.kind === 'failure') return [failure(probe.reason, issuer)]
  const keys = documentOf(probe)?.keys
  const kids = (Array.isArray(keys) ? keys : []).map((key: Document) => key.kid)
  return ownKids.some((kid) => kids.includes(kid)) ? [] : [finding('issuer/not-ours', issuer, `status ${probe.status}`)]
}
