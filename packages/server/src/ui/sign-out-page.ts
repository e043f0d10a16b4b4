import type { Texts } from './messages.ts'
import { html, type View } from './page.ts'
import { hiddenFields } from './sign-in-page.ts'

/** What the question before signing out is told. */
export type SignOutView = {
  readonly texts: Texts
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  readonly organization: string
}

/** Asks before signing out: a link from elsewhere must not do it. */
export const signOutPage = ({ texts, action, fields, organization }: SignOutView): View => html`
  <form method="post" action=${action} class="card">
    ${hiddenFields(fields)}
    <h1>${texts.t('sign-out.title')}</h1>
    <p>${texts.t('sign-out.question', { organization })}</p>
    <div class="answers"><button class="main">${texts.t('sign-out.submit')}</button></div>
  </form>
`

/** Says that nobody is signed in here any more. */
export const signedOutPage = ({ t }: Texts): View => html`
  <div class="card"><h1>${t('sign-out.done-title')}</h1><p>${t('sign-out.done')}</p></div>
`
