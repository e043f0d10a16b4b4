/** Whose data this is: shown when the EHR does not show it around the app (`need_patient_banner`). */
import { element } from '../kit/elements.ts'
import { age, day, items, type Json, personName, text } from '../kit/words.ts'

const sexes: Readonly<Record<string, string>> = { female: 'Female', male: 'Male', other: 'Other', unknown: 'Not known' }

/** Name, birth date with age, sex and record number: enough to tell two patients apart. Spec: CX-16 */
export function patientBanner(patient: Json): HTMLElement {
  const years = age(patient.birthDate, new Date())
  const born = day(patient.birthDate)
  const number = recordNumber(patient)
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Patient', personName(patient)],
    ['Born', [born, years && `(${years})`].filter(Boolean).join(' ')],
    ['Sex', sexes[text(patient.gender) ?? '']],
    ['Record number', number],
  ]
  const list = facts.flatMap(([term, fact]) =>
    fact ? [element('div', {}, element('dt', {}, term), element('dd', {}, fact))] : [],
  )
  return element('section', { class: 'banner', id: 'banner', 'aria-label': 'Patient' }, element('dl', {}, ...list))
}

/** The medical record number, else any identifier. */
function recordNumber(patient: Json): string | undefined {
  const identifiers = items(patient.identifier)
  const isRecord = (one: Json): boolean => JSON.stringify(one.type ?? '').includes('"MR"')
  return text((identifiers.find(isRecord) ?? identifiers[0])?.value)
}
