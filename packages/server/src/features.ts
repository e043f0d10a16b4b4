import { attestationAlgorithms } from './clients/attestation.ts'
import type { Config } from './config.ts'
import { identifiersOf, primaryBrand } from './discovery/brand-bundle.ts'
import { dpopAlgorithms } from './token/dpop.ts'

/**
 * One row per thing that can be switched on: what turns it on, the discovery codes it brings. Routes and discovery both read
 * this table, so nothing can be advertised that is off, or served that is not advertised.
 */
export type FeatureRow = {
  readonly on: (config: Config) => boolean
  /** SMART capability codes (Spec: CP-01..CP-20). */
  readonly capabilities: readonly string[]
  /** OAuth grant types. */
  readonly grantTypes: readonly string[]
  /** Ways to authenticate at the token endpoint; those of SMART come first. */
  readonly authMethods?: readonly string[]
  /** Discovery member → path below the issuer. */
  readonly endpoints: Readonly<Record<string, string>>
  /** Further discovery members; `base` is the FHIR base the document is about, if it is about one. */
  readonly metadata?: (config: Config, base: string | undefined) => Readonly<Record<string, unknown>>
}

const always = (_config: Config): boolean => true

/**
 * The table. Routes name their feature; discovery lists the capabilities of those that are on.
 *
 * Spec: SC-07, CF-22, CF-26, CS-01..CS-05, IX-08, IX-09, ONC-11, ONC-12, ONC-15, ONC-16, ONC-17, ONC-18
 */
const features = {
  core: {
    on: always,
    capabilities: [
      'launch-ehr',
      'launch-standalone',
      'authorize-post',
      'client-public',
      'client-confidential-symmetric',
      'client-confidential-asymmetric',
      'sso-openid-connect',
      'context-banner',
      'context-style',
      'context-ehr-patient',
      'context-ehr-encounter',
      'context-standalone-patient',
      'context-standalone-encounter',
      'permission-offline',
      'permission-online',
      'permission-patient',
      'permission-user',
      'permission-v1',
      'permission-v2',
    ],
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    authMethods: ['private_key_jwt', 'client_secret_basic', 'client_secret_post'],
    endpoints: {
      authorization_endpoint: '/authorize',
      pushed_authorization_request_endpoint: '/par',
      token_endpoint: '/token',
      jwks_uri: '/jwks',
      userinfo_endpoint: '/userinfo',
      introspection_endpoint: '/introspect',
      revocation_endpoint: '/revoke',
      scope_descriptions_endpoint: '/.well-known/smart-scope-descriptions',
      management_endpoint: '/grants',
      end_session_endpoint: '/sign-out',
    },
  },
  dpop: {
    on: always,
    capabilities: [],
    grantTypes: [],
    endpoints: {},
    metadata: () => ({ dpop_signing_alg_values_supported: dpopAlgorithms }),
  },
  mutualTls: {
    on: (config) => config.listen.clientCertificates,
    capabilities: [],
    grantTypes: [],
    authMethods: ['tls_client_auth'],
    endpoints: {},
    metadata: () => ({ tls_client_certificate_bound_access_tokens: true }),
  },
  attestation: {
    on: (config) => config.clients.attesters.length > 0,
    capabilities: [],
    grantTypes: [],
    authMethods: ['attest_jwt_client_auth'],
    endpoints: { challenge_endpoint: '/challenge' },
    metadata: () => ({
      client_attestation_signing_alg_values_supported: attestationAlgorithms,
      client_attestation_pop_signing_alg_values_supported: attestationAlgorithms,
    }),
  },
  devices: {
    on: (config) => config.clients.devices,
    capabilities: [],
    grantTypes: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
    endpoints: {},
  },
  registration: {
    on: ({ clients }) =>
      clients.registration !== 'closed' || clients.devices || clients.softwareStatementAnchors.length > 0,
    capabilities: [],
    grantTypes: [],
    endpoints: { registration_endpoint: '/register' },
  },
  brands: {
    on: (config) => config.brands !== undefined,
    capabilities: [],
    grantTypes: [],
    endpoints: { user_access_brand_bundle: '/brands' },
    metadata: ({ brands }, base) => {
      const primary = brands && base && primaryBrand(brands, base)
      return primary ? { user_access_brand_identifier: identifiersOf(primary)[0] } : {}
    },
  },
} satisfies Record<string, FeatureRow>

/** A name of the table. */
export type Feature = keyof typeof features

/** Whether a feature is on in this configuration. */
export const isOn = (feature: Feature, config: Config): boolean => features[feature].on(config)

/** The rows that are on. */
export const rowsOn = (config: Config): readonly FeatureRow[] =>
  Object.values<FeatureRow>(features).filter(({ on }) => on(config))
