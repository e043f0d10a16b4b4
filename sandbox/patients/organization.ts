import type { Location, Organization, Practitioner, PractitionerRole, Resource } from '@medplum/fhirtypes'
import { coding, hl7, recordMeta, refer, systems } from './codes.ts'
import { payers } from './coverage.ts'
import { seededRandom } from './random.ts'
import { clinicianName, writtenOn } from './record.ts'
import { type Clinician, places, staff } from './staff.data.ts'

const OPENED = '2019-03-04'

/** A made-up National Provider Identifier with its right check digit (Luhn over 80840 + nine digits). */
export function npi(seed: string): string {
  const body = `1${seededRandom(`${seed}/npi`).whole(10_000_000, 99_999_999)}`
  const digits = [...`80840${body}`].map(Number).reverse()
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? digit * 2 : digit
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return `${body}${(10 - (sum % 10)) % 10}`
}

function organization(id: string, name: string, type: readonly [code: string, display: string]): Organization {
  return {
    resourceType: 'Organization',
    id,
    meta: recordMeta({ profiles: ['us-core-organization'], written: writtenOn(OPENED) }),
    identifier: [{ system: systems.npi, value: npi(id) }],
    active: true,
    type: [hl7('organization-type', ...type)],
    name,
    telecom: [{ system: 'phone', value: '+1 413 555 0100' }],
    address: [{ line: ['1 Riverbend Way'], city: 'Riverbend', state: 'MA', postalCode: '01360', country: 'US' }],
  }
}

function practitioner(clinician: Clinician): Practitioner {
  return {
    resourceType: 'Practitioner',
    id: clinician.id,
    meta: recordMeta({ profiles: ['us-core-practitioner'], written: writtenOn(OPENED) }),
    identifier: [{ system: systems.npi, value: npi(clinician.id) }],
    active: true,
    name: [{ use: 'official', family: clinician.family, given: [clinician.given], prefix: [clinician.prefix] }],
    telecom: [{ system: 'email', value: `${clinician.id}@riverbend.example` }],
    gender: clinician.sex,
  }
}

function practitionerRole(clinician: Clinician): PractitionerRole {
  return {
    resourceType: 'PractitionerRole',
    id: `${clinician.id}-role`,
    meta: recordMeta({ profiles: ['us-core-practitionerrole'], written: writtenOn(OPENED) }),
    active: true,
    practitioner: refer('Practitioner', clinician.id, clinicianName(clinician)),
    organization: refer('Organization', 'riverbend-hospital', 'Riverbend General Hospital'),
    code: [hl7('practitioner-role', clinician.prefix === 'Dr.' ? 'doctor' : 'nurse')],
    specialty: [{ coding: [coding(systems.nucc, ...clinician.specialty)], text: clinician.specialty[1] }],
    location: [refer('Location', clinician.clinic, places[clinician.clinic])],
    telecom: [{ system: 'phone', value: '+1 413 555 0100' }],
  }
}

function location([id, name]: readonly [string, string]): Location {
  return {
    resourceType: 'Location',
    id,
    meta: recordMeta({ profiles: ['us-core-location'], written: writtenOn(OPENED) }),
    status: 'active',
    name,
    mode: 'instance',
    telecom: [{ system: 'phone', value: '+1 413 555 0100' }],
    address: { line: ['1 Riverbend Way'], city: 'Riverbend', state: 'MA', postalCode: '01360', country: 'US' },
    physicalType: hl7(
      'location-physical-type',
      id === 'riverbend-main' ? 'bu' : 'wa',
      id === 'riverbend-main' ? 'Building' : 'Ward',
    ),
    managingOrganization: refer('Organization', 'riverbend-hospital', 'Riverbend General Hospital'),
  }
}

/** The hospital itself: organizations, places and the people who work there. */
export function organizationRecords(): readonly Resource[] {
  const clinicians: readonly Clinician[] = Object.values(staff)
  return [
    organization('riverbend-hospital', 'Riverbend General Hospital', ['prov', 'Healthcare Provider']),
    organization('riverbend-laboratory', 'Riverbend Laboratory', ['dept', 'Hospital Department']),
    organization('riverbend-pharmacy', 'Riverbend Pharmacy', ['dept', 'Hospital Department']),
    ...payers.map(({ id, name }) => organization(id, name, ['pay', 'Payer'])),
    ...Object.entries(places).map(location),
    ...clinicians.map(practitioner),
    ...clinicians.map(practitionerRole),
  ]
}
