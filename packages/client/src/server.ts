/**
 * What the SDK knows about one FHIR server and its authorization server: the parsed `smart-configuration`. Pure.
 */
import type { AuthorizationServer } from 'oauth4webapi'
import { type App, checkAddress } from './app.ts'
import { SmartError } from './errors.ts'
import { isObject, textOf } from './suspension.ts'

/** Another server this one names as belonging to the same care, with what it can do. */
export type AssociatedEndpoint = { readonly url: string; readonly capabilities: readonly string[] }

/** `smart-configuration` as published, with absolute URLs. Wire names are kept. */
export type ServerMetadata = AuthorizationServer & {
  readonly token_endpoint: string
  readonly management_endpoint?: string
}

/** One FHIR server, discovered. */
export type Server = {
  /** Exactly as it is sent as `aud`. */
  readonly fhirBase: string
  readonly metadata: ServerMetadata
  readonly capabilities: readonly string[]
  readonly associatedEndpoints: readonly AssociatedEndpoint[]
  readonly brandBundle?: string
  /** Which brand of the bundle is this server's own. */
  readonly brandIdentifier?: { readonly system?: string; readonly value: string }
  /** True when the server names an issuer, so that ID tokens can be checked. */
  readonly hasIssuer: boolean
  /** True when the server says that it reads `resource` (RFC 8707) beside `aud`. */
  readonly resourceIndicators: boolean
  /** Seconds its clock was ahead of ours at discovery. */
  readonly skew: number
}

const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'management_endpoint',
  'pushed_authorization_request_endpoint',
  'jwks_uri',
] as const

const lists = [
  'code_challenge_methods_supported',
  'dpop_signing_alg_values_supported',
  'grant_types_supported',
  'scopes_supported',
  'token_endpoint_auth_methods_supported',
] as const

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

/**
 * Reads a `smart-configuration` document. Relative addresses are resolved against the FHIR base; members of a wrong type are
 * left out. Throws `discovery-invalid` without a token endpoint, `insecure-url` for an endpoint that is not https.
 *
 * Spec: CF-06, CF-07, CF-08, CF-11, AL-01
 */
export function parseServer(app: App, fhirBase: string, document: unknown): Server {
  if (!isObject(document)) throw new SmartError('discovery-invalid', `No SMART configuration object at ${fhirBase}`)
  const issuer = textOf(document.issuer)
  const metadata: Record<string, unknown> = { issuer: issuer ?? fhirBase }
  for (const name of endpoints) {
    const value = textOf(document[name])
    if (value !== undefined) metadata[name] = checkAddress(app, resolve(value, fhirBase)).href
  }
  for (const name of lists) if (Array.isArray(document[name])) metadata[name] = strings(document[name])
  for (const name of ['authorization_response_iss_parameter_supported', 'require_pushed_authorization_requests']) {
    metadata[name] = document[name] === true
  }
  if (metadata.token_endpoint === undefined) {
    throw new SmartError('discovery-invalid', `The SMART configuration of ${fhirBase} names no token_endpoint`)
  }
  const brandBundle = textOf(document.user_access_brand_bundle)
  return {
    fhirBase,
    metadata: metadata as ServerMetadata,
    capabilities: strings(document.capabilities),
    associatedEndpoints: parseAssociated(document.associated_endpoints),
    ...(brandBundle === undefined ? {} : { brandBundle }),
    ...brandIdentifierOf(document.user_access_brand_identifier),
    hasIssuer: issuer !== undefined,
    resourceIndicators: document.resource_indicators_supported === true,
    skew: 0,
  }
}

function brandIdentifierOf(value: unknown): Pick<Server, 'brandIdentifier'> {
  if (!isObject(value) || typeof value.value !== 'string') return {}
  const system = textOf(value.system)
  return { brandIdentifier: { value: value.value, ...(system === undefined ? {} : { system }) } }
}

const resolve = (address: string, fhirBase: string): string =>
  URL.canParse(address, `${fhirBase}/`) ? new URL(address, `${fhirBase}/`).href : address

const parseAssociated = (value: unknown): readonly AssociatedEndpoint[] =>
  (Array.isArray(value) ? value : []).flatMap((one) =>
    isObject(one) && typeof one.url === 'string' ? [{ url: one.url, capabilities: strings(one.capabilities) }] : [],
  )
