import type { CodeableConcept, Condition } from '@medplum/fhirtypes'
import type { ActiveCourse, Chart, Visit } from './chart.ts'
import { visitAround } from './chart.ts'
import { coding, concept, hl7, recordMeta, type Snomed, snomed, systems } from './codes.ts'
import type { Diagnosis } from './course.ts'
import { clinicianOf, encounterOf, patientOf, startOf, writtenOn } from './record.ts'

/** The three categories of conditions, with the systems that granular scopes name. Spec: ONC-27 */
const categories = {
  problem: concept(systems.conditionCategory, 'problem-list-item', 'Problem List Item'),
  diagnosis: concept(systems.conditionCategory, 'encounter-diagnosis', 'Encounter Diagnosis'),
  concern: concept(systems.usCoreConditionCategory, 'health-concern', 'Health Concern'),
} satisfies Record<string, CodeableConcept>

const wellnessDiagnosis = (age: number): Diagnosis =>
  age < 18 ? ['410620009', 'Z00.129', 'Well child visit'] : ['162673000', 'Z00.00', 'General examination of patient']

/** The id of a course's entry on the problem list. */
export function problemId(chart: Chart, { name }: ActiveCourse): string {
  return `${chart.person.id}-${name.toLowerCase()}`
}

/** The id of what a visit was billed for. */
export function visitDiagnosisId(visit: Visit): string {
  return `${visit.id}-diagnosis`
}

function diagnosisConcept([code, icd10, display]: Diagnosis): CodeableConcept {
  return { coding: [coding(systems.snomed, code, display), coding(systems.icd10, icd10)], text: display }
}

function status(over: boolean): Pick<Condition, 'clinicalStatus' | 'verificationStatus'> {
  return {
    clinicalStatus: hl7('condition-clinical', over ? 'resolved' : 'active'),
    verificationStatus: hl7('condition-ver-status', 'confirmed'),
  }
}

function problem(chart: Chart, active: ActiveCourse): Condition {
  const visit = visitAround(chart, active.began)
  return {
    resourceType: 'Condition',
    id: problemId(chart, active),
    meta: recordMeta({
      profiles: ['us-core-condition-problems-health-concerns'],
      written: writtenOn(visit.day),
      sensitivity: active.course.sensitivity,
    }),
    ...status(active.over !== undefined),
    category: [categories.problem],
    code: diagnosisConcept(active.course.problem),
    subject: patientOf(chart),
    encounter: encounterOf(visit),
    onsetDateTime: active.began,
    ...(active.over === undefined ? {} : { abatementDateTime: active.over }),
    recordedDate: startOf(visit),
    recorder: clinicianOf(visit.by),
  }
}

function visitDiagnosis(chart: Chart, visit: Visit): Condition {
  const course = visit.about?.course
  return {
    resourceType: 'Condition',
    id: visitDiagnosisId(visit),
    meta: recordMeta({
      profiles: ['us-core-condition-encounter-diagnosis'],
      written: writtenOn(visit.day),
      sensitivity: course?.sensitivity,
    }),
    ...status(visit.about?.over !== undefined),
    category: [categories.diagnosis],
    code: diagnosisConcept(course?.diagnosis ?? course?.problem ?? wellnessDiagnosis(visit.age)),
    subject: patientOf(chart),
    encounter: encounterOf(visit),
    onsetDateTime: visit.about?.began ?? visit.day,
    recordedDate: startOf(visit),
    recorder: clinicianOf(visit.by),
  }
}

function concern(chart: Chart, [code, display]: Snomed, from: ActiveCourse | undefined): Condition {
  const visit = from === undefined ? chart.latest : visitAround(chart, from.began)
  return {
    resourceType: 'Condition',
    id: `${chart.person.id}-concern-${code}`,
    meta: recordMeta({
      profiles: ['us-core-condition-problems-health-concerns'],
      written: writtenOn(visit.day),
      sensitivity: from?.course.sensitivity,
    }),
    ...status(false),
    category: [categories.concern],
    code: snomed(code, display),
    subject: patientOf(chart),
    encounter: encounterOf(visit),
    onsetDateTime: visit.day,
    recordedDate: startOf(visit),
    recorder: clinicianOf(visit.by),
  }
}

function concerns(chart: Chart): readonly Condition[] {
  const fromCourses = chart.courses.flatMap((active) =>
    active.course.concern === undefined ? [] : [concern(chart, active.course.concern, active)],
  )
  const found = fromCourses.length > 0 ? fromCourses : [concern(chart, chart.stage.concern, undefined)]
  return [...new Map(found.map((one) => [one.id, one])).values()]
}

/** Problem list, diagnoses of visits, and health concerns of a chart (the two US Core Condition profiles). */
export function conditionRecords(chart: Chart): readonly Condition[] {
  return [
    ...chart.courses.map((active) => problem(chart, active)),
    ...chart.visits.map((visit) => visitDiagnosis(chart, visit)),
    ...concerns(chart),
  ]
}
