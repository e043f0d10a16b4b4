import { hash } from 'node:crypto'
import type { ResourceServer } from '../resource-servers.ts'
import { withoutUndefined } from '../without-undefined.ts'
import type { Brand, Brands } from './settings.ts'

/** A FHIR resource or part of one, wire names. */
export type Json = Readonly<Record<string, unknown>>

const definition = 'http://hl7.org/fhir/StructureDefinition'
const terminology = 'http://terminology.hl7.org/CodeSystem'

/**
 * The User-Access Brand Bundle of these brands: an Organization each, an Endpoint for every FHIR base. The order is that of
 * the configuration, so the same configuration gives the same bytes.
 *
 * Spec: UB-01, UB-02, UB-03, UB-04, UB-13, UB-22, UB-23, UB-24, UB-27, UB-28, UB-29, UB-30, UB-31, IX-13, IX-18, ONC-10
 */
export const brandBundle = (brands: Brands, servers: readonly ResourceServer[]): Json => {
  const bases = servers.filter(({ kind }) => kind === 'fhir')
  const organizations = brands.list.map((brand) => organizationOf(brand, endpointsOf(brand, bases)))
  const endpoints = bases.map((server) => endpointOf(server, brands))
  return {
    resourceType: 'Bundle',
    type: 'collection',
    meta: { lastUpdated: brands.changedAt },
    timestamp: brands.changedAt,
    entry: [...organizations, ...endpoints].map((resource) => ({ resource })),
  }
}

/** The identifiers of a brand; its website's host when no other is given. Spec: UB-01, UB-09 */
export const identifiersOf = ({ identifiers, website }: Brand): readonly Json[] =>
  identifiers.length > 0
    ? identifiers
    : [{ system: 'urn:ietf:rfc:3986', value: `https://${new URL(website).host.replace(/^www\./, '')}` }]

/** The brand apps show first for a base, or `undefined` when none serves it. Spec: UB-12, UB-14 */
export const primaryBrand = (brands: Brands, base: string): Brand | undefined =>
  brands.list.find((brand) => brand.bases?.includes(base) ?? true)

const endpointId = ({ base }: ResourceServer): string => `endpoint-${hash('sha256', base).slice(0, 16)}`

const endpointsOf = (brand: Brand, servers: readonly ResourceServer[]): readonly Json[] =>
  servers
    .filter(({ base }) => brand.bases?.includes(base) ?? true)
    .map((server) => ({ reference: `Endpoint/${endpointId(server)}` }))

const endpointOf = (server: ResourceServer, { developerSite }: Brands): Json => ({
  resourceType: 'Endpoint',
  id: endpointId(server),
  extension: [{ url: `${definition}/endpoint-fhir-version`, valueCode: server.fhirVersion }],
  status: 'active',
  connectionType: { system: `${terminology}/endpoint-connection-type`, code: 'hl7-fhir-rest' },
  name: server.name,
  contact: [{ system: 'url', value: developerSite }],
  payloadType: [{ coding: [{ system: `${terminology}/endpoint-payload-type`, code: 'none' }] }],
  address: server.base,
})

const organizationOf = (brand: Brand, endpoint: readonly Json[]): Json => {
  const extension = [...brandExtension(brand), ...portalExtension(brand, endpoint)]
  return withoutUndefined({
    resourceType: 'Organization',
    id: brand.id,
    extension: extension.length === 0 ? undefined : extension,
    identifier: identifiersOf(brand),
    active: true,
    type: brand.categories.length === 0 ? undefined : [{ coding: brand.categories.map(categoryCoding) }],
    name: brand.name,
    alias: brand.aliases.length === 0 ? undefined : brand.aliases,
    telecom: [{ system: 'url', value: brand.website }],
    address: brand.address === undefined ? undefined : [withoutUndefined(brand.address)],
    partOf: brand.partOf === undefined ? undefined : { reference: `Organization/${brand.partOf}` },
    endpoint: endpoint.length === 0 ? undefined : endpoint,
  })
}

const categoryCoding = (code: string): Json => ({ system: `${terminology}/organization-type`, code })

const urlPart = (url: string, valueUrl: string | undefined): readonly Json[] =>
  valueUrl === undefined ? [] : [{ url, valueUrl }]

const brandExtension = ({ logo }: Brand): readonly Json[] =>
  logo === undefined
    ? []
    : [
        {
          url: `${definition}/organization-brand`,
          extension: [...urlPart('brandLogo', logo.url), ...urlPart('brandLogoLicense', logo.licence)],
        },
      ]

const portalExtension = ({ portal }: Brand, endpoint: readonly Json[]): readonly Json[] =>
  portal === undefined
    ? []
    : [
        {
          url: `${definition}/organization-portal`,
          extension: [
            { url: 'portalName', valueString: portal.name },
            ...(portal.description === undefined
              ? []
              : [{ url: 'portalDescription', valueMarkdown: portal.description }]),
            ...urlPart('portalUrl', portal.url),
            ...urlPart('portalLogo', portal.logo?.url),
            ...urlPart('portalLogoLicense', portal.logo?.licence),
            ...endpoint.map((valueReference) => ({ url: 'portalEndpoint', valueReference })),
          ],
        },
      ]
