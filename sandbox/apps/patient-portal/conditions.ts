/** Conditions: what is active first, then what is over. */
import type { Resource, Session } from '@gatehouse/client'
import { element } from '../kit/elements.ts'
import { recordPart } from '../kit/part.ts'
import { codes, concept, day, items, type Json } from '../kit/words.ts'

/** The conditions of the patient in context, grouped by what lasts. */
export const conditionSection = (session: Session): HTMLElement =>
  recordPart(session, {
    id: 'conditions',
    title: 'Conditions',
    scope: 'patient/Condition.rs',
    search: `Condition?patient=${session.context.patient}&_count=100`,
    none: 'No conditions are recorded.',
    render,
  })

const over = ['inactive', 'remission', 'resolved']

const isOver = (condition: Json): boolean => codes(condition.clinicalStatus).some((code) => over.includes(code))

const isMistake = (condition: Json): boolean => codes(condition.verificationStatus).includes('entered-in-error')

function render(found: readonly Resource[]): Node {
  const conditions = onePerCode(found.filter((one) => !isMistake(one)))
  const active = conditions.filter((one) => !isOver(one) && isLasting(one))
  const noted = conditions.filter((one) => !isOver(one) && !isLasting(one))
  const past = conditions.filter(isOver)
  const more = (title: string, rows: readonly Json[], line: (one: Json) => string): HTMLElement | false =>
    rows.length > 0 &&
    element(
      'details',
      {},
      element('summary', {}, `${title} (${rows.length})`),
      list(rows.map((one) => [concept(one.code), line(one)])),
    )
  return element(
    'div',
    {},
    active.length === 0 && element('p', { class: 'quiet' }, 'Nothing lasting is recorded at the moment.'),
    list(active.map((one) => [concept(one.code), since(one)])),
    more('Noted at visits', noted, since),
    more('In the past', past, span),
  )
}

/** On the problem list, rather than written down for one visit only. */
const isLasting = (condition: Json): boolean =>
  !items(condition.category).some((category) => codes(category).includes('encounter-diagnosis'))

/** One row for a condition that is recorded again at every visit: the lasting entry, else the oldest. Newest on top. */
function onePerCode(conditions: readonly Json[]): readonly Json[] {
  const onset = (one: Json): string => String(one.onsetDateTime ?? one.recordedDate ?? '')
  const groups = Map.groupBy(conditions, (one) => codes(one.code)[0] ?? concept(one.code))
  return [...groups.values()]
    .flatMap((group) =>
      group
        .toSorted((a, b) => onset(a).localeCompare(onset(b)))
        .toSorted(lastingFirst)
        .slice(0, 1),
    )
    .toSorted((a, b) => onset(b).localeCompare(onset(a)))
}

const lastingFirst = (a: Json, b: Json): number => Number(isLasting(b)) - Number(isLasting(a))

const since = (condition: Json): string => {
  const onset = day(condition.onsetDateTime ?? condition.recordedDate)
  return onset === undefined ? '' : `Since ${onset}`
}

const span = (condition: Json): string =>
  [day(condition.onsetDateTime), day(condition.abatementDateTime)].filter(Boolean).join(' to ')

/** Rows of a name and a quiet line. */
export const list = (rows: readonly (readonly [name: string | undefined, line: string])[]): HTMLElement =>
  element(
    'ul',
    { class: 'rows' },
    ...rows.map(([name, line]) =>
      element(
        'li',
        {},
        element('strong', {}, name ?? 'Not named in the record'),
        element('div', { class: 'quiet' }, line),
      ),
    ),
  )
