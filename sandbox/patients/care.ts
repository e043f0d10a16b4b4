import type { CarePlan, CareTeam, Goal, Resource } from '@medplum/fhirtypes'
import type { ActiveCourse, Chart } from './chart.ts'
import { visitAround } from './chart.ts'
import { coding, concept, recordMeta, refer, type Snomed, snomed, systems } from './codes.ts'
import { problemId } from './conditions.ts'
import { clinicianOf, encounterOf, patientOf, writtenOn } from './record.ts'
import { relativeId } from './relatives.ts'
import type { StaffName } from './staff.data.ts'
import { staff } from './staff.data.ts'

/** What a plan is for: a course, or staying well. */
type Purpose = {
  readonly id: string
  readonly since: string
  readonly goal: string
  readonly plan: readonly Snomed[]
  readonly active?: ActiveCourse
}

function purposes(chart: Chart): readonly Purpose[] {
  const first = chart.visits[0] ?? chart.latest
  const wellness = {
    id: `${chart.person.id}-wellness`,
    since: first.day,
    goal: chart.stage.goal,
    plan: [chart.stage.plan],
  }
  const forCourses = chart.courses.map((active) => ({
    id: problemId(chart, active),
    since: active.began,
    goal: active.course.goal,
    plan: active.course.plan,
    active,
  }))
  return [wellness, ...forCourses]
}

function goal(chart: Chart, { id, since, goal: text, active }: Purpose): Goal {
  return {
    resourceType: 'Goal',
    id: `${id}-goal`,
    meta: recordMeta({
      profiles: ['us-core-goal'],
      written: writtenOn(since),
      sensitivity: active?.course.sensitivity,
    }),
    lifecycleStatus: active?.over === undefined ? 'active' : 'completed',
    description: { text },
    subject: patientOf(chart),
    startDate: since,
    ...(active === undefined ? {} : { addresses: [refer('Condition', problemId(chart, active))] }),
  }
}

function plan(chart: Chart, { id, since, goal: text, plan: steps, active }: Purpose): CarePlan {
  const lines = steps.map(([, display]) => `<li>${display}</li>`).join('')
  return {
    resourceType: 'CarePlan',
    id: `${id}-plan`,
    meta: recordMeta({
      profiles: ['us-core-careplan'],
      written: writtenOn(since),
      sensitivity: active?.course.sensitivity,
    }),
    text: {
      status: 'generated',
      div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${text}</p><ul>${lines}</ul></div>`,
    },
    status: active?.over === undefined ? 'active' : 'completed',
    intent: 'plan',
    category: [
      concept(
        'http://hl7.org/fhir/us/core/CodeSystem/careplan-category',
        'assess-plan',
        'Assessment and Plan of Treatment',
      ),
    ],
    title: active?.course.problem[2] ?? 'Staying well',
    subject: patientOf(chart),
    encounter: encounterOf(visitAround(chart, since)),
    period: { start: since, ...(active?.over === undefined ? {} : { end: active.over }) },
    careTeam: [refer('CareTeam', `${chart.person.id}-team`)],
    ...(active === undefined ? {} : { addresses: [refer('Condition', problemId(chart, active))] }),
    goal: [refer('Goal', `${id}-goal`)],
    activity: steps.map(([code, display]) => ({ detail: { code: snomed(code, display), status: 'in-progress' } })),
  }
}

function team(chart: Chart): CareTeam {
  const clinicians = new Set<StaffName>([
    chart.visits[0]?.by ?? 'family',
    ...chart.courses.map(({ course }) => course.by),
    'nurse',
  ])
  const family = chart.person.relatives.map((relative) => ({
    role: [snomed('133932002', 'Caregiver')],
    member: refer('RelatedPerson', relativeId(chart.person.id, relative), `${relative.given} ${relative.family}`),
  }))
  return {
    resourceType: 'CareTeam',
    id: `${chart.person.id}-team`,
    meta: recordMeta({ profiles: ['us-core-careteam'], written: writtenOn(chart.latest.day) }),
    status: 'active',
    name: `Care team of ${chart.name}`,
    subject: patientOf(chart),
    participant: [
      { role: [snomed('116154003', 'Patient')], member: patientOf(chart) },
      ...[...clinicians].map((name) => ({
        role: [{ coding: [coding(systems.nucc, ...staff[name].specialty)], text: staff[name].specialty[1] }],
        member: clinicianOf(name),
        onBehalfOf: refer('Organization', 'riverbend-hospital', 'Riverbend General Hospital'),
      })),
      ...family,
    ],
  }
}

/** Plans, goals and the people who carry them out (US Core CarePlan, Goal, CareTeam). */
export function careRecords(chart: Chart): readonly Resource[] {
  return [...purposes(chart).flatMap((purpose) => [goal(chart, purpose), plan(chart, purpose)]), team(chart)]
}
