import type { Resource } from '@medplum/fhirtypes'
import { allergyRecords } from './allergies.ts'
import { careRecords } from './care.ts'
import { type Chart, chartOf } from './chart.ts'
import { conditionRecords } from './conditions.ts'
import { coverageRecord } from './coverage.ts'
import { documentRecords } from './documents.ts'
import { encounterRecords } from './encounters.ts'
import { deviceRecords } from './equipment.ts'
import { familyHistoryRecord } from './family-history.ts'
import { imagingRecords } from './images.ts'
import { immunizationRecords } from './immunizations.ts'
import { labRecords } from './labs.ts'
import { formulary, medicationRecords } from './medications.ts'
import { organizationRecords } from './organization.ts'
import { patientRecord } from './patient.ts'
import { people } from './people.data.ts'
import { procedureRecords } from './procedures.ts'
import { provenanceRecords } from './provenance.ts'
import { relativeRecords } from './relatives.ts'
import { socialRecords } from './social.ts'
import { surveyRecords } from './surveys.ts'
import { vitalRecords } from './vitals.ts'

function chartRecords(chart: Chart): readonly Resource[] {
  const records: readonly Resource[] = [
    patientRecord(chart),
    ...relativeRecords(chart),
    coverageRecord(chart),
    ...encounterRecords(chart),
    ...conditionRecords(chart),
    ...vitalRecords(chart),
    ...labRecords(chart),
    ...surveyRecords(chart),
    ...socialRecords(chart),
    ...medicationRecords(chart),
    ...allergyRecords(chart),
    ...immunizationRecords(chart),
    ...procedureRecords(chart),
    ...deviceRecords(chart),
    ...documentRecords(chart),
    ...imagingRecords(chart),
    ...careRecords(chart),
    familyHistoryRecord(chart),
  ]
  return [...records, ...provenanceRecords(chart, records)]
}

/**
 * All records of the sandbox hospital, referenced before referencing where that is easy to follow. The same on every
 * call: ids are readable and stable (`Patient/ana-torres`, `Observation/ana-torres-2026-10-05-heart-rate`).
 */
export function generateRecords(): readonly Resource[] {
  return [...organizationRecords(), ...formulary(), ...people.map(chartOf).flatMap(chartRecords)]
}
