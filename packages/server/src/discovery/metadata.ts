import { assertionAlgorithms } from '../clients/client-assertion.ts'
import type { Config } from '../config.ts'
import { type Feature, features, isOn } from '../features.ts'

/**
 * What we tell the world. This folder derives every document from the configuration and `features.ts`; nothing is listed
 * twice, so what is advertised is what is served. It owns no behaviour.
 */
const featuresOn = (config: Config) =>
  (Object.keys(features) as Feature[]).filter((name) => isOn(name, config)).map((name) => features[name])

/** Endpoint members of all features that are on, as absolute URLs, and what else those features say of themselves. Spec: CF-05 */
export const featureMetadata = (config: Config): Readonly<Record<string, unknown>> =>
  Object.assign(
    {},
    ...featuresOn(config).map(({ endpoints, metadata }) => ({
      ...Object.fromEntries(Object.entries(endpoints).map(([name, path]) => [name, `${config.issuer}${path}`])),
      ...metadata,
    })),
  )

/** SMART capability codes of all features that are on. Spec: CF-24 */
export const capabilities = (config: Config): readonly string[] =>
  featuresOn(config).flatMap((feature) => feature.capabilities)

/** Grant types of all features that are on. Spec: CF-10, IN-02 */
export const grantTypes = (config: Config): readonly string[] =>
  featuresOn(config).flatMap((feature) => feature.grantTypes)

/** What all three documents say alike. Spec: CF-13, CF-20, CF-25, IN-16, IN-20, CA-01 */
export const sharedMetadata = (config: Config): Readonly<Record<string, unknown>> => ({
  issuer: config.issuer,
  ...featureMetadata(config),
  response_types_supported: ['code'],
  grant_types_supported: grantTypes(config),
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
})

/** How clients authenticate at the token endpoint; `none` is for public clients. Spec: CF-12 */
export const authMethods = ['private_key_jwt', 'client_secret_basic', 'client_secret_post'] as const

/** Seconds a discovery document may be kept. */
export const discoveryMaxAge = 300
