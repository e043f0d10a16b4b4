import type { Binary, DocumentReference, Resource } from '@medplum/fhirtypes'
import type { Chart, Visit } from './chart.ts'
import { concept, loinc, recordMeta, refer, systems } from './codes.ts'
import { clinicianName, clinicianOf, encounterOf, patientOf, startOf, writtenOn } from './record.ts'
import { staff } from './staff.data.ts'

/** How many of a chart's latest visits have a written note. */
const NOTES_PER_CHART = 4

function noteType(visit: Visit): readonly [loinc: string, display: string] {
  if (visit.kind === 'inpatient') return ['18842-5', 'Discharge summary']
  if (visit.kind === 'emergency') return ['34111-5', 'Emergency department Note']
  if (visit.about === undefined) return ['34117-2', 'History and physical note']
  return visit.first ? ['11488-4', 'Consult note'] : ['11506-3', 'Progress note']
}

function noteText(chart: Chart, visit: Visit): string {
  const [, title] = noteType(visit)
  const course = visit.about?.course
  return [
    `Riverbend General Hospital`,
    `${title}, ${visit.day}`,
    '',
    `Patient: ${chart.name}, born ${chart.person.born}`,
    `Seen by: ${clinicianName(staff[visit.by])}`,
    `Reason: ${course?.problem[2] ?? 'Check-up'}`,
    '',
    course?.note ?? chart.stage.note,
    '',
    `Plan: ${(course?.plan ?? [chart.stage.plan]).map(([, display]) => display.toLowerCase()).join('; ')}.`,
    `Goal: ${course?.goal ?? chart.stage.goal}.`,
    '',
  ].join('\n')
}

function note(chart: Chart, visit: Visit): readonly Resource[] {
  const text = Buffer.from(noteText(chart, visit), 'utf8')
  const sensitivity = visit.about?.course.sensitivity
  const id = `${visit.id}-note`
  const binary: Binary = {
    resourceType: 'Binary',
    id: `${id}-text`,
    meta: recordMeta({ profiles: [], written: writtenOn(visit.day), sensitivity }),
    contentType: 'text/plain; charset=utf-8',
    securityContext: refer('DocumentReference', id),
    data: text.toString('base64'),
  }
  const document: DocumentReference = {
    resourceType: 'DocumentReference',
    id,
    meta: recordMeta({ profiles: ['us-core-documentreference'], written: writtenOn(visit.day), sensitivity }),
    identifier: [{ system: 'https://riverbend.example/documents', value: id }],
    status: 'current',
    docStatus: 'final',
    type: loinc(...noteType(visit)),
    category: [concept(systems.documentCategory, 'clinical-note', 'Clinical Note')],
    subject: patientOf(chart),
    date: startOf(visit),
    author: [clinicianOf(visit.by)],
    custodian: refer('Organization', 'riverbend-hospital', 'Riverbend General Hospital'),
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          url: `Binary/${binary.id}`,
          size: text.byteLength,
          title: `${noteType(visit)[1]}, ${visit.day}`,
          creation: startOf(visit),
        },
        format: {
          system: 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode',
          code: 'urn:ihe:iti:xds:2017:mimeTypeSufficient',
          display: 'mimeType Sufficient',
        },
      },
    ],
    context: { encounter: [encounterOf(visit)], period: { start: startOf(visit) } },
  }
  return [document, binary]
}

/** The notes of a chart's latest visits and of every stay, with their text (US Core DocumentReference, Binary). */
export function documentRecords(chart: Chart): readonly Resource[] {
  const written = new Set([...chart.visits.filter(({ stay }) => stay > 0), ...chart.visits.slice(-NOTES_PER_CHART)])
  return [...written].flatMap((visit) => note(chart, visit))
}
