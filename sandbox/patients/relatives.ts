import type { RelatedPerson } from '@medplum/fhirtypes'
import type { Chart } from './chart.ts'
import { concept, recordMeta, systems } from './codes.ts'
import { homeOf, phoneOf } from './patient.ts'
import type { Relative, RelativeRole } from './person.ts'
import { patientOf, writtenOn } from './record.ts'

const roleNames: Readonly<Record<RelativeRole, readonly [display: string, gender: RelatedPerson['gender']]>> = {
  MTH: ['mother', 'female'],
  FTH: ['father', 'male'],
  SPS: ['spouse', 'unknown'],
  DAU: ['natural daughter', 'female'],
  SON: ['natural son', 'male'],
  SIS: ['sister', 'female'],
  BRO: ['brother', 'male'],
  GRMTH: ['grandmother', 'female'],
  GRFTH: ['grandfather', 'male'],
  FRND: ['unrelated friend', 'unknown'],
}

/** The id of the RelatedPerson that ties a relative to a patient: `lucia-torres-mth`. */
export function relativeId(patient: string, { role }: Relative): string {
  return `${patient}-${role.toLowerCase()}`
}

/** The people of a chart: parents who may act for a child, spouses, grown children, friends (US Core RelatedPerson). */
export function relativeRecords(chart: Chart): readonly RelatedPerson[] {
  return chart.person.relatives.map((relative) => {
    const [display, gender] = roleNames[relative.role]
    return {
      resourceType: 'RelatedPerson',
      id: relativeId(chart.person.id, relative),
      meta: recordMeta({ profiles: ['us-core-relatedperson'], written: writtenOn(chart.latest.day) }),
      active: true,
      patient: patientOf(chart),
      relationship: [
        concept(systems.roleCode, relative.role, display),
        ...(relative.proxy === true ? [concept(systems.roleCode, 'GUARD', 'guardian')] : []),
      ],
      name: [{ use: 'official', family: relative.family, given: [relative.given] }],
      ...(gender === 'unknown' || gender === undefined ? {} : { gender }),
      telecom: [{ system: 'phone', value: phoneOf(relative.patient ?? `${chart.person.id}/${relative.role}`) }],
      address: [homeOf(relative.family)],
      ...(relative.proxy === true ? { period: { start: chart.person.born } } : {}),
    }
  })
}
