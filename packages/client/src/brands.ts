/**
 * Finding a server by the name people know: user-access brands, published by health care providers as a FHIR Bundle. Own
 * entry point, `@gatehouse/client/brands`.
 *
 * A brand only says where to ask. Being in a list grants nothing; the server's own configuration decides.
 */
import { type App, type allowInsecureRequests, checkAddress } from './app.ts'
import { SmartError } from './errors.ts'
import type { Server } from './server.ts'
import { isObject, textOf } from './suspension.ts'

type Json = { readonly [member: string]: unknown }

/** A FHIR server of a brand. */
export type BrandServer = {
  readonly fhirBase: string
  readonly name?: string
  readonly fhirVersions: readonly string[]
}

/** An organization as people know it. */
export type Brand = {
  readonly id: string
  readonly name: string
  readonly aliases: readonly string[]
  readonly website?: string
  readonly logo?: string
  readonly portalName?: string
  readonly portalUrl?: string
  /** "Springfield, IL 62701": one line per address. */
  readonly places: readonly string[]
  readonly identifiers: readonly { readonly system?: string; readonly value: string }[]
  /** The organization this one's access is provided by. */
  readonly partOf?: string
  readonly servers: readonly BrandServer[]
}

/** A brand list and the tag by which the next look can be answered with "unchanged". */
export type BrandList = { readonly url: string; readonly etag?: string; readonly brands: readonly Brand[] }

/**
 * Reads a brand bundle; with the list of an earlier look, asks only whether it changed. Throws `insecure-url`,
 * `discovery-failed`, `discovery-invalid`.
 *
 * Spec: UB-18, UB-19, UB-20
 */
export async function readBrands(
  app: Pick<App, 'platform' | typeof allowInsecureRequests>,
  url: string,
  known?: BrandList,
): Promise<BrandList> {
  const { href } = checkAddress(app, url)
  const tag = known?.url === href && known.etag !== undefined ? { 'if-none-match': known.etag } : {}
  const headers = { accept: 'application/fhir+json, application/json', ...tag }
  const response = await app.platform.fetch(href, { headers, credentials: 'omit' }).catch(() => undefined)
  if (response?.status === 304 && known !== undefined) return known
  if (response?.status !== 200) throw new SmartError('discovery-failed', `No brand list at ${href}`)
  const bundle: unknown = await response.json().catch(() => undefined)
  const etag = response.headers.get('etag')
  return { url: href, brands: parseBrands(bundle), ...(etag === null ? {} : { etag }) }
}

/** The brands of a bundle. What is not a brand is left out; a server that is not https is refused at discovery. */
export function parseBrands(bundle: unknown): readonly Brand[] {
  if (!isObject(bundle) || bundle.resourceType !== 'Bundle') {
    throw new SmartError('discovery-invalid', 'A brand list is a FHIR Bundle')
  }
  const entries = objects(bundle.entry)
  const resources = entries.map((entry) => entry.resource).filter(isObject)
  const endpoints = new Map<string, BrandServer>()
  for (const entry of entries) for (const name of namesOf(entry)) addEndpoint(endpoints, name, entry.resource)
  return resources
    .filter(({ resourceType }) => resourceType === 'Organization')
    .flatMap((one) => brandOf(one, endpoints))
}

/** Brands whose name, alias, portal or place contains every word, best first: names that begin with it, then the others. */
export function searchBrands(brands: readonly Brand[], words: string): readonly Brand[] {
  const wanted = fold(words).split(/\s+/).filter(Boolean)
  const begins = ({ name }: Brand): number => (wanted[0] !== undefined && fold(name).startsWith(wanted[0]) ? 0 : 1)
  return brands
    .filter((brand) => {
      const text = fold([brand.name, ...brand.aliases, brand.portalName ?? '', ...brand.places].join(' '))
      return wanted.every((word) => text.includes(word))
    })
    .toSorted((a, b) => begins(a) - begins(b) || a.name.localeCompare(b.name))
}

/** The brand a server calls its own: by `user_access_brand_identifier`, else the only one there is. Spec: UB-14, UB-17 */
export function brandOfServer(server: Server, brands: readonly Brand[]): Brand | undefined {
  const { brandIdentifier } = server
  const own = brands.filter(({ servers }) => servers.some(({ fhirBase }) => same(fhirBase, server.fhirBase)))
  if (brandIdentifier === undefined) return own.length === 1 ? own[0] : undefined
  return brands.find(({ identifiers }) =>
    identifiers.some(({ system, value }) => value === brandIdentifier.value && system === brandIdentifier.system),
  )
}

const same = (a: string, b: string): boolean => a.replace(/\/$/, '') === b.replace(/\/$/, '')

const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()

const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : [])

/** The names by which other entries may refer to this one. */
function namesOf({ fullUrl, resource }: Json): readonly string[] {
  if (!isObject(resource)) return []
  return [`${resource.resourceType}/${resource.id}`, ...(typeof fullUrl === 'string' ? [fullUrl] : [])]
}

function addEndpoint(endpoints: Map<string, BrandServer>, name: string, resource: unknown): void {
  if (!isObject(resource) || resource.resourceType !== 'Endpoint') return
  const address = textOf(resource.address)
  if (address === undefined || !/^https?:\/\//.test(address) || resource.status === 'entered-in-error') return
  const label = textOf(resource.name)
  const fhirVersions = extensions(resource, 'endpoint-fhir-version').flatMap((one) => textOf(one.valueCode) ?? [])
  endpoints.set(name, { fhirBase: address, fhirVersions, ...(label === undefined ? {} : { name: label }) })
}

const extensions = (resource: Json, name: string): readonly Json[] =>
  objects(resource.extension).filter(({ url }) => textOf(url)?.endsWith(`/StructureDefinition/${name}`))

/** A value inside an extension of extensions. */
function inner(resource: Json, name: string, part: string): string | undefined {
  const [found] = extensions(resource, name)
    .flatMap((one) => objects(one.extension))
    .filter(({ url }) => url === part)
  return textOf(found?.valueUrl) ?? textOf(found?.valueString) ?? textOf(found?.valueUri)
}

function brandOf(organization: Json, endpoints: ReadonlyMap<string, BrandServer>): readonly Brand[] {
  const [id, name] = [textOf(organization.id), textOf(organization.name)]
  if (id === undefined || name === undefined) return []
  const reference = (value: unknown): string => (isObject(value) ? (textOf(value.reference) ?? '') : '')
  const texts = {
    website: objects(organization.telecom)
      .map(({ system, value }) => (system === 'url' ? textOf(value) : undefined))
      .find(Boolean),
    logo: inner(organization, 'organization-brand', 'brandLogo'),
    portalName: inner(organization, 'organization-portal', 'portalName'),
    portalUrl: inner(organization, 'organization-portal', 'portalUrl'),
    partOf: isObject(organization.partOf) ? reference(organization.partOf).split('/').at(-1) : undefined,
  }
  return [
    {
      id,
      name,
      aliases: Array.isArray(organization.alias) ? organization.alias.filter((one) => typeof one === 'string') : [],
      places: objects(organization.address).map(placeText).filter(Boolean),
      identifiers: objects(organization.identifier).flatMap(({ system, value }) =>
        typeof value === 'string' ? [{ value, ...(typeof system === 'string' ? { system } : {}) }] : [],
      ),
      servers: objects(organization.endpoint).flatMap((one) => endpoints.get(reference(one)) ?? []),
      ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    },
  ]
}

const placeText = ({ line, city, state, postalCode }: Json): string => {
  const street = Array.isArray(line) ? line.filter((one) => typeof one === 'string') : []
  return [...street, textOf(city), [textOf(state), textOf(postalCode)].filter(Boolean).join(' ')]
    .filter(Boolean)
    .join(', ')
}
