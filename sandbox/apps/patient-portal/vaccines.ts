/** Vaccinations: one row per vaccine with all its dates. */
import type { Resource, Session } from '@gatehouse/client'
import { recordPart } from '../kit/part.ts'
import { codes, concept, day } from '../kit/words.ts'
import { list } from './conditions.ts'

/** The vaccinations of the patient in context. */
export const vaccineSection = (session: Session): HTMLElement =>
  recordPart(session, {
    id: 'vaccinations',
    title: 'Vaccinations',
    scope: 'patient/Immunization.rs',
    search: `Immunization?patient=${session.context.patient}&_count=100`,
    none: 'No vaccinations are recorded.',
    render,
  })

function render(found: readonly Resource[]): Node {
  const given = found
    .filter(({ status }) => status === 'completed')
    .toSorted((a, b) => String(b.occurrenceDateTime ?? '').localeCompare(String(a.occurrenceDateTime ?? '')))
  const groups = Map.groupBy(given, (one) => codes(one.vaccineCode)[0] ?? concept(one.vaccineCode))
  return list(
    [...groups.values()].map((doses) => {
      const dates = doses.map((dose) => day(dose.occurrenceDateTime)).filter((one) => one !== undefined)
      const line = doses.length === 1 ? (dates[0] ?? '') : `${doses.length} doses: ${dates.join('; ')}`
      return [concept(doses[0]?.vaccineCode), line]
    }),
  )
}
