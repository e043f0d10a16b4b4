import type { DiagnosticReport, ImagingStudy, Resource } from '@medplum/fhirtypes'
import { type Chart, type Visit, visitsOf } from './chart.ts'
import { coding, loinc, recordMeta, refer, systems } from './codes.ts'
import { type ImagingExam, type ImagingName, imagingExams } from './imaging.data.ts'
import { hashText } from './random.ts'
import { clinicianOf, encounterOf, patientOf, startOf, writtenOn } from './record.ts'

const exams: Readonly<Record<ImagingName, ImagingExam>> = imagingExams

const reportCategory = (exam: ImagingName): readonly [code: string, display: string] =>
  exam === 'echocardiogram' ? ['LP29708-2', 'Cardiology'] : ['LP29684-5', 'Radiology']

/** A DICOM UID under the root for UIDs made from numbers, the same for the same name. */
function dicomUid(name: string): string {
  return `2.25.${hashText(`${name}/a`)}${String(hashText(`${name}/b`)).padStart(10, '0')}`
}

function study(chart: Chart, visit: Visit, exam: ImagingName): ImagingStudy {
  const { display, modality, sopClass, body, images } = exams[exam]
  const id = `${visit.id}-images`
  return {
    resourceType: 'ImagingStudy',
    id,
    meta: recordMeta({ profiles: [], written: writtenOn(visit.day), sensitivity: visit.about?.course.sensitivity }),
    identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:${dicomUid(id)}` }],
    status: 'available',
    modality: [coding(systems.dicom, modality)],
    subject: patientOf(chart),
    encounter: encounterOf(visit),
    started: startOf(visit),
    referrer: clinicianOf(visit.by),
    interpreter: [clinicianOf('radiology')],
    numberOfSeries: 1,
    numberOfInstances: images,
    description: display,
    series: [
      {
        uid: dicomUid(`${id}/series`),
        number: 1,
        modality: coding(systems.dicom, modality),
        description: display,
        numberOfInstances: images,
        bodySite: coding(systems.snomed, ...body),
        started: startOf(visit),
        instance: Array.from({ length: images }, (_, index) => ({
          uid: dicomUid(`${id}/image/${index + 1}`),
          sopClass: { system: 'urn:ietf:rfc:3986', code: `urn:oid:${sopClass}` },
          number: index + 1,
        })),
      },
    ],
  }
}

function report(chart: Chart, visit: Visit, exam: ImagingName): DiagnosticReport {
  const { loinc: code, display, finding } = imagingExams[exam]
  const text = Buffer.from(`${display}, ${visit.day}\n${chart.name}\n\n${finding}\n`, 'utf8')
  return {
    resourceType: 'DiagnosticReport',
    id: `${visit.id}-images-report`,
    meta: recordMeta({
      profiles: ['us-core-diagnosticreport-note'],
      written: writtenOn(visit.day),
      sensitivity: visit.about?.course.sensitivity,
    }),
    status: 'final',
    category: [loinc(...reportCategory(exam))],
    code: loinc(code, display),
    subject: patientOf(chart),
    encounter: encounterOf(visit),
    effectiveDateTime: startOf(visit),
    issued: writtenOn(visit.day),
    performer: [refer('Organization', 'riverbend-hospital', 'Riverbend General Hospital')],
    resultsInterpreter: [clinicianOf('radiology')],
    imagingStudy: [refer('ImagingStudy', `${visit.id}-images`)],
    conclusion: finding,
    presentedForm: [{ contentType: 'text/plain; charset=utf-8', data: text.toString('base64'), title: display }],
  }
}

/** Studies and reports of a chart's courses that need pictures (ImagingStudy, US Core DiagnosticReport for notes). */
export function imagingRecords(chart: Chart): readonly Resource[] {
  return chart.courses.flatMap((active) => {
    const exam = active.course.imaging
    const [visit] = visitsOf(chart, active)
    return exam === undefined || visit === undefined ? [] : [study(chart, visit, exam), report(chart, visit, exam)]
  })
}
