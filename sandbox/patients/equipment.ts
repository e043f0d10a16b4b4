import type { Device } from '@medplum/fhirtypes'
import { addMonths } from './calendar.ts'
import type { Chart } from './chart.ts'
import { recordMeta, snomed } from './codes.ts'
import { type DeviceName, devices } from './devices.data.ts'
import { seededRandom } from './random.ts'
import { patientOf, writtenOn } from './record.ts'

/** A made-up GTIN-14 with its right check digit. */
function gtin(seed: string): string {
  const body = `0${seededRandom(seed).whole(100_000, 999_999)}${seededRandom(`${seed}/item`).whole(100_000, 999_999)}`
  const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0)
  return `${body}${(10 - (sum % 10)) % 10}`
}

function deviceRecord(chart: Chart, name: DeviceName, since: string): Device {
  const { snomed: code, display, maker, implant } = devices[name]
  const identifier = gtin(`device/${name}`)
  const serial = `SN${seededRandom(`${chart.person.id}/${name}`).whole(100_000, 999_999)}`
  const lot = `L${seededRandom(`${chart.person.id}/${name}/lot`).whole(1000, 9999)}`
  return {
    resourceType: 'Device',
    id: `${chart.person.id}-device-${name.toLowerCase()}`,
    meta: recordMeta({ profiles: implant ? ['us-core-implantable-device'] : [], written: writtenOn(since) }),
    ...(implant
      ? {
          udiCarrier: [{ deviceIdentifier: identifier, carrierHRF: `(01)${identifier}(10)${lot}(21)${serial}` }],
          distinctIdentifier: identifier,
        }
      : {}),
    status: 'active',
    manufacturer: maker,
    manufactureDate: addMonths(since, -7),
    expirationDate: addMonths(since, 120),
    lotNumber: lot,
    serialNumber: serial,
    deviceName: [{ name: display, type: 'user-friendly-name' }],
    type: snomed(code, display),
    patient: patientOf(chart),
  }
}

/** What a chart's person has at home or in the body (US Core Implantable Device where it is one). */
export function deviceRecords(chart: Chart): readonly Device[] {
  const fromCourses = chart.courses.flatMap(({ course, began }) =>
    course.device === undefined ? [] : [deviceRecord(chart, course.device, began)],
  )
  const first = chart.visits[0] ?? chart.latest
  return fromCourses.length > 0 ? fromCourses : [deviceRecord(chart, chart.stage.device, first.day)]
}
