import type { Standing } from '../grants/standing.ts'
import type { Texts } from './messages.ts'
import { html, type View } from './page.ts'
import { hiddenFields } from './sign-in-page.ts'

/** One app on the page. Times in seconds; `scopes` is what a row stands for, as text. */
export type GrantCard = {
  readonly id: string
  readonly token: string
  readonly app: string
  /** What was agreed, as it was read then. */
  readonly receiptUrl: string | undefined
  readonly standing: Standing
  readonly patient: string | undefined
  readonly since: number
  readonly until: number | undefined
  readonly lastUsed: number
  readonly offline: boolean
  readonly sections: readonly {
    readonly heading: string
    readonly rows: readonly { readonly short: string; readonly long: string; readonly scopes: string }[]
  }[]
  readonly devices: readonly { readonly id: string; readonly name: string; readonly lastUsed: number }[]
}

/** What the page is told. */
export type GrantsView = {
  readonly texts: Texts
  readonly action: string
  readonly cards: readonly GrantCard[]
  readonly organization: string
}

/** The person's apps: those that get something first, then paused ones, then what has ended. Spec: MNG-01, MNG-02, MNG-05 */
export const grantsPage = (view: GrantsView): View => {
  const { t } = view.texts
  const group = (standing: Standing, heading: string): View | undefined => {
    const cards = view.cards.filter((card) => card.standing === standing)
    return cards.length === 0 ? undefined : html`<h2>${heading}</h2>${cards.map((card) => grantCard(card, view))}`
  }
  return html`
    <h1>${t('grants.title')}</h1>
    ${view.cards.length === 0 && html`<p class="card">${t('grants.none', { organization: view.organization })}</p>`}
    ${group('active', t('grants.active'))} ${group('paused', t('grants.paused'))} ${group('ended', t('grants.ended'))}
    <p class="small quiet">${t('grants.copies')}</p>
  `
}

const grantCard = (card: GrantCard, view: GrantsView): View => {
  const { t } = view.texts
  const live = card.standing !== 'ended'
  return html`
    <form method="post" action=${view.action} class="card">
      ${hiddenFields({ grant: card.id, token: card.token })}
      <h3>${card.app}</h3>
      ${card.patient !== undefined && html`<p><strong>${t('consent.whose', { name: card.patient })}</strong></p>`}
      <p>${times(card, view.texts)}</p>
      ${card.standing === 'paused' && html`<p class="notice">${t('grants.paused-line', { app: card.app })}</p>`}
      ${live && html`<div class="answers"><button name="change" value="stop">${t('grants.stop', { app: card.app })}</button></div>`}
      <details>
        <summary>${t('grants.what')}</summary>
        ${card.sections.map(
          ({ heading: verbs, rows }) => html`
            <p>${t('consent.wants', { app: card.app, verbs })}</p>
            <ul class="rows">${rows.map((row) => kindRow(row, live, view.texts))}</ul>
          `,
        )}
      </details>
      ${card.receiptUrl !== undefined && html`<p><a href=${card.receiptUrl}>${t('receipt.title', { app: card.app })}</a></p>`}
      ${live && card.devices.length > 0 && html`<ul class="rows">${card.devices.map((device) => deviceRow(device, view.texts))}</ul>`}
    </form>
  `
}

const times = ({ since, until, lastUsed, offline, standing }: GrantCard, { t, date }: Texts): string =>
  [
    t('grants.since', { date: date(since) }),
    t('grants.last-used', { date: date(lastUsed) }),
    ...(standing === 'ended'
      ? []
      : [until === undefined ? t('receipt.open') : t('receipt.until', { date: date(until) })]),
    ...(offline && standing !== 'ended' ? [t('receipt.offline')] : []),
  ].join(' · ')

const kindRow = (row: GrantCard['sections'][number]['rows'][number], live: boolean, { t }: Texts): View => html`
  <li>
    <strong>${row.short}</strong> <span class="small quiet">${row.long}</span>
    ${live && html`<button class="plain" name="change" value=${`less ${row.scopes}`}>${t('grants.less', { kind: row.short })}</button>`}
  </li>
`

const deviceRow = ({ id, name, lastUsed }: GrantCard['devices'][number], { t, date }: Texts): View => html`
  <li>
    <strong>${name}</strong> <span class="small quiet">${t('grants.last-used', { date: date(lastUsed) })}</span>
    <button class="plain" name="change" value=${`device ${id}`}>${t('grants.remove-device', { name })}</button>
  </li>
`
