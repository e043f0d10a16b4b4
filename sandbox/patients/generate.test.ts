import { createHash } from 'node:crypto'
import type { Observation, Resource } from '@medplum/fhirtypes'
import { expect, test } from 'vitest'
import { ageOn, TODAY } from './calendar.ts'
import { generateRecords } from './generate.ts'
import { observationCategories } from './observation.ts'
import { npi } from './organization.ts'
import { people } from './people.data.ts'

const records = generateRecords()
const byReference = new Map(records.map((record) => [`${record.resourceType}/${record.id}`, record]))
const patients = people.map(({ id }) => id)

function nodes(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.flatMap(nodes)
  if (typeof value !== 'object' || value === null) return []
  const node: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(value))
  return [node, ...Object.values(node).flatMap(nodes)]
}

const texts = (resource: Resource, name: string): readonly string[] =>
  nodes(resource).flatMap((node) => (typeof node[name] === 'string' ? [node[name]] : []))

const perPatient = new Map<string, Resource[]>(patients.map((id) => [id, []]))
for (const record of records) {
  const owner = patients.find((id) => record.id === id || record.id?.startsWith(`${id}-`))
  if (owner !== undefined) perPatient.get(owner)?.push(record)
}

test('the same records come out of every run', () => {
  const hash = (all: readonly Resource[]) => createHash('sha256').update(JSON.stringify(all)).digest('hex')
  expect(hash(generateRecords())).toBe(hash(records))
  expect(JSON.stringify(records)).not.toContain('undefined')
})

test('at least 60 patients from birth to 95 years, from at least 20 cultures, half of them children or old people', () => {
  const ages = people.map(({ born }) => ageOn(born, TODAY))
  expect(people.length).toBeGreaterThanOrEqual(60)
  expect(Math.min(...ages)).toBeLessThan(0.1)
  expect(Math.floor(Math.max(...ages))).toBe(95)
  expect(new Set(people.map(({ culture }) => culture)).size).toBeGreaterThanOrEqual(20)
  expect(ages.filter((age) => age < 18).length).toBeGreaterThanOrEqual(15)
})

const families = [
  'Patient',
  'RelatedPerson',
  'Coverage',
  'Encounter',
  'Condition',
  'Observation',
  'MedicationRequest',
  'MedicationDispense',
  'AllergyIntolerance',
  'Immunization',
  'Procedure',
  'DiagnosticReport',
  'DocumentReference',
  'Binary',
  'CarePlan',
  'CareTeam',
  'Goal',
  'Device',
  'Provenance',
  'Specimen',
  'ServiceRequest',
  'QuestionnaireResponse',
  'FamilyMemberHistory',
]

test('every patient has records of every family', () => {
  const missing = patients.flatMap((id) => {
    const types = new Set(perPatient.get(id)?.map(({ resourceType }) => resourceType))
    return families
      .filter((family) => !types.has(family as Resource['resourceType']))
      .map((family) => `${id}: ${family}`)
  })
  expect(missing).toEqual([])
  for (const type of ['ImagingStudy', 'Medication', 'Practitioner', 'PractitionerRole', 'Organization', 'Location']) {
    expect(
      records.some(({ resourceType }) => resourceType === type),
      type,
    ).toBe(true)
  }
})

const categoryKeys = (resource: Resource): readonly string[] =>
  resource.resourceType === 'Condition' || resource.resourceType === 'Observation'
    ? (resource.category ?? []).flatMap(({ coding }) => (coding ?? []).map(({ system, code }) => `${system}|${code}`))
    : []

test('ONC-27 every patient has conditions of the three categories, in exactly the systems of granular scopes', () => {
  for (const id of patients) {
    const keys = new Set(
      perPatient
        .get(id)
        ?.filter((one) => one.resourceType === 'Condition')
        .flatMap(categoryKeys),
    )
    expect([...keys].sort(), id).toEqual([
      'http://hl7.org/fhir/us/core/CodeSystem/condition-category|health-concern',
      'http://terminology.hl7.org/CodeSystem/condition-category|encounter-diagnosis',
      'http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item',
    ])
  }
})

test('ONC-28 every patient has observations of the categories, in exactly the systems of granular scopes', () => {
  for (const id of patients) {
    const keys = new Set(
      perPatient
        .get(id)
        ?.filter((one) => one.resourceType === 'Observation')
        .flatMap(categoryKeys),
    )
    expect([...keys].sort(), id).toEqual([
      'http://hl7.org/fhir/us/core/CodeSystem/us-core-category|sdoh',
      'http://terminology.hl7.org/CodeSystem/observation-category|laboratory',
      'http://terminology.hl7.org/CodeSystem/observation-category|social-history',
      'http://terminology.hl7.org/CodeSystem/observation-category|survey',
      'http://terminology.hl7.org/CodeSystem/observation-category|vital-signs',
    ])
  }
  expect(Object.keys(observationCategories)).toHaveLength(5)
})

test('every id is legal and used once, every reference and attachment leads to a record', () => {
  expect(byReference.size).toBe(records.length)
  for (const { id } of records) expect(id).toMatch(/^[A-Za-z0-9\-.]{1,64}$/)
  const dangling = records.flatMap((record) => {
    const urls = texts(record, 'url').filter((url) => url.startsWith('Binary/'))
    return [...texts(record, 'reference'), ...urls].filter((reference) => !byReference.has(reference))
  })
  expect(dangling).toEqual([])
})

test('codes come from the named systems only, and look like codes of their system', () => {
  const patterns: Readonly<Record<string, RegExp>> = {
    'http://loinc.org': /^(\d{1,6}-\d|LA\d+-\d|LP\d+-\d)$/,
    'http://snomed.info/sct': /^\d{6,18}$/,
    'http://www.nlm.nih.gov/research/umls/rxnorm': /^\d{5,7}$/,
    'http://hl7.org/fhir/sid/cvx': /^\d{2,3}$/,
    'http://hl7.org/fhir/sid/icd-10-cm': /^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/,
  }
  const open = [
    'http://terminology.hl7.org/CodeSystem/',
    'http://hl7.org/fhir/us/core/CodeSystem/',
    'http://unitsofmeasure.org',
    'http://nucc.org/provider-taxonomy',
    'urn:oid:2.16.840.1.113883.6.238',
    'urn:ietf:bcp:47',
    'urn:ietf:rfc:3986',
    'http://dicom.nema.org/resources/ontology/DCM',
    'http://ihe.net/fhir/ihe.formatcode',
  ]
  const wrong = records.flatMap((record) =>
    nodes(record).flatMap(({ system, code }) => {
      if (typeof system !== 'string' || typeof code !== 'string') return []
      const pattern = patterns[system]
      const fine = pattern === undefined ? open.some((start) => system.startsWith(start)) : pattern.test(code)
      return fine ? [] : [`${record.id}: ${system}|${code}`]
    }),
  )
  expect([...new Set(wrong)]).toEqual([])
})

test('CON-32 sensitive courses label everything they lead to', () => {
  const labels = new Set(records.flatMap((record) => (record.meta?.security ?? []).map(({ code }) => code)))
  for (const code of ['MH', 'PSY', 'OPIOIDUD', 'ETHUD', 'HIV', 'SEX', 'SDV', 'GDIS', 'R'])
    expect(labels, code).toContain(code)
  const hiv = records.filter(({ meta }) => meta?.security?.some(({ code }) => code === 'HIV'))
  expect(new Set(hiv.map(({ resourceType }) => resourceType))).toEqual(
    new Set([
      'Encounter',
      'Condition',
      'Observation',
      'ServiceRequest',
      'DiagnosticReport',
      'MedicationRequest',
      'MedicationDispense',
      'DocumentReference',
      'Binary',
      'Goal',
      'CarePlan',
    ]),
  )
  expect(hiv.every(({ id }) => id?.startsWith('rafael-silva-'))).toBe(true)
})

const values = (patient: string, loinc: string): readonly number[] =>
  (perPatient.get(patient) ?? [])
    .filter((one): one is Observation => one.resourceType === 'Observation')
    .filter(({ code }) => code.coding?.[0]?.code === loinc)
    .sort((a, b) => ((a.effectiveDateTime ?? '') < (b.effectiveDateTime ?? '') ? -1 : 1))
    .flatMap(({ valueQuantity }) => (valueQuantity?.value === undefined ? [] : [valueQuantity.value]))

test('illness takes its course: diabetes gets better, kidneys get worse, children grow', () => {
  const sugar = values('jose-rivera', '4548-4')
  expect(sugar[0]).toBeGreaterThan(8)
  expect(sugar.at(-1)).toBeLessThan(7.6)
  const kidney = values('dolores-yazzie', '98979-8')
  expect(kidney[0]).toBeGreaterThan((kidney.at(-1) ?? 0) + 5)
  const height = values('lucia-torres', '8302-2')
  expect(height.length).toBeGreaterThan(8)
  expect(height.at(-1)).toBeGreaterThan((height[0] ?? 0) * 1.5)
})

test('nothing happens before birth or after the last day', () => {
  const late = records.filter((record) =>
    [
      'effectiveDateTime',
      'performedDateTime',
      'occurrenceDateTime',
      'authoredOn',
      'onsetDateTime',
      'recordedDate',
    ].some((name) => texts(record, name).some((moment) => moment.slice(0, 10) > TODAY)),
  )
  expect(late.map(({ id }) => id)).toEqual([])
  for (const person of people) {
    const days = perPatient
      .get(person.id)
      ?.flatMap((one) => (one.resourceType === 'Encounter' ? [one.period?.start ?? ''] : []))
    expect(
      days?.every((day) => day.slice(0, 10) >= person.born),
      person.id,
    ).toBe(true)
  }
})

test('two parents act for two children, and some people are in the clinic right now', () => {
  for (const child of ['mateo-torres', 'lucia-torres']) {
    const guardians = perPatient
      .get(child)
      ?.filter((one) => one.resourceType === 'RelatedPerson' && JSON.stringify(one).includes('GUARD'))
    expect(guardians).toHaveLength(2)
  }
  const now = records.filter((one) => one.resourceType === 'Encounter' && one.status === 'in-progress')
  expect(now.length).toBeGreaterThanOrEqual(3)
})

test('provider identifiers carry a right check digit', () => {
  const luhn = (digits: string): number =>
    [...digits].reverse().reduce((sum, digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
      return sum + (value > 9 ? value - 9 : value)
    }, 0)
  for (const seed of ['dr-grace-mbeki', 'riverbend-hospital', 'payer-state']) {
    expect(npi(seed)).toMatch(/^1\d{9}$/)
    expect(luhn(`80840${npi(seed)}`) % 10).toBe(0)
  }
})
