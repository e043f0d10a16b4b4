import type { ContextChoices } from '../authorize/context-choices.ts'
import type { DirectoryEncounter, DirectoryPatient } from '../directory/directory.ts'
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

/** Whose record, which visit: one button per choice, so that one tap decides. */
export const contextPage = (view: ContextView): View => {
  const { t } = view.texts
  const isEncounter = view.choices.kind === 'encounters'
  return html`
    <div class="card">
      <h1>${t(isEncounter ? 'context.encounter-title' : 'context.patient-title')}</h1>
      <p class="quiet">${t(isEncounter ? 'context.encounter-intro' : 'context.patient-intro', { app: view.app })}</p>
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
  if (choices.kind === 'encounters')
    return [
      ...choices.encounters.map(encounterButton),
      html`
      <button class="choice" name="choice" value="">${texts.t('context.encounter-none')}</button>
    `,
    ]
  if (choices.kind !== 'patients' || choices.patients.length === 0)
    return html`<p role="status">${texts.t('context.none-found')}</p>`
  return choices.patients.map((patient) => patientButton(patient, texts))
}

const encounterButton = ({ id, words }: DirectoryEncounter): View =>
  html`<button class="choice" name="choice" value=${id}><strong>${words}</strong></button>`

/** Name, birth year and relation: enough to tell two apart, no more. Spec: CON-15 */
const patientButton = ({ id, name, birthDate, relation }: DirectoryPatient, { t }: Texts): View => {
  const year = birthDate === undefined ? undefined : t('context.born', { year: birthDate.slice(0, 4) })
  const line = [year, t(`context.${relation}`)].filter((part) => part !== undefined).join(' · ')
  return html`
    <button class="choice" name="choice" value=${id}>
      <strong>${name}</strong>
      <span class="quiet small">${line}</span>
    </button>
  `
}
