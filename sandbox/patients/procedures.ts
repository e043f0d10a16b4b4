import type { Procedure } from '@medplum/fhirtypes'
import { type Chart, type Visit, visitsOf } from './chart.ts'
import { recordMeta, refer, type Snomed, snomed } from './codes.ts'
import { problemId } from './conditions.ts'
import { clinicianOf, encounterOf, patientOf, startOf, writtenOn } from './record.ts'

function procedure(chart: Chart, visit: Visit, [code, display]: Snomed): Procedure {
  const active = visit.about
  return {
    resourceType: 'Procedure',
    id: `${visit.id}-procedure-${code}`,
    meta: recordMeta({
      profiles: ['us-core-procedure'],
      written: writtenOn(visit.day),
      sensitivity: active?.course.sensitivity,
    }),
    status: 'completed',
    code: snomed(code, display),
    subject: patientOf(chart),
    encounter: encounterOf(visit),
    performedDateTime: startOf(visit),
    performer: [{ actor: clinicianOf(visit.by) }],
    ...(active === undefined ? {} : { reasonReference: [refer('Condition', problemId(chart, active))] }),
  }
}

/** What was done to a chart's person: once per course, and at the first check-up (US Core Procedure). */
export function procedureRecords(chart: Chart): readonly Procedure[] {
  const checkUp = chart.visits.find(({ kind }) => kind === 'check-up') ?? chart.latest
  const forCourses = chart.courses.flatMap((active) => {
    const { procedure: done } = active.course
    const [visit] = visitsOf(chart, active)
    return done === undefined || visit === undefined ? [] : [procedure(chart, visit, done)]
  })
  return [procedure(chart, checkUp, chart.stage.procedure), ...forCourses]
}
