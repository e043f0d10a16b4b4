/** The visit the app was opened in. */
import type { Session } from '@gatehouse/client'
import { element, section } from '../kit/elements.ts'
import { concept, day, isJson, items, type Json, part, text } from '../kit/words.ts'

const kinds: Readonly<Record<string, string>> = {
  AMB: 'Outpatient',
  EMER: 'Emergency',
  IMP: 'Inpatient',
  VR: 'Video or phone',
  HH: 'At home',
}
const states: Readonly<Record<string, string>> = {
  planned: 'Planned',
  arrived: 'Arrived',
  triaged: 'Triaged',
  'in-progress': 'Going on now',
  finished: 'Finished',
}

/** A card with what, when, why and with whom; disappears when the visit may not be read. */
export function visitSection(session: Session, encounter: string): HTMLElement {
  const list = element('dl', {})
  const made = section('This visit', 'visit', list)
  made.classList.add('visit')
  session.request(`Encounter/${encounter}`).then(
    (found) => list.append(...(isJson(found) ? facts(found) : [])),
    () => made.remove(),
  )
  return made
}

function facts(visit: Json): readonly HTMLElement[] {
  const reason = items(visit.reasonCode).map(concept).find(Boolean)
  const who = items(visit.participant)
    .map(({ individual }) => text(part(individual).display))
    .find(Boolean)
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['What', items(visit.type).map(concept).find(Boolean)],
    ['Kind', kinds[text(part(visit.class).code) ?? '']],
    ['Started', day(part(visit.period).start)],
    ['State', states[text(visit.status) ?? '']],
    ['Reason', reason],
    ['With', who],
  ]
  return rows.flatMap(([term, fact]) =>
    fact === undefined ? [] : [element('div', {}, element('dt', {}, term), element('dd', {}, fact))],
  )
}
