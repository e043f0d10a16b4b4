import { formatScopes } from '@gatehouse/scopes'
import { durations, endOf } from '../authorize/consent-choice.ts'
import type { ConsentRow, ConsentSection } from '../authorize/consent-rows.ts'
import type { Texts } from './messages.ts'
import { html, type View } from './page.ts'
import { hiddenFields } from './sign-in-page.ts'

/** What the consent pages are told. */
export type ConsentView = {
  readonly texts: Texts
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  readonly app: string
  readonly organization: string
  /** Name of who is signed in. */
  readonly person: string
  /** Name of the patient, when there is one. */
  readonly patient: string | undefined
  readonly sections: readonly ConsentSection[]
  readonly asksIdentity: boolean
  readonly asksOffline: boolean
  readonly now: number
}

/** The full page: everything that was asked, each with a choice. Spec: CON-01, CON-02, CON-05, CON-06, CON-09 */
export const consentPage = (view: ConsentView): View => {
  const { texts, app, organization } = view
  const { t } = texts
  return html`
    <form method="post" action=${view.action} class="card">
      ${hiddenFields(view.fields)}
      ${heading(view, t('consent.title', { app }))}
      ${view.sections.map(
        (section) => html`
          <h2>${section.heading}</h2>
          <ul class="rows">${section.rows.map((row, index) => rowView(row, `${section.heading}-${index}`))}</ul>
        `,
      )}
      ${apart(view)}
      <p class="small quiet">${t('consent.after', { organization })}</p>
      <div class="answers">
        <button name="answer" value="deny">${t('consent.deny')}</button>
        <button name="answer" value="share">${t('consent.share')}</button>
      </div>
    </form>
  `
}

/** One tap: nothing new is shared. Spec: CON-11 */
export const continuePage = (view: ConsentView): View => {
  const { t } = view.texts
  return html`
    <form method="post" action=${view.action} class="card">
      ${hiddenFields(view.fields)}
      ${heading(view, t('consent.continue-title', { app: view.app }))}
      <p>${t('consent.continue-line')}</p>
      <div class="answers">
        <button name="answer" value="deny">${t('consent.deny')}</button>
        <button name="answer" value="continue">${t('consent.continue', { app: view.app })}</button>
      </div>
    </form>
  `
}

const heading = ({ texts, patient, person }: ConsentView, title: string): View => html`
  <h1>${title}</h1>
  <p class="who">
    ${patient !== undefined && html`<strong>${texts.t('consent.whose', { name: patient })}</strong>`}
    <span class="small quiet">${texts.t('consent.staff', { name: person })}</span>
  </p>
`

const rowView = ({ scopes, short, long }: ConsentRow, id: string): View => html`
  <li class="row">
    <input type="checkbox" id=${id} name="scope" value=${formatScopes(scopes)} checked />
    <div><label for=${id}>${short}</label><span class="line">${long}</span></div>
  </li>
`

const apart = ({ texts, asksIdentity, asksOffline, now }: ConsentView): View => {
  const { t, date } = texts
  const until = durations.map((duration) => [duration, endOf(duration, now)] as const)
  return html`
    <ul class="rows">
      ${
        asksIdentity &&
        html`<li class="row">
          <input type="checkbox" id="identity" name="identity" value="yes" checked />
          <div><label for="identity">${t('consent.identity')}</label>
            <span class="line">${t('consent.identity-line')}</span></div>
        </li>`
      }
      ${
        asksOffline &&
        html`<li class="row">
          <input type="checkbox" id="offline" name="offline" value="yes" />
          <div><label for="offline">${t('consent.offline')}</label></div>
        </li>`
      }
    </ul>
    <div class="field">
      <label for="duration">${t('consent.duration')}</label>
      <select id="duration" name="duration">
        ${until.map(
          ([duration, end]) => html`<option value=${duration} selected=${duration === '365'}>
            ${t(`consent.duration-${duration}`, { date: end === undefined ? '' : date(end) })}
          </option>`,
        )}
      </select>
    </div>
  `
}
