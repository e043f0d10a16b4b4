import { beforeAll, expect, test } from 'vitest'
import { type Fixture, fhirUrl, idsOf, openFixture } from '../packages/gateway/test/fixture.ts'
import { generateRecords } from '../sandbox/patients/generate.ts'
import { linksIn } from './boundary/judge.ts'
import { openMedplum } from './boundary/upstreams.ts'

/** How US Core apps and fhirclient read a chart, with a patient's token through the gateway to the sandbox's records. */
const patient = 'jose-rivera'
const categories = 'http://terminology.hl7.org/CodeSystem/observation-category'

let fixture: Fixture
beforeAll(async () => {
  const visible = generateRecords().map((record) => ({ ...record }))
  const { send } = await openMedplum({ visible, hidden: [], later: [] })
  fixture = openFixture({ env: { upstream: send, audit: async () => {} } })
})

const get = (path: string) => fixture.get(path, { patient, scope: 'patient/*.rs' })

const searches = [
  'AllergyIntolerance?clinical-status=http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical|active',
  'CarePlan?category=http://hl7.org/fhir/us/core/CodeSystem/careplan-category|assess-plan',
  'CareTeam?status=active',
  'Condition?category=http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item',
  'Coverage?',
  'Device?',
  'DiagnosticReport?category=LAB',
  'DocumentReference?category=clinical-note',
  'Encounter?date=ge2020-01-01',
  'Goal?lifecycle-status=active',
  'Immunization?status=completed',
  'MedicationRequest?intent=order&_include=MedicationRequest:medication',
  `Observation?category=${categories}|laboratory`,
  `Observation?category=${categories}|vital-signs&date=ge2020-01-01`,
  'Observation?code=http://loinc.org|4548-4,http://loinc.org|8867-4',
  'Procedure?',
  'QuestionnaireResponse?',
  'RelatedPerson?',
  'ServiceRequest?',
  'Specimen?',
  'Encounter?_revinclude=Provenance:target',
]

test.each(searches)('ONC-30: the US Core search %s is answered', async (search) => {
  for (const named of [patient, `Patient/${patient}`]) {
    const { status, body, text } = await get(`/${search}&patient=${encodeURIComponent(named)}`.replace('?&', '?'))
    expect(status, text).toBe(200)
    expect(idsOf(body).length).toBeGreaterThan(0)
  }
})

test('ONC-30: an include brings the Medication, and a reverse include brings the Provenance', async () => {
  const orders = await get(`/MedicationRequest?patient=${patient}&_include=MedicationRequest:medication`)
  expect(idsOf(orders.body).some((key) => key.startsWith('Medication/'))).toBe(true)
  const visits = await get(`/Encounter?patient=${patient}&_revinclude=Provenance:target`)
  expect(idsOf(visits.body).some((key) => key.startsWith('Provenance/'))).toBe(true)
})

test.each(['Practitioner', 'Organization', 'Location', 'PractitionerRole', 'Medication'])(
  'ONC-30: %s is read and searched with a patient’s token',
  async (type) => {
    const [key] = idsOf((await get(`/${type}?_count=1`)).body)
    expect((await get(`/${key}`)).status).toBe(200)
  },
)

test.each(['practitioner.identifier=x', 'practitioner.name=Mbeki'])(
  'ONC-30: the chained search PractitionerRole?%s is answered',
  async (chain) => {
    const { status, text } = await get(`/PractitionerRole?${chain}`)
    expect(status, text).toBe(200)
  },
)

test('ONC-30: pages lead through all of a chart, as fhirclient follows them with pageLimit 0, each record once', async () => {
  const whole = idsOf((await get(`/Encounter?patient=${patient}&_count=200`)).body)
  const found: string[] = []
  let path: string | undefined = `/Encounter?patient=${patient}&_count=4`
  while (path !== undefined) {
    const page = await get(path)
    expect(page.status).toBe(200)
    found.push(...idsOf(page.body))
    path = linksIn(page.text, fhirUrl).get('next')
  }
  expect(whole.length).toBeGreaterThan(4)
  expect(found.toSorted()).toEqual(whole)
})

test('ONC-30: every reference of a chart resolves, as fhirclient does it with resolveReferences', async () => {
  const { text } = await get(`/Encounter?patient=${patient}&_count=3`)
  const references = new Set([...text.matchAll(/"reference":"([A-Za-z]+\/[^"]+)"/g)].map(([, found]) => found))
  expect(references.size).toBeGreaterThan(1)
  for (const reference of references) expect((await get(`/${reference}`)).status, reference).toBe(200)
})

test('SC-18: the same search for another patient is refused', async () => {
  expect((await get('/Encounter?patient=ana-torres')).status).toBe(403)
})
