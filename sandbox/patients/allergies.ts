import type { AllergyIntolerance } from '@medplum/fhirtypes'
import type { Chart } from './chart.ts'
import { hl7, recordMeta, type Snomed, snomed } from './codes.ts'
import type { AllergyName } from './course.ts'
import { seededRandom } from './random.ts'
import { clinicianOf, encounterOf, patientOf, writtenOn } from './record.ts'

/** What someone reacts to, how, and how badly. */
type Allergy = {
  readonly code: Snomed
  readonly category: NonNullable<AllergyIntolerance['category']>[number]
  readonly reaction: Snomed
  readonly severity: 'mild' | 'moderate' | 'severe'
}

const allergies: Readonly<Record<Exclude<AllergyName, 'none'>, Allergy>> = {
  peanut: {
    code: ['762952008', 'Peanut'],
    category: 'food',
    reaction: ['39579001', 'Anaphylaxis'],
    severity: 'severe',
  },
  milk: {
    code: ['3718001', "Cow's milk"],
    category: 'food',
    reaction: ['422400008', 'Vomiting'],
    severity: 'moderate',
  },
  penicillin: {
    code: ['764146007', 'Penicillin'],
    category: 'medication',
    reaction: ['271807003', 'Eruption of skin'],
    severity: 'moderate',
  },
  pollen: {
    code: ['256277009', 'Grass pollen'],
    category: 'environment',
    reaction: ['76067001', 'Sneezing'],
    severity: 'mild',
  },
  latex: { code: ['111088007', 'Latex'], category: 'environment', reaction: ['247472004', 'Wheal'], severity: 'mild' },
  aspirin: {
    code: ['387458008', 'Aspirin'],
    category: 'medication',
    reaction: ['267036007', 'Dyspnea'],
    severity: 'moderate',
  },
}

function allergyNames(chart: Chart): readonly AllergyName[] {
  const known = chart.courses.flatMap(({ course }) => (course.allergy === undefined ? [] : [course.allergy]))
  if (known.length > 0) return [...new Set(known)]
  const random = seededRandom(`${chart.person.id}/allergy`)
  const takesAspirin = chart.courses.some(({ course }) => course.medicines?.includes('aspirin'))
  return random.chance(0.35)
    ? [random.pick(takesAspirin ? ['penicillin', 'latex'] : ['penicillin', 'latex', 'aspirin'])]
    : ['none']
}

function allergyRecord(chart: Chart, name: AllergyName): AllergyIntolerance {
  const visit = chart.visits[0] ?? chart.latest
  const known = name === 'none' ? undefined : allergies[name]
  return {
    resourceType: 'AllergyIntolerance',
    id: `${chart.person.id}-allergy-${name}`,
    meta: recordMeta({ profiles: ['us-core-allergyintolerance'], written: writtenOn(visit.day) }),
    clinicalStatus: hl7('allergyintolerance-clinical', 'active'),
    verificationStatus: hl7('allergyintolerance-verification', 'confirmed'),
    code: snomed(...(known?.code ?? (['716186003', 'No known allergy'] as const))),
    patient: patientOf(chart),
    encounter: encounterOf(visit),
    recordedDate: visit.day,
    recorder: clinicianOf(visit.by),
    ...(known === undefined
      ? {}
      : {
          type: 'allergy',
          category: [known.category],
          criticality: known.severity === 'severe' ? 'high' : 'low',
          reaction: [{ manifestation: [snomed(...known.reaction)], severity: known.severity }],
        }),
  }
}

/** What a chart's person reacts to, or that nothing is known (US Core AllergyIntolerance). */
export function allergyRecords(chart: Chart): readonly AllergyIntolerance[] {
  return allergyNames(chart).map((name) => allergyRecord(chart, name))
}
