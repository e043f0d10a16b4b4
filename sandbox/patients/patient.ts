import type { Address, Extension, HumanName, Identifier, Patient } from '@medplum/fhirtypes'
import type { Chart } from './chart.ts'
import { coding, hl7, recordMeta, refer, systems } from './codes.ts'
import { seededRandom } from './random.ts'
import { clinicianOf, writtenOn } from './record.ts'

const CORE = 'http://hl7.org/fhir/us/core/StructureDefinition'
/** The system of the hospital's own record numbers. */
const RECORD_NUMBERS = 'https://riverbend.example/record-numbers'

const streets = [
  'Maple Street',
  'River Road',
  'Cedar Avenue',
  'Mill Lane',
  'Orchard Street',
  'Harbor Drive',
  'Union Street',
]

/** Home address of a household: people who share a family name live together. */
export function homeOf(household: string): Address {
  const random = seededRandom(`${household}/home`)
  return {
    use: 'home',
    line: [`${random.whole(3, 480)} ${random.pick(streets)}`],
    city: 'Riverbend',
    state: 'MA',
    postalCode: `0136${random.whole(0, 9)}`,
    country: 'US',
  }
}

/** A telephone number of the range reserved for fiction. */
export function phoneOf(seed: string): string {
  return `+1 413 555 01${String(seededRandom(`${seed}/phone`).whole(0, 99)).padStart(2, '0')}`
}

function names({ person }: Chart): HumanName[] {
  const official: HumanName = { use: 'official', family: person.family, given: [...person.given] }
  return person.native === undefined ? [official] : [official, { use: 'usual', text: person.native }]
}

function identifiers({ person }: Chart): Identifier[] {
  const number = seededRandom(`${person.id}/number`).whole(100_000, 999_999)
  return [
    { use: 'usual', type: hl7('v2-0203', 'MR', 'Medical record number'), system: RECORD_NUMBERS, value: `${number}` },
  ]
}

function ombExtension(name: 'race' | 'ethnicity', code: string, display: string): Extension {
  return {
    url: `${CORE}/us-core-${name}`,
    extension: [
      { url: 'ombCategory', valueCoding: coding(systems.omb, code, display) },
      { url: 'text', valueString: display },
    ],
  }
}

function demographics({ person }: Chart): Extension[] {
  const [code, display] = person.culture.race
  const ethnicity: readonly [code: string, display: string] = person.culture.hispanic
    ? ['2135-2', 'Hispanic or Latino']
    : ['2186-5', 'Not Hispanic or Latino']
  return [
    ombExtension('race', code, display),
    ombExtension('ethnicity', ...ethnicity),
    { url: `${CORE}/us-core-birthsex`, valueCode: person.sex === 'female' ? 'F' : 'M' },
  ]
}

function maritalStatus({ person, age }: Chart): Pick<Patient, 'maritalStatus'> {
  if (age < 18) return {}
  const married = person.relatives.some(({ role }) => role === 'SPS')
  return {
    maritalStatus: married ? hl7('v3-MaritalStatus', 'M', 'Married') : hl7('v3-MaritalStatus', 'S', 'Never Married'),
  }
}

/** The Patient resource of a chart (US Core Patient). */
export function patientRecord(chart: Chart): Patient {
  const { person } = chart
  const [tag, language] = person.culture.language
  return {
    resourceType: 'Patient',
    id: person.id,
    meta: recordMeta({
      profiles: ['us-core-patient'],
      written: writtenOn(chart.latest.day),
    }),
    extension: demographics(chart),
    identifier: identifiers(chart),
    active: true,
    name: names(chart),
    telecom: [
      { system: 'phone', value: phoneOf(person.id), use: 'mobile' },
      ...(chart.age < 16 ? [] : [{ system: 'email' as const, value: `${person.id}@mail.example` }]),
    ],
    gender: person.sex,
    birthDate: person.born,
    address: [homeOf(person.family)],
    ...maritalStatus(chart),
    communication: [
      { language: { coding: [coding('urn:ietf:bcp:47', tag, language)], text: language }, preferred: true },
    ],
    generalPractitioner: [clinicianOf(chart.visits[0]?.by ?? 'family')],
    managingOrganization: refer('Organization', 'riverbend-hospital', 'Riverbend General Hospital'),
  }
}
