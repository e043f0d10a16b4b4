import type { FamilyMemberHistory } from '@medplum/fhirtypes'
import type { Chart } from './chart.ts'
import { concept, recordMeta, type Sensitivity, type Snomed, snomed, systems } from './codes.ts'
import { seededRandom } from './random.ts'
import { patientOf, writtenOn } from './record.ts'

const illnesses: readonly Snomed[] = [
  ['44054006', 'Type 2 diabetes mellitus'],
  ['59621000', 'Essential hypertension'],
  ['195967001', 'Asthma'],
  ['53741008', 'Coronary arteriosclerosis'],
]

/** What runs in the family of a chart's person (US Core FamilyMemberHistory); a hereditary illness is labelled. */
export function familyHistoryRecord(chart: Chart): FamilyMemberHistory {
  const random = seededRandom(`${chart.person.id}/family`)
  const hereditary = chart.courses.find(({ course }) => course.sensitivity === 'GDIS')
  const sensitivity: Sensitivity | undefined = hereditary === undefined ? undefined : 'GDIS'
  const [code, , display] = hereditary?.course.problem ?? ['', '', '']
  const illness: Snomed = hereditary === undefined ? random.pick(illnesses) : [code, display]
  const [role, word] = random.pick([
    ['MGRMTH', 'maternal grandmother'],
    ['PGRFTH', 'paternal grandfather'],
  ] as const)
  return {
    resourceType: 'FamilyMemberHistory',
    id: `${chart.person.id}-family-history`,
    meta: recordMeta({ profiles: ['us-core-familymemberhistory'], written: writtenOn(chart.latest.day), sensitivity }),
    status: 'completed',
    patient: patientOf(chart),
    date: chart.latest.day,
    relationship: concept(systems.roleCode, role, word),
    condition: [{ code: snomed(...illness) }],
  }
}
