import type { ContextChoices } from '../authorize/context-choices.ts'
import type { DirectoryPatient } from '../directory/directory.ts'
import type { Texts } from './messages.ts'
import { html, type View } from './page.ts'
import { hiddenFields } from './sign-in-page.ts'

/** What the context page is told. */
export type ContextView = {
  readonly texts: Texts
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  readonly handle: string
  readonly app: string
  readonly choices: ContextChoices
  readonly search: string
}

/** Whose record, which visit, which scan: one button per choice, so that one tap decides. */
export const contextPage = (view: ContextView): View => {
  const { t } = view.texts
  const { kind } = view.choices
  const topic = kind === 'encounters' ? 'encounter' : kind === 'resources' ? 'resource' : 'patient'
  return html`
    <div class="card">
      <h1>${t(`context.${topic}-title`)}</h1>
      <p class="quiet">${t(`context.${topic}-intro`, { app: view.app })}</p>
      ${view.choices.kind === 'patients' && view.choices.searchable && searchForm(view)}
      <form method="post" action=${view.action}>
        ${hiddenFields(view.fields)}
        <div class="stack">${choiceButtons(view)}</div>
        <p><button class="plain" name="answer" value="cancel">${t('context.cancel', { app: view.app })}</button></p>
      </form>
    </div>
  `
}

const searchForm = ({ texts, action, handle, search }: ContextView): View => html`
  <form method="get" action=${action} class="stack" role="search">
    <input type="hidden" name="interaction" value=${handle} />
    <div class="field">
      <label for="search">${texts.t('context.search')}</label>
      <input type="search" id="search" name="search" value=${search} autocomplete="off" />
    </div>
    <div class="answers"><button>${texts.t('context.search-submit')}</button></div>
  </form>
`

const choiceButtons = ({ texts, choices }: ContextView): View | readonly View[] => {
  const { t, day } = texts
  const none = html`<button class="choice" name="choice" value="">${t('context.none')}</button>`
  const when = (date: string | undefined) => (date === undefined ? undefined : day(date))
  if (choices.kind === 'encounters')
    return [...choices.encounters.map(({ id, words, start }) => choiceButton(id, words, when(start))), none]
  if (choices.kind === 'resources')
    return [...choices.resources.map(({ reference, words, date }) => choiceButton(reference, words, when(date))), none]
  if (choices.kind !== 'patients' || choices.patients.length === 0)
    return html`<p role="status">${t('context.none-found')}</p>`
  return choices.patients.map((patient) => choiceButton(patient.id, patient.name, patientLine(patient, texts)))
}

const choiceButton = (value: string, words: string, line: string | undefined): View => html`
  <button class="choice" name="choice" value=${value}>
    <strong>${words}</strong>
    ${line !== undefined && html`<span class="quiet small">${line}</span>`}
  </button>
`

/** Birth year and relation: with the name enough to tell two apart, no more. Spec: CON-15 */
const patientLine = ({ birthDate, relation }: DirectoryPatient, { t }: Texts): string => {
  const year = birthDate === undefined ? undefined : t('context.born', { year: birthDate.slice(0, 4) })
  return [year, t(`context.${relation}`)].filter((part) => part !== undefined).join(' · ')
}
