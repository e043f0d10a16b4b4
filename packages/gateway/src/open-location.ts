import type { Config, IssuerConfig, LocationConfig } from './config.ts'
import type { Env } from './env.ts'
import { isObject, objectsOf, textAt } from './fhir/json.ts'
import type { FhirLocation } from './fhir/location.ts'
import type { Capabilities } from './fhir/search-context.ts'
import { createIntrospection, type Introspection } from './introspection.ts'
import { createKeyring, type Keyring } from './keys.ts'
import { createOwnCredential } from './own-credential.ts'
import { followRevocations, type Revocations } from './revocations.ts'

/** An authorization server as the gateway uses it. */
export type OpenIssuer = {
  readonly config: IssuerConfig
  readonly keyring: Keyring
  readonly introspection: Introspection
  readonly revocations: Revocations
}

/** A location in service: its rules, its issuer. */
export type OpenLocation = { readonly config: LocationConfig; readonly fhir: FhirLocation; readonly issuer: OpenIssuer }

/** Opens the issuers that locations name. */
export const openIssuers = ({ issuers }: Config, env: Env): readonly OpenIssuer[] =>
  issuers.map((config) => {
    const own = createOwnCredential(config, env)
    return {
      config,
      keyring: createKeyring(config, env),
      introspection: createIntrospection(config, own, env),
      revocations: followRevocations(config, own, env),
    }
  })

/** The rules of a location, as the deciding code reads them. */
export const fhirLocationOf = (config: LocationConfig): FhirLocation => ({
  bases: { publicBase: config.base, upstreamBase: config.upstream.base ?? config.upstream.url },
  membership: config.membership,
  shared: new Set(config.shared),
  addedParameters: config.searchParameters,
  versioned: config.upstream.versioning === 'versioned',
  searchByPost: config.upstream.search === 'post',
  operations: config.operations,
  consulted: new Set(['List', 'Group', 'Consent', ...config.consulted]),
  restrictions: config.withholdLabels.map((label, index) => ({
    type: 'https://gatehouse.dev/codes/restriction',
    id: `location-label-${index}`,
    effect: 'deny',
    securityLabels: [label],
  })),
})

/** The search parameters a CapabilityStatement lists, and those the operator vouches for. */
export const capabilitiesOf = (
  statement: unknown,
  vouched: LocationConfig['upstream']['searchParameters'],
): Capabilities => {
  const rest = objectsOf(isObject(statement) ? statement.rest : undefined).filter(({ mode }) => mode === 'server')
  const lists = new Map<string, ReadonlySet<string>>()
  const add = (type: string, names: readonly string[]): void =>
    void lists.set(type, new Set([...(lists.get(type) ?? []), ...names]))
  const namesOf = (value: unknown): readonly string[] =>
    objectsOf(value).map((parameter) => textAt(parameter, 'name') ?? '')
  for (const { resource, searchParam } of rest)
    for (const each of objectsOf(resource))
      add(textAt(each, 'type') ?? '', [...namesOf(each.searchParam), ...namesOf(searchParam)])
  for (const [type, names] of Object.entries(vouched)) add(type, names)
  return (type) => lists.get(type)
}
