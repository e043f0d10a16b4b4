import type { Immunization } from '@medplum/fhirtypes'
import { addDays, addMonths, ageOn, type Day, daysBetween, TODAY } from './calendar.ts'
import { type Chart, visitAround } from './chart.ts'
import { concept, recordMeta, refer, snomed, systems } from './codes.ts'
import { seededRandom } from './random.ts'
import { clinicianOf, encounterOf, patientOf, writtenOn } from './record.ts'
import { adulthood, childhood, influenza, tetanus, type Vaccine } from './vaccines.data.ts'

/** One injection that was due and given. */
type Dose = { readonly vaccine: Vaccine; readonly day: Day; readonly number: number }

const INFLUENZA_YEARS = 4
const TETANUS_YEARS = 10
/** A visit within this many days of a dose is where the dose was given. */
const SAME_VISIT_DAYS = 5

function childhoodDoses({ person }: Chart): readonly Dose[] {
  return childhood.map(([months, vaccine, number]) => ({
    vaccine,
    day: months === 0 ? addDays(person.born, 1) : addDays(addMonths(person.born, months), 3),
    number,
  }))
}

function adultDoses({ person, age }: Chart): readonly Dose[] {
  const once = adulthood.map(([years, vaccine, number]) => ({
    vaccine,
    day: addDays(person.born, Math.round(years * 365.25) + 40),
    number,
  }))
  const last = Math.floor((age - 18) / TETANUS_YEARS) * TETANUS_YEARS + 18
  const booster = { vaccine: tetanus, day: addMonths(person.born, last * 12 + 2), number: 1 }
  return [...once.filter(({ day }) => day >= '2018-01-01'), booster]
}

function influenzaDoses(chart: Chart): readonly Dose[] {
  const random = seededRandom(`${chart.person.id}/influenza`)
  const doses: Dose[] = []
  for (let year = 0; year < INFLUENZA_YEARS; year++) {
    const day = `${2026 - year}-10-${String(random.whole(1, 28)).padStart(2, '0')}`
    if (ageOn(chart.person.born, day) >= 0.5 && random.chance(0.75)) doses.push({ vaccine: influenza, day, number: 1 })
  }
  return doses
}

function immunization(chart: Chart, { vaccine, day, number }: Dose): Immunization {
  const visit = visitAround(chart, addDays(day, -SAME_VISIT_DAYS))
  const near = Math.abs(daysBetween(visit.day, day)) <= SAME_VISIT_DAYS
  const given = near ? visit.day : day
  const lot = seededRandom(`${chart.person.id}/${vaccine.cvx}/${day}`)
  return {
    resourceType: 'Immunization',
    id: `${chart.person.id}-cvx${vaccine.cvx}-${given}`,
    meta: recordMeta({ profiles: ['us-core-immunization'], written: writtenOn(given) }),
    status: 'completed',
    vaccineCode: concept(systems.cvx, vaccine.cvx, vaccine.display),
    patient: patientOf(chart),
    ...(near ? { encounter: encounterOf(visit) } : {}),
    occurrenceDateTime: given,
    primarySource: near,
    ...(near ? {} : { reportOrigin: { text: 'Vaccination card' } }),
    location: refer('Location', chart.age < 18 ? 'childrens-clinic' : 'primary-care'),
    lotNumber: `RB${lot.whole(10_000, 99_999)}`,
    site: snomed('368209003', 'Right upper arm structure'),
    performer: [{ actor: clinicianOf('nurse') }],
    protocolApplied: [{ doseNumberPositiveInt: number }],
  }
}

/** The vaccines of a chart: children by the schedule, adults boosters, everyone influenza in most years (US Core Immunization). */
export function immunizationRecords(chart: Chart): readonly Immunization[] {
  const due = chart.age < 18 ? childhoodDoses(chart) : adultDoses(chart)
  const given = [...due, ...influenzaDoses(chart)].filter(({ day }) => day <= TODAY)
  return [...new Map(given.map((dose) => immunization(chart, dose)).map((one) => [one.id, one])).values()]
}
