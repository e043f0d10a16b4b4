import type { Observation } from '@medplum/fhirtypes'
import { type Chart, type Visit, visitAround } from './chart.ts'
import { concept, snomed, systems } from './codes.ts'
import { type Measurement, observationCategories, observationRecord } from './observation.ts'
import { seededRandom } from './random.ts'

const jobs = [
  'Teacher',
  'Nurse aide',
  'Electrician',
  'Bus driver',
  'Bookkeeper',
  'Cook',
  'Software developer',
  'Carpenter',
  'Librarian',
  'Farmer',
]

function fact(measurement: Omit<Measurement, 'categories'>): Measurement {
  return { ...measurement, name: `social-${measurement.name}`, categories: [observationCategories.socialHistory] }
}

function smoking(chart: Chart, visit: Visit): Observation {
  const smoker = chart.courses.some(({ name }) => name === 'smoking')
  const former = !smoker && visit.age > 30 && seededRandom(`${chart.person.id}/smoking`).chance(0.3)
  const status = smoker
    ? snomed('449868002', 'Smokes tobacco daily')
    : former
      ? snomed('8517006', 'Ex-smoker')
      : snomed('266919005', 'Never smoked tobacco')
  return observationRecord(
    chart,
    visit,
    fact({
      name: 'smoking',
      profile: 'us-core-smokingstatus',
      code: ['72166-2', 'Tobacco smoking status'],
      found: { valueCodeableConcept: status },
    }),
  )
}

function sexAtBirth(chart: Chart, visit: Visit): Observation {
  const answer: readonly [code: string, display: string] =
    chart.person.sex === 'female' ? ['LA3-6', 'Female'] : ['LA2-8', 'Male']
  const found = { valueCodeableConcept: concept(systems.loinc, ...answer) }
  return observationRecord(
    chart,
    visit,
    fact({ name: 'sex', profile: 'us-core-simple-observation', code: ['76689-9', 'Sex assigned at birth'], found }),
  )
}

function occupation(chart: Chart, visit: Visit): Observation {
  const job = chart.age > 67 ? 'Retired' : seededRandom(`${chart.person.id}/job`).pick(jobs)
  return observationRecord(
    chart,
    visit,
    fact({
      name: 'occupation',
      profile: 'us-core-observation-occupation',
      code: ['11341-5', 'History of Occupation'],
      found: {
        valueCodeableConcept: { text: job },
      },
    }),
  )
}

function pregnancy(chart: Chart): readonly Observation[] {
  const active = chart.courses.find(({ name }) => name === 'pregnancy')
  if (active === undefined) return []
  const visit = visitAround(chart, active.began)
  const measurement = fact({
    name: 'pregnancy',
    profile: 'us-core-observation-pregnancystatus',
    code: ['82810-3', 'Pregnancy status'],
    found: {
      valueCodeableConcept: snomed('77386006', 'Pregnant'),
    },
  })
  return [observationRecord(chart, visit, { ...measurement, sensitivity: 'SEX' })]
}

/** Facts of a life that bear on health: smoking, work, pregnancy, sex assigned at birth. */
export function socialRecords(chart: Chart): readonly Observation[] {
  const checkUps = chart.visits.filter(({ kind }) => kind === 'check-up')
  const first = checkUps[0] ?? chart.latest
  const latest = checkUps.at(-1) ?? chart.latest
  return [
    sexAtBirth(chart, first),
    ...(latest.age < 13 ? [] : [smoking(chart, latest)]),
    ...(latest.age < 18 ? [] : [occupation(chart, latest)]),
    ...pregnancy(chart),
  ]
}
