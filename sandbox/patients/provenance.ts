import type { Provenance, Resource } from '@medplum/fhirtypes'
import type { Chart } from './chart.ts'
import { hl7, recordMeta, refer } from './codes.ts'
import { clinicianOf, writtenOn } from './record.ts'

/** Types that say their origin elsewhere or are no clinical statement of their own. */
const without = new Set(['Binary', 'Specimen', 'QuestionnaireResponse'])

function provenance(chart: Chart, target: Resource): Provenance {
  return {
    resourceType: 'Provenance',
    id: `${chart.person.id}-provenance-${target.resourceType.toLowerCase()}`,
    meta: recordMeta({
      profiles: ['us-core-provenance'],
      written: target.meta?.lastUpdated ?? writtenOn(chart.latest.day),
    }),
    target: [refer(target.resourceType, target.id ?? '')],
    recorded: target.meta?.lastUpdated ?? writtenOn(chart.latest.day),
    agent: [
      {
        type: hl7('provenance-participant-type', 'author', 'Author'),
        who: clinicianOf(chart.latest.by),
        onBehalfOf: refer('Organization', 'riverbend-hospital', 'Riverbend General Hospital'),
      },
      {
        type: {
          coding: [
            {
              system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type',
              code: 'transmitter',
              display: 'Transmitter',
            },
          ],
        },
        who: refer('Organization', 'riverbend-hospital', 'Riverbend General Hospital'),
      },
    ],
  }
}

/** Where the latest record of each type in a chart comes from; each names one target (US Core Provenance). */
export function provenanceRecords(chart: Chart, records: readonly Resource[]): readonly Provenance[] {
  const latest = new Map(
    records.filter(({ resourceType }) => !without.has(resourceType)).map((one) => [one.resourceType, one]),
  )
  return [...latest.values()].map((target) => provenance(chart, target))
}
