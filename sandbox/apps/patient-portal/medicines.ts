/** Medicines: what is taken now, with how to take it, then what is over. */
import type { Resource, Session } from '@gatehouse/client'
import { element } from '../kit/elements.ts'
import { recordPart } from '../kit/part.ts'
import { concept, day, items, type Json, part, text } from '../kit/words.ts'
import { list } from './conditions.ts'

/** The medicines of the patient in context. */
export const medicineSection = (session: Session): HTMLElement =>
  recordPart(session, {
    id: 'medicines',
    title: 'Medicines',
    scope: 'patient/MedicationRequest.rs',
    search: `MedicationRequest?patient=${session.context.patient}&_count=100`,
    none: 'No medicines are recorded.',
    render,
  })

const nameOf = (order: Json): string | undefined =>
  concept(order.medicationCodeableConcept) ?? text(part(order.medicationReference).display)

const howOf = (order: Json): string | undefined =>
  items(order.dosageInstruction)
    .map((dosage) => text(dosage.text))
    .find(Boolean)

function render(found: readonly Resource[]): Node {
  const orders = found
    .filter(({ status }) => status !== 'entered-in-error')
    .toSorted((a, b) => String(b.authoredOn ?? '').localeCompare(String(a.authoredOn ?? '')))
  const current = orders.filter(({ status }) => status === 'active' || status === 'on-hold')
  const past = orders.filter(({ status }) => status !== 'active' && status !== 'on-hold')
  const row = (order: Json): readonly [string | undefined, string] => [
    nameOf(order),
    [howOf(order), day(order.authoredOn) && `ordered ${day(order.authoredOn)}`].filter(Boolean).join(' · '),
  ]
  return element(
    'div',
    {},
    current.length === 0 && element('p', { class: 'quiet' }, 'Nothing is taken at the moment.'),
    list(current.map(row)),
    past.length > 0 &&
      element('details', {}, element('summary', {}, `No longer taken (${past.length})`), list(past.map(row))),
  )
}
