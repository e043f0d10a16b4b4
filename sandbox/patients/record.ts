import type { Encounter, Patient, Practitioner, Reference } from '@medplum/fhirtypes'
import { atTime } from './calendar.ts'
import type { Chart, Visit } from './chart.ts'
import { refer } from './codes.ts'
import { hashText } from './random.ts'
import { type Clinician, type StaffName, staff } from './staff.data.ts'

/** The reference to a chart's Patient. */
export function patientOf(chart: Chart): Reference<Patient> {
  return refer('Patient', chart.person.id, chart.name)
}

/** The reference to a visit's Encounter. */
export function encounterOf(visit: Visit): Reference<Encounter> {
  return refer('Encounter', visit.id)
}

/** The full name of a clinician as it is displayed: `Dr. Grace Mbeki`. */
export function clinicianName({ prefix, given, family }: Clinician): string {
  return `${prefix} ${given} ${family}`
}

/** The reference to a clinician's Practitioner. */
export function clinicianOf(name: StaffName): Reference<Practitioner> {
  return refer('Practitioner', staff[name].id, clinicianName(staff[name]))
}

/** When a visit began: an hour of the working day (UTC), the same for all records of the visit. */
export function startOf(visit: Visit): string {
  const slot = hashText(visit.id) % 24
  return atTime(visit.day, 14 + Math.floor(slot / 4), (slot % 4) * 15)
}

/** When the records of a visit were last written: the evening of the day. */
export function writtenOn(day: string): string {
  return atTime(day, 23)
}
