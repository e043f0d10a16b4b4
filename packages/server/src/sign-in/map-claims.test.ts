import { expect, test } from 'vitest'
import { mapClaims } from './map-claims.ts'

const provider = {
  id: 'hospital',
  claims: {
    fhirUser: 'fhirUser',
    name: 'name',
    username: 'preferred_username',
    email: 'email',
    patients: 'patients',
  },
}
const servers = [
  { base: 'https://fhir.example/r4', name: 'x', kind: 'fhir', fhirVersion: '4.0.1', tokenForm: 'jwt' },
] as const

const link = (fhirUser: unknown) => mapClaims({ sub: 's', fhirUser }, provider, servers).link

test('a person of the provider has names of their own, never someone else’s here', () => {
  const claims = { sub: 's1', name: 'Ana Ruiz', preferred_username: 'ana', email: 'a@x', patients: ['p1', 7, ''] }
  expect(mapClaims(claims, provider, servers)).toEqual({
    name: 'Ana Ruiz',
    username: 'ana@hospital',
    email: 'a@x',
    patients: ['p1'],
  })
  expect(mapClaims({ sub: 's1' }, provider, servers)).toEqual({ name: 's1', username: 's1@hospital', patients: [] })
})

test.each([
  ['Patient/p1', 'patient'],
  ['RelatedPerson/r1', 'proxy'],
  ['Person/x', 'proxy'],
  ['Practitioner/d1', 'practitioner'],
  ['https://fhir.example/r4/Practitioner/d1', 'practitioner'],
])('ID-06 ID-08 IN-07 %s is a record here; the person is a %s', (claim, role) => {
  expect(link(claim)).toEqual({ fhirUser: claim.replace('https://fhir.example/r4/', ''), role })
})

test.each([
  'https://other.example/r4/Practitioner/d1',
  'https://fhir.example/r4x/Practitioner/d1',
  'Device/1',
  'PractitionerRole/1',
  'Practitioner/d1/_history/1',
  'Practitioner/../Patient/p1',
  'Practitioner/',
  'toString/1',
  ['Practitioner/d1'],
  undefined,
])('ID-06 IN-07 %j links to nobody', (claim) => {
  expect(link(claim)).toBeUndefined()
})
