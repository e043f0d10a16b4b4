import type { DiagnosticReport, Observation, Resource, ServiceRequest, Specimen } from '@medplum/fhirtypes'
import { type Chart, progressOn, type Visit } from './chart.ts'
import { concept, hl7, loinc, recordMeta, refer, snomed, systems } from './codes.ts'
import { type LabName, type LabTest, labPanels, labTests } from './labs.data.ts'
import { interpretation, observationCategories, observationId, observationRecord, quantity } from './observation.ts'
import { seededRandom } from './random.ts'
import { clinicianOf, encounterOf, patientOf, startOf, writtenOn } from './record.ts'

/** A panel as it was ordered at one visit: the report's name and the tests in it. */
type Order = {
  readonly name: string
  readonly code: readonly [loinc: string, display: string]
  readonly tests: readonly LabName[]
}

function checkUpTests(chart: Chart, visit: Visit): readonly LabName[] {
  const months = Math.round(visit.age * 12)
  if (visit.first && months < 2) return ['bilirubin']
  if (visit.age < 6) return months === 12 || months === 24 ? ['hemoglobin', 'lead'] : []
  if (visit.age < 18) return Math.floor(visit.age) % 7 === 3 ? labPanels.lipids.tests : []
  const yearly = chart.visits.filter(({ kind }) => kind === 'check-up').indexOf(visit)
  return yearly % 2 === 0 ? [...labPanels.lipids.tests, ...labPanels.metabolic.tests] : labPanels.bloodCount.tests
}

function testsAt(chart: Chart, visit: Visit): readonly LabName[] {
  if (visit.about !== undefined) return visit.about.course.labs?.map(([name]) => name) ?? []
  return visit.kind === 'check-up' ? checkUpTests(chart, visit) : []
}

function ordersAt(chart: Chart, visit: Visit): readonly Order[] {
  const asked = new Set(testsAt(chart, visit))
  const orders: Order[] = []
  for (const name of ['lipids', 'bloodCount', 'metabolic'] as const) {
    const { loinc: code, display, tests } = labPanels[name]
    if (!tests.every((test) => asked.has(test))) continue
    for (const test of tests) asked.delete(test)
    orders.push({ name: name.toLowerCase(), code: [code, display], tests })
  }
  const { loinc: code, display } = labPanels.other
  return asked.size === 0 ? orders : [...orders, { name: 'labs', code: [code, display], tests: [...asked] }]
}

function usualValue(chart: Chart, name: LabName, test: LabTest): number {
  const middle = test.usual ?? ((test.low ?? 0) + (test.high ?? 0)) / 2
  return middle + seededRandom(`${chart.person.id}/usual/${name}`).normal(0, test.scatter)
}

/** What a test shows on the day of a visit: along the person's courses, else around the person's usual value. */
function labValue(chart: Chart, visit: Visit, name: LabName): number {
  const test = labTests[name]
  const scatter = seededRandom(`${visit.id}/lab/${name}`).normal(0, test.scatter)
  for (const active of chart.courses) {
    const course = active.course.labs?.find(([lab]) => lab === name)
    if (course === undefined || active.began > visit.day) continue
    const [, from, to] = course
    return Math.max(0, from + (to - from) * progressOn(active, visit.day) + scatter)
  }
  return Math.max(0, usualValue(chart, name, test) + scatter)
}

function interpret(value: number, { low, high }: LabTest): 'H' | 'L' | 'N' {
  if (low !== undefined && value < low) return 'L'
  return high !== undefined && value > high ? 'H' : 'N'
}

function result(chart: Chart, visit: Visit, name: LabName): Observation {
  const test: LabTest = labTests[name]
  const value = quantity(labValue(chart, visit, name), test.unit, test.decimals)
  return observationRecord(chart, visit, {
    name: `lab-${name.toLowerCase()}`,
    profile: 'us-core-observation-lab',
    categories: [observationCategories.laboratory],
    code: [test.loinc, test.display],
    sensitivity: visit.about?.course.sensitivity,
    found: {
      valueQuantity: value,
      interpretation: [interpretation(interpret(value.value ?? 0, test))],
      referenceRange: [
        {
          ...(test.low === undefined ? {} : { low: quantity(test.low, test.unit, test.decimals) }),
          ...(test.high === undefined ? {} : { high: quantity(test.high, test.unit, test.decimals) }),
        },
      ],
      specimen: refer('Specimen', `${visit.id}-blood`),
    },
  })
}

function specimen(chart: Chart, visit: Visit): Specimen {
  return {
    resourceType: 'Specimen',
    id: `${visit.id}-blood`,
    meta: recordMeta({ profiles: ['us-core-specimen'], written: writtenOn(visit.day) }),
    status: 'available',
    type: snomed('119297000', 'Blood specimen'),
    subject: patientOf(chart),
    collection: { collectedDateTime: startOf(visit) },
  }
}

function order(chart: Chart, visit: Visit, { name, code }: Order): ServiceRequest {
  return {
    resourceType: 'ServiceRequest',
    id: `${visit.id}-order-${name}`,
    meta: recordMeta({
      profiles: ['us-core-servicerequest'],
      written: writtenOn(visit.day),
      sensitivity: visit.about?.course.sensitivity,
    }),
    status: 'completed',
    intent: 'order',
    category: [snomed('108252007', 'Laboratory procedure')],
    code: loinc(...code),
    subject: patientOf(chart),
    encounter: encounterOf(visit),
    authoredOn: startOf(visit),
    requester: clinicianOf(visit.by),
  }
}

function report(chart: Chart, visit: Visit, { name, code, tests }: Order): DiagnosticReport {
  return {
    resourceType: 'DiagnosticReport',
    id: `${visit.id}-report-${name}`,
    meta: recordMeta({
      profiles: ['us-core-diagnosticreport-lab'],
      written: writtenOn(visit.day),
      sensitivity: visit.about?.course.sensitivity,
    }),
    basedOn: [refer('ServiceRequest', `${visit.id}-order-${name}`)],
    status: 'final',
    category: [{ ...hl7('v2-0074', 'LAB', 'Laboratory'), text: 'Laboratory' }],
    code: concept(systems.loinc, ...code),
    subject: patientOf(chart),
    encounter: encounterOf(visit),
    effectiveDateTime: startOf(visit),
    issued: writtenOn(visit.day),
    performer: [refer('Organization', 'riverbend-laboratory', 'Riverbend Laboratory')],
    specimen: [refer('Specimen', `${visit.id}-blood`)],
    result: tests.map((test) => ({
      ...refer('Observation', observationId(visit, `lab-${test.toLowerCase()}`)),
      display: labTests[test].display,
    })),
  }
}

/** Laboratory results of a chart with their orders, specimens and reports (US Core laboratory profiles). */
export function labRecords(chart: Chart): readonly Resource[] {
  return chart.visits.flatMap((visit): readonly Resource[] => {
    const orders = ordersAt(chart, visit)
    if (orders.length === 0) return []
    return [
      specimen(chart, visit),
      ...orders.flatMap((one) => [
        order(chart, visit, one),
        ...one.tests.map((test) => result(chart, visit, test)),
        report(chart, visit, one),
      ]),
    ]
  })
}
