import type { Coverage } from '@medplum/fhirtypes'
import { TODAY } from './calendar.ts'
import type { Chart } from './chart.ts'
import { coding, hl7, recordMeta, refer, systems } from './codes.ts'
import { seededRandom } from './random.ts'
import { patientOf, writtenOn } from './record.ts'

/** Who pays: the federal plan from 65, the state plan for some, an employer's plan for the others. */
type Payer = { readonly id: string; readonly name: string; readonly type: readonly [code: string, display: string] }

const federal: Payer = { id: 'payer-federal', name: 'Federal Senior Plan', type: ['PUBLICPOL', 'public healthcare'] }
const state: Payer = { id: 'payer-state', name: 'State Family Plan', type: ['PUBLICPOL', 'public healthcare'] }
const employer: Payer = { id: 'payer-employer', name: 'Bay Mutual Health', type: ['EHCPOL', 'extended healthcare'] }

/** The payers of the town, as organizations. */
export const payers: readonly Payer[] = [federal, state, employer]

function payerOf(chart: Chart): Payer {
  if (chart.age >= 65) return federal
  return seededRandom(`${chart.person.family}/payer`).chance(0.35) ? state : employer
}

/** The insurance of a chart's person (US Core Coverage). */
export function coverageRecord(chart: Chart): Coverage {
  const payer = payerOf(chart)
  const member = `M${seededRandom(`${chart.person.id}/member`).whole(10_000_000, 99_999_999)}`
  const parent = chart.person.relatives.find(({ proxy, patient }) => proxy === true && patient !== undefined)
  const subscriber =
    chart.age < 18 && parent?.patient !== undefined ? refer('Patient', parent.patient) : patientOf(chart)
  return {
    resourceType: 'Coverage',
    id: `${chart.person.id}-coverage`,
    meta: recordMeta({ profiles: ['us-core-coverage'], written: writtenOn(chart.latest.day) }),
    identifier: [
      { type: hl7('v2-0203', 'MB', 'Member Number'), system: `https://${payer.id}.example/members`, value: member },
    ],
    status: 'active',
    type: { coding: [coding(systems.actCode, ...payer.type)], text: payer.name },
    subscriber,
    subscriberId: member,
    beneficiary: patientOf(chart),
    relationship: hl7('subscriber-relationship', chart.age < 18 ? 'child' : 'self'),
    period: { start: `${Number(TODAY.slice(0, 4))}-01-01` },
    payor: [refer('Organization', payer.id, payer.name)],
    class: [{ type: hl7('coverage-class', 'plan', 'Plan'), value: payer.id, name: payer.name }],
  }
}
