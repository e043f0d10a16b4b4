import type { Observation } from '@medplum/fhirtypes'
import { type Chart, progressOn, type Visit } from './chart.ts'
import { loinc } from './codes.ts'
import { type GrowthPoint, percentile, valueAt } from './growth.ts'
import { type Measurement, observationCategories, observationRecord, quantity } from './observation.ts'
import { type Random, seededRandom } from './random.ts'

/** Relative standard deviation of the body mass index of children of one age. */
const BMI_SPREAD = 0.09

/** What stays with a person from one visit to the next. */
type Build = {
  readonly weightScore: number
  readonly heightScore: number
  readonly adultHeight: number
  readonly bmi: number
}

const within = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, value))

function buildOf({ person }: Chart): Build {
  const random = seededRandom(`${person.id}/build`)
  const heightScore = within(random.normal(0, 0.8), 1.6)
  return {
    heightScore,
    weightScore: within(heightScore * 0.7 + random.normal(0, 0.5), 1.7),
    adultHeight: random.normal(person.sex === 'female' ? 163 : 176, 6),
    bmi: random.between(21.5, 27.5),
  }
}

/** The signs that are taken: name of the US Core profile, LOINC code and display. */
const signs = {
  'body-weight': ['us-core-body-weight', '29463-7', 'Body weight'],
  'body-height': ['us-core-body-height', '8302-2', 'Body height'],
  bmi: ['us-core-bmi', '39156-5', 'Body mass index (BMI) [Ratio]'],
  'bmi-percentile': ['pediatric-bmi-for-age', '59576-9', 'Body mass index (BMI) [Percentile] Per age and sex'],
  head: ['us-core-head-circumference', '9843-4', 'Head Occipital-frontal circumference'],
  'head-percentile': [
    'head-occipital-frontal-circumference-percentile',
    '8289-1',
    'Head Occipital-frontal circumference Percentile',
  ],
  'weight-percentile': ['pediatric-weight-for-height', '77606-2', 'Weight-for-length Per age and sex'],
  'blood-pressure': ['us-core-blood-pressure', '85354-9', 'Blood pressure panel with all children optional'],
  'heart-rate': ['us-core-heart-rate', '8867-4', 'Heart rate'],
  temperature: ['us-core-body-temperature', '8310-5', 'Body temperature'],
  breath: ['us-core-respiratory-rate', '9279-1', 'Respiratory rate'],
  oxygen: ['us-core-pulse-oximetry', '59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry'],
} satisfies Record<string, readonly [profile: string, loinc: string, display: string]>

function vital(name: keyof typeof signs, found: Measurement['found']): Measurement {
  const [profile, code, display] = signs[name]
  return { name, profile, categories: [observationCategories.vitalSigns], code: [code, display], found }
}

function heightOf(chart: Chart, visit: Visit, build: Build): number {
  const months = visit.age * 12
  return visit.age < 18
    ? valueAt({ measure: 'height', sex: chart.person.sex, months }, build.heightScore)
    : build.adultHeight
}

function between([from, to]: readonly [number, number], progress: number): number {
  return from + (to - from) * progress
}

function bmiOf(chart: Chart, visit: Visit, build: Build): number {
  const active = chart.courses.find(({ course: { bmi } }) => bmi !== undefined)
  return active?.course.bmi === undefined ? build.bmi : between(active.course.bmi, progressOn(active, visit.day))
}

function weightOf(chart: Chart, visit: Visit, build: Build): number {
  if (visit.age < 18)
    return valueAt({ measure: 'weight', sex: chart.person.sex, months: visit.age * 12 }, build.weightScore)
  return bmiOf(chart, visit, build) * (build.adultHeight / 100) ** 2
}

function growth(chart: Chart, visit: Visit, random: Random): readonly Measurement[] {
  const steady = buildOf(chart)
  const build = {
    ...steady,
    weightScore: steady.weightScore + random.normal(0, 0.06),
    heightScore: steady.heightScore + random.normal(0, 0.04),
  }
  const height = heightOf(chart, visit, build)
  const weight = weightOf(chart, visit, build) * (1 + (visit.age < 18 ? 0 : random.normal(0, 0.006)))
  const bmi = weight / (height / 100) ** 2
  const measured = visit.age < 18 || visit.kind === 'check-up'
  return [
    vital('body-weight', {
      valueQuantity: quantity(weight, 'kg', weight < 20 ? 2 : 1),
    }),
    ...(measured ? [vital('body-height', { valueQuantity: quantity(height, 'cm', 1) })] : []),
    ...(measured && visit.age >= 2
      ? [
          vital('bmi', {
            valueQuantity: quantity(bmi, 'kg/m2', 1),
          }),
        ]
      : []),
    ...(visit.age < 18 ? percentiles(chart, visit, build) : []),
  ]
}

/** How far a child's body mass index lies from that of the median child. */
function bmiScore(at: Omit<GrowthPoint, 'measure'>, { weightScore, heightScore }: Build): number {
  const ratio = (measure: 'weight' | 'height', score: number): number =>
    valueAt({ ...at, measure }, score) / valueAt({ ...at, measure }, 0)
  return Math.log(ratio('weight', weightScore) / ratio('height', heightScore) ** 2) / BMI_SPREAD
}

function percentiles(chart: Chart, visit: Visit, build: Build): readonly Measurement[] {
  const share = (score: number): Measurement['found'] => ({ valueQuantity: quantity(percentile(score), '%') })
  const { sex } = chart.person
  const months = visit.age * 12
  if (visit.age >= 2) return [vital('bmi-percentile', share(bmiScore({ sex, months }, build)))]
  const head = valueAt({ measure: 'head', sex, months }, build.heightScore)
  return [
    vital('head', {
      valueQuantity: quantity(head, 'cm', 1),
    }),
    vital('head-percentile', share(build.heightScore)),
    vital('weight-percentile', share(build.weightScore)),
  ]
}

function systolicOf(chart: Chart, visit: Visit): number {
  const active = chart.courses.find(({ course: { systolic }, began }) => systolic !== undefined && began <= visit.day)
  if (active?.course.systolic === undefined) return Math.min(132, 96 + visit.age * 0.55)
  return between(active.course.systolic, progressOn(active, visit.day))
}

function bloodPressure(chart: Chart, visit: Visit, random: Random): Measurement {
  const systolic = systolicOf(chart, visit) + random.normal(0, 3)
  const diastolic = systolic * 0.6 + random.normal(3, 2)
  const part = (code: string, display: string, value: number) => ({
    code: loinc(code, display),
    valueQuantity: quantity(value, 'mm[Hg]'),
  })
  return vital('blood-pressure', {
    component: [
      part('8480-6', 'Systolic blood pressure', systolic),
      part('8462-4', 'Diastolic blood pressure', diastolic),
    ],
  })
}

/** A value that falls from birth to adult age, fast at first: pulse and breath of children. */
function settling(age: number, { newborn, adult }: { readonly newborn: number; readonly adult: number }): number {
  return adult + (newborn - adult) * Math.exp(-age / 4)
}

function pulseAndBreath(visit: Visit, random: Random): readonly Measurement[] {
  const heart = settling(visit.age, { newborn: 138, adult: 72 }) + random.normal(0, 4)
  const rate = vital('heart-rate', { valueQuantity: quantity(heart, '/min') })
  const unwell = visit.kind === 'emergency' || visit.kind === 'inpatient'
  const lungs = visit.by === 'pulmonology'
  if (!unwell && !lungs && visit.kind !== 'check-up') return [rate]
  const temperature = unwell ? random.between(37.4, 38.9) : random.between(36.3, 37)
  const oxygen = lungs ? random.between(93, 97) : random.between(96, 99.4)
  const breath = settling(visit.age, { newborn: 38, adult: 15 }) + random.normal(0, 1.2)
  return [
    rate,
    vital('temperature', {
      valueQuantity: quantity(temperature, 'Cel', 1),
    }),
    vital('breath', { valueQuantity: quantity(breath, '/min') }),
    {
      ...vital('oxygen', {
        valueQuantity: quantity(oxygen, '%'),
      }),
      wider: ['2708-6', 'Oxygen saturation in Arterial blood'],
    },
  ]
}

/** The vital signs of a chart: children along their growth curve, adults along their courses (US Core vital signs). */
export function vitalRecords(chart: Chart): readonly Observation[] {
  return chart.visits
    .filter(({ kind }) => kind !== 'telehealth')
    .flatMap((visit) => {
      const random = seededRandom(`${visit.id}/vitals`)
      const pressure = visit.age < 3 ? [] : [bloodPressure(chart, visit, random)]
      return [...growth(chart, visit, random), ...pressure, ...pulseAndBreath(visit, random)].map((measurement) =>
        observationRecord(chart, visit, measurement),
      )
    })
}
