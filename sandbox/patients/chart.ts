import { addDays, addMonths, ageOn, type Day, daysBetween, TODAY } from './calendar.ts'
import type { Course, VisitKind } from './course.ts'
import { type CourseName, courses } from './courses.data.ts'
import type { Person } from './person.ts'
import { hashText } from './random.ts'
import type { StaffName } from './staff.data.ts'
import { type Stage, stages } from './stages.data.ts'

/** A course of one person: when it began there, and when it was over. */
export type ActiveCourse = {
  readonly name: CourseName
  readonly course: Course
  readonly began: Day
  readonly over?: Day
}

/** One meeting of a person and the hospital. Everything written that day carries the visit's id. */
export type Visit = {
  readonly id: string
  readonly day: Day
  /** Days from the first to the last day: 0 except for stays in hospital. */
  readonly stay: number
  readonly kind: VisitKind
  readonly by: StaffName
  /** Absent for check-ups. */
  readonly about?: ActiveCourse
  readonly first: boolean
  /** Age in years that day. */
  readonly age: number
}

/** A person with everything that happened: the plan from which each family of resources is written. */
export type Chart = {
  readonly person: Person
  readonly name: string
  readonly age: number
  readonly stage: Stage
  readonly courses: readonly ActiveCourse[]
  /** In order of time. */
  readonly visits: readonly Visit[]
  /** The latest visit. */
  readonly latest: Visit
}

/** Ages in months at which a child has a check-up; later once a year. */
const CHILD_CHECK_UPS = [0.25, 1, 2, 4, 6, 9, 12, 15, 18, 24, 30, 36]
const ADULT_CHECK_UP_YEARS = 5
const VISITS_PER_COURSE = 6
/** Every how many-th person is in the clinic on the last day of the records. */
const IN_CLINIC_TODAY = 9

/** The stage of life at an age in years. */
function stageAt(age: number): Stage {
  const stage = stages.find(({ below }) => age < below)
  if (stage === undefined) throw new Error(`no stage of life for age ${age}`)
  return stage
}

function activeCourse(person: Person, name: CourseName): ActiveCourse {
  const course: Course = courses[name]
  const planned = addDays(addMonths(TODAY, -course.onset), -(hashText(`${person.id}/${name}`) % 24))
  const began = daysBetween(person.born, planned) < 3 ? addDays(person.born, 3) : planned
  return { name, course, began, ...(course.ended === undefined ? {} : { over: addMonths(TODAY, -course.ended) }) }
}

function weekday(day: Day): Day {
  const dayOfWeek = new Date(`${day}T00:00:00Z`).getUTCDay()
  if (dayOfWeek === 6) return addDays(day, 2)
  return dayOfWeek === 0 ? addDays(day, 1) : day
}

function checkUpDays(person: Person): readonly Day[] {
  const age = ageOn(person.born, TODAY)
  if (age < 18) {
    const young = CHILD_CHECK_UPS.map((months) => addDays(person.born, Math.round(months * 30.44)))
    const yearly = Array.from({ length: 15 }, (_, index) => addMonths(person.born, (index + 4) * 12))
    return [...young, ...yearly].map(weekday).filter((day) => day <= TODAY)
  }
  const shift = 20 + (hashText(person.id) % 300)
  return Array.from({ length: ADULT_CHECK_UP_YEARS }, (_, year) => weekday(addDays(TODAY, -shift - year * 365)))
}

function courseDays({ course, began, over }: ActiveCourse): readonly Day[] {
  const end = over ?? TODAY
  const count = Math.floor(daysBetween(began, end) / (course.every * 30.44)) + 1
  const days = Array.from({ length: count }, (_, index) => weekday(addMonths(began, index * course.every)))
  const [first, ...later] = days.filter((day) => day <= end)
  return [...(first === undefined ? [weekday(began)] : [first]), ...later.slice(1 - VISITS_PER_COURSE)]
}

function courseVisits(active: ActiveCourse): readonly Omit<Visit, 'id' | 'age'>[] {
  const { course } = active
  return courseDays(active).map((day, index) => {
    const first = index === 0
    const stay = first ? (course.stay ?? 0) : 0
    return { day, stay, kind: stay > 0 ? 'inpatient' : course.visit, by: course.by, about: active, first }
  })
}

function generalist(age: number): StaffName {
  if (age < 18) return 'pediatrics'
  return age < 50 ? 'family' : 'internal'
}

function checkUpVisits(person: Person): readonly Omit<Visit, 'id' | 'age'>[] {
  const inClinic = hashText(person.id) % IN_CLINIC_TODAY === 0
  const days = inClinic ? [...checkUpDays(person), TODAY] : checkUpDays(person)
  return days.map((day, index) => ({
    day,
    stay: 0,
    kind: 'check-up',
    by: generalist(ageOn(person.born, day)),
    first: index === 0,
  }))
}

/** Plans what happens to a person. No two visits share a day: the later planned one moves to a free day beside it. */
export function chartOf(person: Person): Chart {
  const active = person.courses.map((name) => activeCourse(person, name))
  const byDay = new Map<Day, Omit<Visit, 'id' | 'age'>>()
  for (const visit of [...active.flatMap(courseVisits), ...checkUpVisits(person)]) {
    let { day } = visit
    while (byDay.has(day)) day = addDays(day, visit.about === undefined ? -1 : 1)
    if (day >= person.born && day <= TODAY) byDay.set(day, { ...visit, day })
  }
  const visits = [...byDay.values()]
    .sort((a, b) => (a.day < b.day ? -1 : 1))
    .map((visit) => ({ ...visit, id: `${person.id}-${visit.day}`, age: ageOn(person.born, visit.day) }))
  const latest = visits.at(-1)
  if (latest === undefined) throw new Error(`${person.id} never came to the hospital`)
  const age = ageOn(person.born, TODAY)
  return {
    person,
    name: `${person.given.join(' ')} ${person.family}`,
    age,
    stage: stageAt(age),
    courses: active,
    visits,
    latest,
  }
}

/** The visit on or after a day, else the latest: where something that happened that day was written down. */
export function visitAround(chart: Chart, day: Day): Visit {
  return chart.visits.find((visit) => visit.day >= day) ?? chart.latest
}

/** The visits of one course, in order. */
export function visitsOf(chart: Chart, active: ActiveCourse): readonly Visit[] {
  return chart.visits.filter((visit) => visit.about === active)
}

/** How far a course has gone on a day: 0 at its beginning or before, 1 at its end. */
export function progressOn({ began, over }: ActiveCourse, day: Day): number {
  const span = Math.max(1, daysBetween(began, over ?? TODAY))
  return Math.max(0, Math.min(1, daysBetween(began, day) / span))
}
