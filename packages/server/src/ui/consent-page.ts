import type { Row } from '@gatehouse/scopes'
import type { Config } from '../config.ts'
import { type ConsentRowView, consentRow, offlineRow, tickRow } from './consent-row.ts'
import type { Texts } from './messages.ts'
import { html, type View } from './page.ts'
import { hiddenFields } from './sign-in-page.ts'

/** What the consent pages are told. */
export type ConsentView = {
  readonly kind: 'full' | 'continue' | 'again'
  readonly texts: Texts
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  readonly app: {
    readonly name: string
    /** In ASCII; absent for an app without a site. */
    readonly domain: string | undefined
    readonly isKnown: boolean
    readonly policyUri: string | undefined
    readonly tosUri: string | undefined
  }
  readonly organization: Config['organization']
  readonly stopUrl: string
  /** Where the person finds what they agreed before. */
  readonly receiptUrl: string | undefined
  /** Name of who is signed in. */
  readonly person: string
  readonly patient:
    | { readonly name: string; readonly relation: 'self' | 'proxy' | 'staff'; readonly mayChange: boolean }
    | undefined
  readonly sections: readonly {
    readonly heading: string
    readonly reach: string | undefined
    readonly rows: readonly ConsentRowView[]
  }[]
  readonly identity: Row | undefined
  readonly offline: (Row & { readonly ticked: boolean }) | undefined
  readonly duration: {
    readonly preset: string
    readonly options: readonly {
      readonly value: string
      readonly days: number | undefined
      readonly endsAt: number | undefined
    }[]
  }
}

/** The three consent pages. Everything that was asked, each with a choice; or one tap where nothing is new. Spec: CON-01..CON-11, CON-16 */
export const consentPage = (view: ConsentView): View => html`
  <form method="post" action=${view.action} class="card consent" id="consent">
    ${hiddenFields(view.fields)}
    ${whoAsks(view)}
    ${view.kind === 'continue' ? oneTap(view) : everything(view)}
  </form>
  ${below(view)}
`

const whoAsks = ({ kind, texts, app, patient }: ConsentView): View => {
  const { t } = texts
  return html`
    <h1>${t(kind === 'continue' ? 'consent.continue-title' : 'consent.title', { app: app.name })}</h1>
    <p class="who">
      ${patient !== undefined && html`<strong>${t('consent.whose', { name: patient.name })}</strong>`}
      ${app.domain !== undefined && html`<span class="domain quiet small"><bdi dir="ltr">${app.domain}</bdi></span>`}
    </p>
    ${!app.isKnown && html`<p class="notice">${t('consent.unknown-app', { app: app.name })}</p>`}
    ${kind === 'again' && app.isKnown && html`<p class="notice">${t('consent.again', { app: app.name })}</p>`}
  `
}

const oneTap = ({ texts, app, receiptUrl }: ConsentView): View => html`
  <p>${texts.t('consent.continue-line')}</p>
  ${receiptUrl !== undefined && html`<p><a href=${receiptUrl}>${texts.t('receipt.title', { app: app.name })}</a></p>`}
  <div class="answers">
    <button name="answer" value="deny">${texts.t('consent.deny')}</button>
    <button name="answer" value="continue">${texts.t('consent.continue', { app: app.name })}</button>
  </div>
  <p><button class="plain" name="answer" value="review">${texts.t('consent.review')}</button></p>
`

const everything = (view: ConsentView): View => {
  const { texts, app, organization, identity, offline } = view
  const { t } = texts
  return html`
    ${view.sections.map(
      ({ heading, reach, rows }, section) => html`
        <fieldset>
          <legend>${t('consent.wants', { app: app.name, verbs: heading })}</legend>
          ${reach !== undefined && html`<p class="small quiet">${reach}</p>`}
          <ul class="rows">${rows.map((row, index) => consentRow(row, `row-${section}-${index}`, texts))}</ul>
        </fieldset>
      `,
    )}
    <ul class="rows apart">
      ${identity !== undefined && tickRow(identity, 'identity')}
      ${offline !== undefined && offlineRow(offline)}
    </ul>
    ${howLong(view)}
    <p class="small quiet">${t('consent.after', { organization: organization.name })}</p>
    <div class="answers">
      <button name="answer" value="deny">${t('consent.deny')}</button>
      <button name="answer" value="share">${t('consent.share')}</button>
    </div>
  `
}

/** The date is on the page for every choice. Spec: CON-07 */
const howLong = ({ texts, duration }: ConsentView): View => {
  const { t, date } = texts
  const words = ({ value, days, endsAt }: ConsentView['duration']['options'][number]): string =>
    days === undefined || endsAt === undefined
      ? t(value === 'once' ? 'consent.duration-once' : 'consent.duration-open')
      : t('consent.duration-until', { date: date(endsAt) })
  return html`
    <div class="field beside">
      <label for="duration">${t('consent.duration')}</label>
      <select id="duration" name="duration">
        ${duration.options.map(
          (option) => html`
            <option value=${option.value} selected=${option.value === duration.preset}>${words(option)}</option>
          `,
        )}
      </select>
    </div>
  `
}

/** What a person may want to know before or after: who is signed in, how to stop, what the app promises. Spec: CON-16 */
const below = ({ texts, person, patient, stopUrl, app }: ConsentView): View => {
  const { t } = texts
  const link = (uri: string | undefined, words: string) =>
    uri !== undefined && html`<li><a href=${uri} rel="noreferrer noopener" target="_blank">${words}</a></li>`
  return html`
    <div class="below small">
      <p>
        ${t('consent.signed-in', { name: person })}${' '}
        <button class="plain" form="consent" name="answer" value="other-user">${t('consent.not-you')}</button>
      </p>
      ${
        patient?.mayChange &&
        html`<p>
          ${t('consent.whose', { name: patient.name })}:${' '}
          <button class="plain" form="consent" name="answer" value="other-patient">${t('consent.change')}</button>
        </p>`
      }
      <p>
        ${t('consent.stop')} <a href=${stopUrl}>${t('consent.stop-link')}</a>
      </p>
      <ul class="links">
        ${link(app.policyUri, t('consent.policy', { app: app.name }))}
        ${link(app.tosUri, t('consent.terms', { app: app.name }))}
      </ul>
    </div>
  `
}
