import type { Row } from '@gatehouse/scopes'
import type { Texts } from './messages.ts'
import { html, type View } from './page.ts'

/** One kind of record with its choice. `value` is what the form sends: the scopes the row stands for. */
export type ConsentRowView = {
  readonly value: string
  readonly short: string
  readonly long: string
  readonly examples: readonly string[]
  readonly includes: readonly string[]
  readonly mayReveal: readonly string[]
  readonly choices: readonly { readonly value: string; readonly short: string; readonly long: string }[]
  readonly ticked: boolean
  readonly badge: 'new' | 'needed' | undefined
}

/** A kind of record: its choice, one line, and under "More" all there is to say. Spec: CON-02, CON-03, CON-08, CON-30 */
export const consentRow = (row: ConsentRowView, id: string, texts: Texts): View => {
  const { t } = texts
  return html`
    <li class="row">
      <input type="checkbox" id=${id} name="scope" value=${row.value} checked=${row.ticked} aria-describedby=${`${id}-line`} />
      <div>
        <label for=${id}>${row.short}</label>
        <div class="aside">
          <span class="line" id=${`${id}-line`}>
            ${row.badge !== undefined && html`<span class="badge">${t(`consent.${row.badge}`)}</span> `}${row.long}
          </span>
          <details>
            <summary>${t('consent.more')}<span class="hidden"> – ${row.short}</span></summary>
            ${more(row, id, texts)}
          </details>
        </div>
      </div>
    </li>
  `
}

const more = ({ value, examples, includes, mayReveal, choices }: ConsentRowView, id: string, texts: Texts): View => {
  const { t, list } = texts
  const showExamples = examples.length > 0 && choices.length === 0
  return html`
    ${includes.length > 0 && html`<p class="line">${t('consent.includes', { list: list(includes) })}</p>`}
    ${showExamples && html`<p class="line">${t('consent.examples', { list: list(examples) })}</p>`}
    ${mayReveal.length > 0 && html`<p class="line">${t('consent.may-reveal', { list: list(mayReveal) })}</p>`}
    ${choices.length > 0 && onlyThese(choices, id, texts)}
    <p><code dir="ltr">${value}</code></p>
  `
}

/** Narrower kinds in the row's place. Spec: CON-18, ONC-13 */
const onlyThese = (choices: ConsentRowView['choices'], id: string, { t }: Texts): View => html`
  <fieldset class="only">
    <legend>${t('consent.only')}</legend>
    <ul class="rows">
      ${choices.map(
        ({ value, short, long }, index) => html`
          <li class="row">
            <input type="checkbox" id=${`${id}-${index}`} name="only" value=${value} />
            <div><label for=${`${id}-${index}`}>${short}</label><span class="line">${long}</span></div>
          </li>
        `,
      )}
    </ul>
  </fieldset>
`

/** A row without more to say, ticked. */
export const tickRow = ({ short, long }: Row, name: string): View => html`
  <li class="row">
    <input type="checkbox" id=${name} name=${name} value="yes" checked />
    <div><label for=${name}>${short}</label><div class="line">${long}</div></div>
  </li>
`

/** Access without the person: never ticked for them. Spec: CON-05, ONC-14 */
export const offlineRow = ({ short, long, ticked }: Row & { readonly ticked: boolean }): View => html`
  <li class="row">
    <input type="checkbox" id="offline" name="offline" value="yes" checked=${ticked} aria-describedby="offline-line" />
    <div><label for="offline">${short}</label><div class="line" id="offline-line">${long}</div></div>
  </li>
`
