import type { Medication, MedicationDispense, MedicationRequest, Resource } from '@medplum/fhirtypes'
import { addDays, TODAY } from './calendar.ts'
import type { Visit } from './chart.ts'
import { type ActiveCourse, type Chart, visitsOf } from './chart.ts'
import { coding, concept, hl7, recordMeta, refer, snomed, systems } from './codes.ts'
import { problemId } from './conditions.ts'
import { type Medicine, type MedicineName, medicines } from './medicines.data.ts'
import { quantity } from './observation.ts'
import { clinicianOf, encounterOf, patientOf, startOf, writtenOn } from './record.ts'

/** One medicine that a person takes or took, for a course or, at check-ups, for nothing in particular. */
type Prescription = { readonly name: MedicineName; readonly visit: Visit; readonly active?: ActiveCourse }

/** Every medicine of the formulary, shared by all patients (US Core Medication). */
export function formulary(): readonly Medication[] {
  return Object.entries(medicines).map(([name, { rxnorm, display }]) => ({
    resourceType: 'Medication',
    id: `medicine-${name.toLowerCase()}`,
    meta: recordMeta({ profiles: ['us-core-medication'], written: writtenOn('2020-01-02') }),
    status: 'active',
    code: concept(systems.rxnorm, rxnorm, display),
  }))
}

function prescriptions(chart: Chart): readonly Prescription[] {
  const forCourses = chart.courses.flatMap((active) => {
    const visit = visitsOf(chart, active)[0] ?? chart.latest
    return (active.course.medicines ?? []).map((name) => ({ name, visit, active }))
  })
  const first = chart.visits.find(({ kind }) => kind === 'check-up') ?? chart.latest
  const general = { name: chart.stage.medicine, visit: first }
  const all = [...forCourses, ...(forCourses.length === 0 ? [general] : [])]
  return [...new Map(all.map((one) => [one.name, one])).values()]
}

function dosage({ dose, route, times, days, text }: Medicine): MedicationRequest['dosageInstruction'] {
  return [
    {
      text,
      ...(times === 0
        ? { asNeededBoolean: true }
        : { timing: { repeat: { frequency: times, period: days, periodUnit: 'd' as const } } }),
      route: snomed(...route),
      doseAndRate: [{ doseQuantity: quantity(dose[0], dose[1]) }],
    },
  ]
}

function request(chart: Chart, { name, visit, active }: Prescription): MedicationRequest {
  const medicine = medicines[name]
  return {
    resourceType: 'MedicationRequest',
    id: `${chart.person.id}-takes-${name.toLowerCase()}`,
    meta: recordMeta({
      profiles: ['us-core-medicationrequest'],
      written: writtenOn(visit.day),
      sensitivity: active?.course.sensitivity,
    }),
    status: active === undefined || active.over !== undefined ? 'completed' : 'active',
    intent: 'order',
    category: [hl7('medicationrequest-category', visit.stay > 0 ? 'discharge' : 'community')],
    reportedBoolean: false,
    medicationReference: refer('Medication', `medicine-${name.toLowerCase()}`, medicine.display),
    subject: patientOf(chart),
    encounter: encounterOf(visit),
    authoredOn: startOf(visit),
    requester: clinicianOf(visit.by),
    ...(active === undefined ? {} : { reasonReference: [refer('Condition', problemId(chart, active))] }),
    dosageInstruction: dosage(medicine) ?? [],
    dispenseRequest: {
      numberOfRepeatsAllowed: 3,
      expectedSupplyDuration: { value: medicine.supplyDays, unit: 'days', system: systems.ucum, code: 'd' },
    },
  }
}

function dispense(chart: Chart, prescription: Prescription): MedicationDispense | undefined {
  const { name, visit, active } = prescription
  const medicine = medicines[name]
  const day = addDays(visit.day, 1)
  if (day > TODAY) return undefined
  return {
    resourceType: 'MedicationDispense',
    id: `${chart.person.id}-got-${name.toLowerCase()}`,
    meta: recordMeta({
      profiles: ['us-core-medicationdispense'],
      written: writtenOn(day),
      sensitivity: active?.course.sensitivity,
    }),
    status: 'completed',
    medicationReference: refer('Medication', `medicine-${name.toLowerCase()}`, medicine.display),
    subject: patientOf(chart),
    performer: [{ actor: refer('Organization', 'riverbend-pharmacy', 'Riverbend Pharmacy') }],
    authorizingPrescription: [refer('MedicationRequest', `${chart.person.id}-takes-${name.toLowerCase()}`)],
    type: { coding: [coding('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'FF', 'First Fill')] },
    daysSupply: { value: medicine.supplyDays, unit: 'days', system: systems.ucum, code: 'd' },
    whenHandedOver: `${day}T16:00:00.000Z`,
    dosageInstruction: dosage(medicine) ?? [],
  }
}

/** What a chart's person takes: the orders and what the pharmacy handed over (US Core MedicationRequest, MedicationDispense). */
export function medicationRecords(chart: Chart): readonly Resource[] {
  return prescriptions(chart).flatMap((prescription) => {
    const handedOver = dispense(chart, prescription)
    return [request(chart, prescription), ...(handedOver === undefined ? [] : [handedOver])]
  })
}
