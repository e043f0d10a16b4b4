import type { Observation, QuestionnaireResponse, Resource } from '@medplum/fhirtypes'
import { type Chart, progressOn, type Visit } from './chart.ts'
import { coding, recordMeta, systems } from './codes.ts'
import type { SurveyName } from './course.ts'
import { type Measurement, observationCategories, observationRecord, quantity } from './observation.ts'
import { seededRandom } from './random.ts'
import { encounterOf, patientOf, startOf, writtenOn } from './record.ts'

const forms: Readonly<Record<SurveyName | 'phq2', readonly [loinc: string, display: string, most: number]>> = {
  phq9: ['44261-6', 'Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]', 27],
  phq2: ['55758-7', 'Patient Health Questionnaire 2 item (PHQ-2) total score [Reported]', 6],
  gad7: ['70274-6', 'Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ]', 21],
  auditC: ['75626-2', 'Total score [AUDIT-C]', 12],
  asthmaControl: ['82668-5', 'Total score ACT', 25],
  fallRisk: ['59460-6', 'Fall risk total [Morse Fall Scale]', 125],
  moca: ['72172-0', 'Total score [MoCA]', 30],
}

/** A form with the score when a course began and today. */
type Scored = readonly [form: SurveyName | 'phq2', from: number, to: number]

type Answer = readonly [code: string, display: string]
const never: Answer = ['LA28398-8', 'Never true']
const sometimes: Answer = ['LA6729-3', 'Sometimes true']
const questions = [
  [
    '88122-7',
    'Within the past 12 months we worried whether our food would run out before we got money to buy more [U.S. FSS]',
  ],
  [
    '88123-5',
    "Within the past 12 months the food we bought just didn't last and we didn't have money to get more [U.S. FSS]",
  ],
] as const

function score(chart: Chart, visit: Visit, [survey, from, to]: Scored): Observation {
  const [code, display, most] = forms[survey]
  const progress = visit.about === undefined ? 0 : progressOn(visit.about, visit.day)
  const scatter = seededRandom(`${visit.id}/${survey}`).normal(0, 0.8)
  const value = Math.max(0, Math.min(most, Math.round(from + (to - from) * progress + scatter)))
  return observationRecord(chart, visit, {
    name: `survey-${survey.toLowerCase()}`,
    profile: 'us-core-observation-screening-assessment',
    categories: [observationCategories.survey],
    code: [code, display],
    sensitivity: visit.about?.course.sensitivity,
    found: { valueQuantity: quantity(value, '{score}') },
  })
}

function courseScores(chart: Chart): readonly Observation[] {
  return chart.visits.flatMap((visit) => {
    const survey = visit.about?.course.survey
    return survey === undefined ? [] : [score(chart, visit, survey)]
  })
}

function isHungry(chart: Chart): boolean {
  return chart.courses.some(({ course }) => course.concern?.[0] === '733423003')
}

function choice([code, display]: Answer): Measurement['found'] {
  return { valueCodeableConcept: { coding: [coding(systems.loinc, code, display)], text: display } }
}

function foodScreening(chart: Chart, visit: Visit): readonly Resource[] {
  const hungry = isHungry(chart)
  const answer = hungry ? sometimes : never
  const ask = (name: string, code: readonly [string, string], found: Measurement['found']): Observation =>
    observationRecord(chart, visit, {
      name: `food-${name}`,
      profile: 'us-core-observation-screening-assessment',
      categories: [observationCategories.survey, observationCategories.sdoh],
      code,
      found,
    })
  const response: QuestionnaireResponse = {
    resourceType: 'QuestionnaireResponse',
    id: `${visit.id}-food-form`,
    meta: recordMeta({ profiles: ['us-core-questionnaireresponse'], written: writtenOn(visit.day) }),
    questionnaire: 'http://hl7.org/fhir/us/sdoh-clinicalcare/Questionnaire/SDOHCC-QuestionnaireHungerVitalSign',
    status: 'completed',
    subject: patientOf(chart),
    encounter: encounterOf(visit),
    authored: startOf(visit),
    item: questions.map(([code, text]) => ({
      linkId: `/${code}`,
      text,
      answer: [{ valueCoding: coding(systems.loinc, ...answer) }],
    })),
  }
  return [
    ask('worried', questions[0], choice(answer)),
    ask('lasted', questions[1], choice(answer)),
    ask(
      'risk',
      ['88124-3', 'Food insecurity risk [HVS]'],
      choice(hungry ? ['LA19952-3', 'At risk'] : ['LA19983-8', 'No risk']),
    ),
    response,
  ]
}

/** Forms and scores of a chart: what its courses follow, food at the latest check-up, mood from age 12. */
export function surveyRecords(chart: Chart): readonly Resource[] {
  const checkUp = chart.visits.findLast(({ kind }) => kind === 'check-up') ?? chart.latest
  return [
    ...courseScores(chart),
    ...foodScreening(chart, checkUp),
    ...(checkUp.age < 12 ? [] : [score(chart, checkUp, ['phq2', 1, 1])]),
  ]
}
