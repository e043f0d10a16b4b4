import type { CodeableConcept, Observation, Quantity } from '@medplum/fhirtypes'
import type { Chart, Visit } from './chart.ts'
import { coding, concept, recordMeta, type Sensitivity, systems } from './codes.ts'
import { clinicianOf, encounterOf, patientOf, startOf, writtenOn } from './record.ts'

const named = (code: string, display: string): CodeableConcept => concept(systems.observationCategory, code, display)

/** The categories of observations, with the systems that granular scopes name. Spec: ONC-28 */
export const observationCategories = {
  laboratory: named('laboratory', 'Laboratory'),
  vitalSigns: named('vital-signs', 'Vital Signs'),
  socialHistory: named('social-history', 'Social History'),
  survey: named('survey', 'Survey'),
  sdoh: concept(systems.usCoreCategory, 'sdoh', 'SDOH'),
} as const

/** The part of an Observation that differs from one measurement to the next. */
export type Measurement = {
  /** Last part of the id, after the visit's: `heart-rate`. */
  readonly name: string
  readonly profile: string
  readonly categories: readonly CodeableConcept[]
  readonly code: readonly [loinc: string, display: string]
  /** A second, wider code that a profile demands beside the first. */
  readonly wider?: readonly [loinc: string, display: string]
  readonly sensitivity?: Sensitivity | undefined
  readonly found: Pick<
    Observation,
    | 'valueQuantity'
    | 'valueCodeableConcept'
    | 'component'
    | 'interpretation'
    | 'referenceRange'
    | 'hasMember'
    | 'derivedFrom'
    | 'specimen'
  >
}

/** A number with its UCUM unit. */
export function quantity(value: number, unit: string, decimals = 0): Quantity {
  return { value: Number(value.toFixed(decimals)), unit, system: systems.ucum, code: unit }
}

/** The id of a measurement made at a visit. */
export function observationId(visit: Visit, name: string): string {
  return `${visit.id}-${name}`
}

function codeOf({ code, wider }: Measurement): CodeableConcept {
  const [narrow, display] = code
  const codings = [coding(systems.loinc, narrow, display)]
  return { coding: wider === undefined ? codings : [...codings, coding(systems.loinc, ...wider)], text: display }
}

/** Writes one measurement made at a visit as an Observation. */
export function observationRecord(chart: Chart, visit: Visit, measurement: Measurement): Observation {
  const at = startOf(visit)
  return {
    resourceType: 'Observation',
    id: observationId(visit, measurement.name),
    meta: recordMeta({
      profiles: [measurement.profile],
      written: writtenOn(visit.day),
      sensitivity: measurement.sensitivity,
    }),
    status: 'final',
    category: [...measurement.categories],
    code: codeOf(measurement),
    subject: patientOf(chart),
    encounter: encounterOf(visit),
    effectiveDateTime: at,
    issued: at,
    performer: [clinicianOf(visit.by)],
    ...measurement.found,
  }
}

/** High, low or normal, as lab reports mark it. */
export function interpretation(code: 'H' | 'L' | 'N'): CodeableConcept {
  const display = { H: 'High', L: 'Low', N: 'Normal' }[code]
  return {
    coding: [coding('http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code, display)],
    text: display,
  }
}
