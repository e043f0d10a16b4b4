import { type Reason, urnOf } from '../errors/reasons.ts'
import type { TextKey, Texts } from './messages.ts'
import { html, type View } from './page.ts'

/** What the error page is told: the kind, and the number that leads support to the log line. */
export type ErrorView = {
  readonly texts: Texts
  readonly reason: Reason
  readonly status: number
  readonly instance: string | undefined
  /** Written by us for developers, in English, without anything the caller sent. */
  readonly description: string | undefined
  /** The app to go back to, where it is known for sure: its name, or its host where only the person may decide to go. */
  readonly wayBack: { readonly app: string; readonly url: string } | undefined
}

/** The fact, the consequence, what to do; below it what the app's developers need. */
export const errorPage = ({ texts, reason, status, instance, description, wayBack }: ErrorView): View => {
  const { t } = texts
  return html`
    <div class="card">
      <h1>${t('error.title')}</h1>
      <p>${t(explanationOf(reason, status))}</p>
      ${instance !== undefined && html`<p class="quiet small">${t('error.instance', { instance })}</p>`}
      ${wayBack !== undefined && html`<p><a class="button" href=${wayBack.url}>${t('error.back', { app: wayBack.app })}</a></p>`}
      <details>
        <summary>${t('error.developer')}</summary>
        <p lang="en" dir="ltr">${description}</p>
        <p><code dir="ltr">${urnOf(reason)}</code></p>
      </details>
    </div>
  `
}

const expired: readonly Reason[] = [
  'authorize:interaction-expired',
  'request:form-expired',
  'authorize:launch-used',
  'authorize:launch-expired',
  'authorize:launch-unknown',
]

const explanationOf = (reason: Reason, status: number): TextKey => {
  if (expired.includes(reason)) return 'error.expired'
  if (reason === 'sign-in:not-linked') return 'error.not-linked'
  if (reason.startsWith('sign-in:')) return status >= 500 ? 'error.ours' : 'error.sign-in'
  if (reason === 'request:not-found') return 'error.not-found'
  if (status >= 500) return 'error.ours'
  return status === 403 ? 'error.refused' : 'error.app-fault'
}
