import { expect, test } from 'vitest'
import { type ConfigInput, parseConfig } from '../src/config.ts'
import { publicApp } from '../src/index.ts'
import { testAudience, testConfigInput, testEnv, testIssuer } from './env.ts'

const secondBase = 'https://fhir.example.org/imaging/r4'
const resourceServers = [
  { base: testAudience, name: 'Hospital' },
  { base: secondBase, name: 'Imaging', fhirVersion: '4.0.1' },
]
type Brands = NonNullable<ConfigInput['brands']>

const brands: Brands = {
  changedAt: '2026-11-02T09:00:00Z',
  developerSite: 'https://www.example.org/developers',
  list: [
    {
      id: 'hospital',
      name: 'Example Hospital',
      aliases: ['The Example'],
      website: 'https://www.example.org/patients',
      categories: ['prov'],
      address: { city: 'Springfield', state: 'IL', postalCode: '62701', country: 'US' },
      logo: { url: 'https://www.example.org/logo.svg' },
      portal: { name: 'MyExample', description: 'See your records.', url: 'https://my.example.org/' },
    },
    {
      id: 'imaging',
      name: 'Example Imaging',
      website: 'https://imaging.example.org/',
      identifiers: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
      categories: ['imaging'],
      partOf: 'hospital',
      bases: [secondBase],
    },
  ],
}

const open = async () => publicApp(await testEnv({ config: { resourceServers, brands } }))
const of = (bundle: { entry: { resource: Record<string, unknown> }[] }, type: string) =>
  bundle.entry.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === type)

test('UB-04 UB-06 UB-07 UB-22 UB-26 the bundle is public, cacheable FHIR with a weak tag', async () => {
  const app = await open()
  const answer = await app.inject('/brands')
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/fhir+json'])
  expect(answer.headers['access-control-allow-origin']).toBe('*')
  expect(answer.headers.etag).toMatch(/^W\//)
  expect(answer.json()).toMatchObject({
    resourceType: 'Bundle',
    type: 'collection',
    timestamp: '2026-11-02T09:00:00Z',
    meta: { lastUpdated: '2026-11-02T09:00:00Z' },
  })
  const again = await app.inject({ url: '/brands', headers: { 'if-none-match': String(answer.headers.etag) } })
  expect([again.statusCode, again.body]).toEqual([304, ''])
})

test('UB-13 UB-31 ONC-10 every FHIR base is an endpoint of the profile', async () => {
  const endpoints = of((await (await open()).inject('/brands')).json(), 'Endpoint')
  expect(endpoints.map(({ address }) => address)).toEqual([testAudience, secondBase])
  expect(endpoints[0]).toEqual({
    resourceType: 'Endpoint',
    id: expect.any(String),
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/endpoint-fhir-version', valueCode: '4.0.1' }],
    status: 'active',
    connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'hl7-fhir-rest' },
    name: 'Hospital',
    contact: [{ system: 'url', value: 'https://www.example.org/developers' }],
    payloadType: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/endpoint-payload-type', code: 'none' }] },
    ],
    address: testAudience,
  })
})

test('UB-01 UB-02 UB-09 UB-23 UB-24 UB-27 UB-28 UB-29 UB-30 IX-13 IX-18 ONC-10 brands carry names, identifiers, portal and endpoints', async () => {
  const bundle = (await (await open()).inject('/brands')).json()
  const [hospital, imaging] = of(bundle, 'Organization')
  const references = of(bundle, 'Endpoint').map(({ id }) => ({ reference: `Endpoint/${id}` }))
  expect(of(bundle, 'Organization').map(({ id }) => id)).toEqual(brands.list.map(({ id }) => id))
  expect(hospital).toMatchObject({
    name: 'Example Hospital',
    alias: ['The Example'],
    identifier: [{ system: 'urn:ietf:rfc:3986', value: 'https://example.org' }],
    telecom: [{ system: 'url', value: 'https://www.example.org/patients' }],
    type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/organization-type', code: 'prov' }] }],
    address: [{ city: 'Springfield', state: 'IL', postalCode: '62701', country: 'US' }],
    endpoint: references,
  })
  const [brand, portal] = (hospital?.extension ?? []) as { url: string; extension: Record<string, unknown>[] }[]
  expect(brand?.url).toBe('http://hl7.org/fhir/StructureDefinition/organization-brand')
  expect(portal?.url).toBe('http://hl7.org/fhir/StructureDefinition/organization-portal')
  expect(portal?.extension.map(({ url }) => url)).toEqual([
    'portalName',
    'portalDescription',
    'portalUrl',
    'portalEndpoint',
    'portalEndpoint',
  ])
  expect(imaging).toMatchObject({
    partOf: { reference: 'Organization/hospital' },
    identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
    endpoint: references.slice(1),
  })
})

test('CF-17 CF-18 UB-12 UB-14 UB-15 UB-16 UB-17 discovery names the bundle and the one brand that is primary', async () => {
  const app = await open()
  const document = (await app.inject('/.well-known/smart-configuration')).json()
  expect(document.user_access_brand_bundle).toBe(`${testIssuer}/brands`)
  const identifier = document.user_access_brand_identifier
  expect(identifier).toEqual({ system: 'urn:ietf:rfc:3986', value: 'https://example.org' })
  const all = of((await app.inject('/brands')).json(), 'Organization').flatMap(({ identifier }) => identifier)
  expect(all.filter((one) => JSON.stringify(one) === JSON.stringify(identifier))).toHaveLength(1)
})

test('without brands nothing is served or advertised', async () => {
  const app = await publicApp(await testEnv())
  expect((await app.inject('/brands')).statusCode).toBe(404)
  expect((await app.inject('/.well-known/smart-configuration')).json()).not.toHaveProperty('user_access_brand_bundle')
})

const [hospital, imaging] = brands.list as [Brands['list'][number], Brands['list'][number]]
const chain = ['a', 'b', 'c', 'd'].map((id, index, all) => ({
  ...hospital,
  id,
  website: `https://${id}.example.org/`,
  ...(index === 0 ? {} : { partOf: String(all[index - 1]) }),
}))

const flawed: Readonly<Record<string, readonly [Brands['list'], RegExp]>> = {
  'two brands of one id': [[hospital, { ...imaging, id: 'hospital' }], /used twice/],
  'two brands of one identifier': [[hospital, { ...hospital, id: 'other' }], /names two brands/],
  'a parent that is not there': [[{ ...hospital, partOf: 'nobody' }], /not in the list/],
  'a circle': [[{ ...hospital, partOf: 'imaging' }, imaging], /steps deep/],
  'a chain of more than two steps': [chain, /steps deep/],
  'a base that is not ours': [[hospital, { ...imaging, bases: ['https://other.example/r4'] }], /not a FHIR base/],
  'a base without brand': [[imaging], /no brand serves|not in the list/],
  'a website without TLS': [[{ ...hospital, website: 'http://example.org/' }], /website/],
  'no brand at all': [[], /list/],
}

test.each(Object.entries(flawed))('UB-02 UB-17 UB-25 UB-30 %s is refused at start', (_name, [list, message]) => {
  const parse = () => parseConfig({ ...testConfigInput, resourceServers, brands: { ...brands, list } })
  expect(parse).toThrow(message)
})

test('UB-25 a chain of two steps is fine', () => {
  const parse = () =>
    parseConfig({ ...testConfigInput, resourceServers, brands: { ...brands, list: chain.slice(0, 3) } })
  expect(parse).not.toThrow()
})
