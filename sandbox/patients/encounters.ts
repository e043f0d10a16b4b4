import type { CodeableConcept, Coding, Encounter, Period } from '@medplum/fhirtypes'
import { addDays, atTime, TODAY } from './calendar.ts'
import type { Chart, Visit } from './chart.ts'
import { coding, hl7, recordMeta, refer, snomed, systems } from './codes.ts'
import { visitDiagnosisId } from './conditions.ts'
import type { VisitKind } from './course.ts'
import { clinicianOf, patientOf, startOf, writtenOn } from './record.ts'
import { places, staff } from './staff.data.ts'

const classes: Readonly<Record<VisitKind, Coding>> = {
  'check-up': coding(systems.actCode, 'AMB', 'ambulatory'),
  'follow-up': coding(systems.actCode, 'AMB', 'ambulatory'),
  prenatal: coding(systems.actCode, 'AMB', 'ambulatory'),
  emergency: coding(systems.actCode, 'EMER', 'emergency'),
  inpatient: coding(systems.actCode, 'IMP', 'inpatient encounter'),
  telehealth: coding(systems.actCode, 'VR', 'virtual'),
}

function typeOf(visit: Visit): CodeableConcept {
  switch (visit.kind) {
    case 'check-up':
      return visit.age < 18
        ? snomed('410620009', 'Well child visit')
        : snomed('162673000', 'General examination of patient')
    case 'follow-up':
      return visit.first ? snomed('185347001', 'Encounter for problem') : snomed('390906007', 'Follow-up encounter')
    case 'prenatal':
      return visit.first ? snomed('424441002', 'Prenatal initial visit') : snomed('424619006', 'Prenatal visit')
    case 'emergency':
      return snomed('50849002', 'Emergency room admission')
    case 'inpatient':
      return snomed('32485007', 'Hospital admission')
    case 'telehealth':
      return snomed('448337001', 'Telemedicine consultation with patient')
  }
}

function periodOf(visit: Visit): Period {
  const start = startOf(visit)
  if (visit.day === TODAY) return { start }
  if (visit.stay > 0) return { start, end: atTime(addDays(visit.day, visit.stay), 15) }
  return { start, end: `${start.slice(0, 14)}${String(Number(start.slice(14, 16)) + 14)}:00.000Z` }
}

/** The Encounter of one visit (US Core Encounter); a visit on the last day of the records is still going on. */
function encounterRecord(chart: Chart, visit: Visit): Encounter {
  const clinic = staff[visit.by].clinic
  return {
    resourceType: 'Encounter',
    id: visit.id,
    meta: recordMeta({
      profiles: ['us-core-encounter'],
      written: writtenOn(visit.day),
      sensitivity: visit.about?.course.sensitivity,
    }),
    identifier: [{ system: 'https://riverbend.example/visits', value: visit.id }],
    status: visit.day === TODAY ? 'in-progress' : 'finished',
    class: classes[visit.kind],
    type: [typeOf(visit)],
    subject: patientOf(chart),
    participant: [
      {
        type: [hl7('v3-ParticipationType', 'PPRF', 'primary performer')],
        individual: clinicianOf(visit.by),
      },
    ],
    period: periodOf(visit),
    ...(visit.about === undefined
      ? {}
      : {
          reasonCode: [snomed(visit.about.course.problem[0], visit.about.course.problem[2])],
          diagnosis: [{ condition: refer('Condition', visitDiagnosisId(visit)) }],
        }),
    ...(visit.stay > 0
      ? { hospitalization: { dischargeDisposition: hl7('discharge-disposition', 'home', 'Home') } }
      : {}),
    location: [{ location: refer('Location', clinic, places[clinic]) }],
    serviceProvider: refer('Organization', 'riverbend-hospital', 'Riverbend General Hospital'),
  }
}

/** All encounters of a chart, in order of time. */
export function encounterRecords(chart: Chart): readonly Encounter[] {
  return chart.visits.map((visit) => encounterRecord(chart, visit))
}
