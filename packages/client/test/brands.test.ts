import { discover } from '@gatehouse/client'
import { brandOfServer, parseBrands, readBrands, searchBrands } from '@gatehouse/client/brands'
import { expect, test } from 'vitest'
import { json, smartServer } from './smart-server.ts'
import { refusal, testApp, testPlatform } from './test-app.ts'

const profile = 'http://hl7.org/fhir/StructureDefinition'
const organization = (id: string, name: string, over: object = {}) => ({
  fullUrl: `https://brands.example/Organization/${id}`,
  resource: {
    resourceType: 'Organization',
    id,
    name,
    identifier: [{ system: 'urn:ietf:rfc:3986', value: `https://${id}.example` }],
    telecom: [
      { system: 'phone', value: '1' },
      { system: 'url', value: `https://${id}.example` },
    ],
    endpoint: [{ reference: `Endpoint/${id}` }],
    ...over,
  },
})
const endpoint = (id: string, address: string) => ({
  fullUrl: `https://brands.example/Endpoint/${id}`,
  resource: {
    resourceType: 'Endpoint',
    id,
    status: 'active',
    name: 'Patients’ FHIR',
    address,
    extension: [{ url: `${profile}/endpoint-fhir-version`, valueCode: '4.0.1' }],
  },
})
const bundle = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    organization('riverbend', 'Riverbend General Hospital', {
      alias: ['RGH', 7],
      address: [{ line: ['1 Main St'], city: 'Springfield', state: 'IL', postalCode: '62701' }],
      extension: [
        {
          url: `${profile}/organization-brand`,
          extension: [{ url: 'brandLogo', valueUrl: 'https://riverbend.example/l.svg' }],
        },
        { url: `${profile}/organization-portal`, extension: [{ url: 'portalName', valueString: 'MyRiver' }] },
      ],
    }),
    organization('clinic', 'Clínica del Río', { partOf: { reference: 'Organization/riverbend' } }),
    endpoint('riverbend', 'https://ehr.example/fhir'),
    endpoint('clinic', 'ftp://ehr.example/fhir'),
    { resource: { resourceType: 'Patient', id: 'x' } },
    null,
  ],
}

test('UB-19 UB-23 UB-27 UB-28 brands are read with what people know them by; what is none is left out', () => {
  const brands = parseBrands(bundle)
  expect(brands.map(({ id }) => id)).toEqual(['riverbend', 'clinic'])
  expect(brands[0]).toEqual({
    id: 'riverbend',
    name: 'Riverbend General Hospital',
    aliases: ['RGH'],
    website: 'https://riverbend.example',
    logo: 'https://riverbend.example/l.svg',
    portalName: 'MyRiver',
    places: ['1 Main St, Springfield, IL 62701'],
    identifiers: [{ system: 'urn:ietf:rfc:3986', value: 'https://riverbend.example' }],
    servers: [{ fhirBase: 'https://ehr.example/fhir', name: 'Patients’ FHIR', fhirVersions: ['4.0.1'] }],
  })
  expect(brands[1]).toMatchObject({ partOf: 'riverbend', servers: [] })
  expect(() => parseBrands({ resourceType: 'Patient' })).toThrow(/Bundle/)
})

test('people find a brand by part of its name, alias, portal or place, without its accents', () => {
  const brands = parseBrands(bundle)
  const found = (words: string): readonly string[] => searchBrands(brands, words).map(({ id }) => id)
  expect(found('rgh')).toEqual(['riverbend'])
  expect(found('clinica rio')).toEqual(['clinic'])
  expect(found('springfield')).toEqual(['riverbend'])
  expect(found('myriver')).toEqual(['riverbend'])
  expect(found('ri')).toEqual(['riverbend', 'clinic'])
  expect(found('nowhere')).toEqual([])
})

test('UB-18 a known list is asked for by its tag and kept when unchanged', async () => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server]))
  server.script.intercept = ({ headers }) =>
    headers.get('if-none-match') === 'W/"1"'
      ? new Response(null, { status: 304 })
      : json(bundle, 200, { etag: 'W/"1"' })
  const first = await readBrands(app, `${server.issuer}/brands`)
  expect(first.brands).toHaveLength(2)
  expect(await readBrands(app, `${server.issuer}/brands`, first)).toBe(first)
  expect(server.sent.map(({ headers }) => headers.get('authorization'))).toEqual([null, null])
  server.script.intercept = () => new Response('<html>')
  expect(await refusal(readBrands(app, `${server.issuer}/brands`))).toMatchObject({ reason: 'discovery-invalid' })
  server.script.intercept = () => json({}, 500)
  expect(await refusal(readBrands(app, `${server.issuer}/brands`))).toMatchObject({ reason: 'discovery-failed' })
  expect(await refusal(readBrands(app, 'http://ehr.example/brands'))).toMatchObject({ reason: 'insecure-url' })
})

test('UB-14 UB-17 a server’s own brand is the one it names, else the only one with its address', async () => {
  const server = smartServer()
  const app = testApp(server, testPlatform([server]))
  const brands = parseBrands(bundle)
  expect(brandOfServer(await discover(app, server.fhirBase), brands)?.id).toBe('riverbend')
  const named = (value: string) => ({ system: 'urn:ietf:rfc:3986', value })
  server.script.configuration = { user_access_brand_identifier: named('https://clinic.example') }
  expect(brandOfServer(await discover(app, server.fhirBase), brands)?.id).toBe('clinic')
  server.script.configuration = { user_access_brand_identifier: named('https://other.example') }
  expect(brandOfServer(await discover(app, server.fhirBase), brands)).toBeUndefined()
})
