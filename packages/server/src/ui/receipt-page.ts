import type { ConsentRecord } from '../grants/consent-record.ts'
import type { Texts } from './messages.ts'
import { html, type View } from './page.ts'

/** What the receipt is told. */
export type ReceiptView = {
  readonly texts: Texts
  readonly record: ConsentRecord
  readonly app: string
  readonly patient: string | undefined
  readonly stopUrl: string
}

/** Who got what, until when, and how to stop it: as it was agreed, in the words that were read then. Spec: CON-14, MNG-20 */
export const receiptPage = ({ texts, record, app, patient, stopUrl }: ReceiptView): View => {
  const { t, date } = texts
  // How long the app may come back is said in a sentence of its own, not in the lists of what is shared.
  const kinds = record.rows.filter(({ scope }) => !['offline_access', 'online_access'].includes(scope))
  const chosen = kinds.filter((row) => row.chosen)
  const left = kinds.filter((row) => !row.chosen)
  return html`
    <article class="card">
      <h1>${t('receipt.title', { app })}</h1>
      <p>${t('receipt.decided', { date: date(record.decidedAt) })}</p>
      ${patient !== undefined && html`<p>${t('receipt.whose', { name: patient })}</p>`}
      <h2>${t('receipt.shared')}</h2>
      ${rowList(chosen, record.locale)}
      ${record.access === 'offline' && html`<p>${t('receipt.offline')}</p>`}
      ${left.length > 0 && html`<h2>${t('receipt.not-shared')}</h2>${rowList(left, record.locale)}`}
      <h2>${record.endsAt === undefined ? t('receipt.open') : t('receipt.until', { date: date(record.endsAt) })}</h2>
      <p>${howToStop(texts, stopUrl, record.discloser)}</p>
    </article>
  `
}

/** The sentence with its address as a link, wherever the language puts it. */
const howToStop = ({ t }: Texts, stopUrl: string, organization: string): View => {
  const place = '\n'
  const [before, after] = t('receipt.stop', { link: place, organization }).split(place)
  return html`<span>${before}<a href=${stopUrl}>${stopUrl}</a>${after}</span>`
}

/** The words are those of the page that was seen, whatever language this page is in. */
const rowList = (rows: ConsentRecord['rows'], locale: string): View =>
  html`<ul lang=${locale}>${rows.map(({ words }) => html`<li>${words}</li>`)}</ul>`
