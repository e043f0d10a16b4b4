import { assertionAlgorithms } from '../clients/client-assertion.ts'
import type { Config } from '../config.ts'
import { rowsOn } from '../features.ts'

/**
 * What we tell the world. This folder derives every document from the configuration and `features.ts`; nothing is listed
 * twice, so what is advertised is what is served. It owns no behaviour.
 */
const featureMetadata = (config: Config, base: string | undefined): Readonly<Record<string, unknown>> =>
  Object.assign(
    {},
    ...rowsOn(config).map(({ endpoints, metadata }) => ({
      ...Object.fromEntries(Object.entries(endpoints).map(([name, path]) => [name, `${config.issuer}${path}`])),
      ...metadata?.(config, base),
    })),
  )

/** SMART capability codes of all features that are on. Spec: CF-24 */
export const capabilities = (config: Config): readonly string[] => rowsOn(config).flatMap((row) => row.capabilities)

/** What all documents say alike, of one FHIR base or of none; every URL is absolute. Spec: CF-05, CF-10, CF-13, CF-20, CF-25, IN-02, IN-16, IN-20, CA-01 */
export const sharedMetadata = (config: Config, base?: string): Readonly<Record<string, unknown>> => ({
  issuer: config.issuer,
  ...featureMetadata(config, base),
  response_types_supported: ['code'],
  grant_types_supported: rowsOn(config).flatMap((row) => row.grantTypes),
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
})

/** How clients authenticate at the token endpoint, apart from `none`, which is for public clients. Spec: CF-12 */
export const authMethods = (config: Config): readonly string[] => rowsOn(config).flatMap((row) => row.authMethods ?? [])

/** Seconds a discovery document may be kept. */
export const discoveryMaxAge = 300
