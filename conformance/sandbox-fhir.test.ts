import { validateResource } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryJournal } from '../sandbox/fhir/journal.ts'
import { type FhirServer, startFhirServer } from '../sandbox/fhir-server.ts'
import { generateRecords } from '../sandbox/patients/generate.ts'

const records = generateRecords()
const ofPatient = (type: string, id: string) =>
  records.filter((one) => one.resourceType === type && JSON.stringify(one).includes(`"Patient/${id}"`))

let server: FhirServer
beforeAll(async () => {
  server = await startFhirServer({ port: 0, records: () => records, journal: memoryJournal(), credential: 'k' })
})
afterAll(() => server.close())

async function found(query: string): Promise<readonly string[]> {
  const response = await fetch(`${server.fhirBase}/${query}${query.includes('?') ? '&' : '?'}_count=1000`, {
    headers: { authorization: 'Bearer k', prefer: 'handling=strict' },
  })
  const bundle = await response.json()
  expect(response.status, JSON.stringify(bundle)).toBe(200)
  const entries: readonly { search: { mode: string }; resource: Resource }[] = bundle.entry ?? []
  return entries.filter(({ search }) => search.mode === 'match').map(({ resource }) => resource.id ?? '')
}

test('every generated record is legal R4', () => {
  for (const record of records) validateResource(record)
})

const id = 'jose-rivera'
const O = 'http://terminology.hl7.org/CodeSystem/observation-category'
const C = 'http://terminology.hl7.org/CodeSystem/condition-category'
const holds = (text: string) => (one: Resource) => JSON.stringify(one).includes(text)

/** US Core's required searches, each with the records that it must find. */
const searches: readonly (readonly [query: string, type: string, matches: (one: Resource) => boolean])[] = [
  ['AllergyIntolerance?patient=', 'AllergyIntolerance', () => true],
  [
    'CarePlan?category=http://hl7.org/fhir/us/core/CodeSystem/careplan-category|assess-plan&patient=',
    'CarePlan',
    () => true,
  ],
  ['CareTeam?status=active&patient=', 'CareTeam', () => true],
  ['Condition?patient=', 'Condition', () => true],
  [`Condition?category=${C}|problem-list-item&patient=`, 'Condition', holds('"problem-list-item"')],
  [
    'Condition?category=http://hl7.org/fhir/us/core/CodeSystem/condition-category|health-concern&patient=',
    'Condition',
    holds('"health-concern"'),
  ],
  ['Condition?clinical-status=active&patient=', 'Condition', holds('"active"')],
  [
    'Condition?encounter=Encounter/jose-rivera-2022-05-30&patient=',
    'Condition',
    holds('Encounter/jose-rivera-2022-05-30'),
  ],
  ['Coverage?patient=', 'Coverage', () => true],
  ['Device?patient=', 'Device', () => true],
  ['DiagnosticReport?category=LAB&patient=', 'DiagnosticReport', holds('"LAB"')],
  ['DiagnosticReport?code=http://loinc.org|57698-3&patient=', 'DiagnosticReport', holds('57698-3')],
  ['DocumentReference?type=http://loinc.org|11506-3&patient=', 'DocumentReference', holds('11506-3')],
  ['DocumentReference?category=clinical-note&patient=', 'DocumentReference', () => true],
  ['Encounter?patient=', 'Encounter', () => true],
  ['Encounter?date=ge2026-01-01&patient=', 'Encounter', ({ id: name }) => (name ?? '') > 'jose-rivera-2026'],
  ['Encounter?class=AMB&patient=', 'Encounter', holds('"AMB"')],
  ['Goal?lifecycle-status=active&patient=', 'Goal', holds('"active"')],
  ['Immunization?status=completed&patient=', 'Immunization', () => true],
  ['MedicationDispense?patient=', 'MedicationDispense', () => true],
  ['MedicationRequest?intent=order&status=active&patient=', 'MedicationRequest', holds('"active"')],
  [`Observation?category=${O}|laboratory&patient=`, 'Observation', holds('"laboratory"')],
  [
    `Observation?category=${O}|vital-signs&date=ge2026-01-01&patient=`,
    'Observation',
    (one) => holds('"vital-signs"')(one) && (one.id ?? '') > 'jose-rivera-2026',
  ],
  ['Observation?code=http://loinc.org|4548-4&patient=', 'Observation', holds('"4548-4"')],
  ['Procedure?patient=', 'Procedure', () => true],
  ['RelatedPerson?patient=', 'RelatedPerson', () => true],
  ['ServiceRequest?category=http://snomed.info/sct|108252007&patient=', 'ServiceRequest', () => true],
  ['Specimen?patient=', 'Specimen', () => true],
  ['QuestionnaireResponse?patient=', 'QuestionnaireResponse', () => true],
]

for (const [query, type, matches] of searches) {
  test(`ONC-30 the search ${query}… finds what it must and nothing else`, async () => {
    const expected = ofPatient(type, id)
      .filter(matches)
      .map(({ id: name }) => name)
    expect(expected.length).toBeGreaterThan(0)
    expect((await found(`${query}Patient/${id}`)).toSorted()).toEqual(expected.toSorted())
  })
}

test('ONC-30 people and places are found by name, birth date, identifier and address', async () => {
  expect(await found('Patient?name=Rivera&gender=male')).toEqual([id])
  expect(await found('Patient?birthdate=1974-01-19')).toEqual([id])
  expect(await found('Patient?family=Torres&given=Lucía')).toHaveLength(2)
  expect(await found('Practitioner?name=Mbeki')).toEqual(['dr-grace-mbeki'])
  expect(await found('Location?address-city=Riverbend')).toHaveLength(9)
  expect(await found('Organization?name=Laboratory')).toEqual(['riverbend-laboratory'])
})

test('included and reverse included records come along', async () => {
  const response = await fetch(
    `${server.fhirBase}/MedicationRequest?patient=${id}&_include=MedicationRequest:medication&_revinclude=Provenance:target`,
    { headers: { authorization: 'Bearer k' } },
  )
  const types = (await response.json()).entry.map(({ resource }: { resource: Resource }) => resource.resourceType)
  expect(new Set(types)).toEqual(new Set(['MedicationRequest', 'Medication', 'Provenance']))
})
