import type { Config } from './config.ts'

/**
 * One row per thing that can be switched on: what turns it on, the discovery codes it brings. Routes and discovery both read
 * this table, so nothing can be advertised that is off, or served that is not advertised.
 */
type FeatureRow = {
  readonly on: (config: Config) => boolean
  /** SMART capability codes (Spec: CP-01..CP-20). */
  readonly capabilities: readonly string[]
  /** OAuth grant types. */
  readonly grantTypes: readonly string[]
  /** Discovery member → path below the issuer. */
  readonly endpoints: Readonly<Record<string, string>>
  /** Further discovery members, as they stand. */
  readonly metadata: Readonly<Record<string, unknown>>
}

const always = (_config: Config): boolean => true

/** The table. Routes name their feature; discovery lists the capabilities of those that are on. */
export const features = {
  core: {
    on: always,
    capabilities: [
      'launch-ehr',
      'launch-standalone',
      'client-public',
      'client-confidential-symmetric',
      'client-confidential-asymmetric',
      'sso-openid-connect',
      'context-banner',
      'context-ehr-patient',
      'context-ehr-encounter',
      'context-standalone-patient',
      'permission-offline',
      'permission-patient',
      'permission-user',
      'permission-v1',
      'permission-v2',
    ],
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    endpoints: {
      authorization_endpoint: '/authorize',
      token_endpoint: '/token',
      jwks_uri: '/jwks',
      userinfo_endpoint: '/userinfo',
      introspection_endpoint: '/introspect',
      revocation_endpoint: '/revoke',
    },
    metadata: {},
  },
  registration: {
    on: (config) => config.clients.registration !== 'closed',
    capabilities: [],
    grantTypes: [],
    endpoints: { registration_endpoint: '/register' },
    metadata: {},
  },
} satisfies Record<string, FeatureRow>

/** A name of the table. */
export type Feature = keyof typeof features

/** Whether a feature is on in this configuration. */
export const isOn = (feature: Feature, config: Config): boolean => features[feature].on(config)
