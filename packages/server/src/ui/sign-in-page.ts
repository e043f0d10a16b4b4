import type { Texts } from './messages.ts'
import { html, type View } from './page.ts'

/** What the sign-in page is told. `notice` is said before the form. */
export type SignInView = {
  readonly texts: Texts
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  /** Absent where a page of ours asks, not an app. */
  readonly app: string | undefined
  readonly why: 'signed-out' | 'again' | 'other-user' | 'choose-account'
  readonly signedInAs: string | undefined
  readonly username: string
  /** Where people of the organization sign in, by name. */
  readonly providers: readonly { readonly name: string; readonly url: string }[]
  readonly passwords: boolean
  readonly failure: 'wrong' | 'locked' | undefined
  readonly waitMinutes: number
}

/** Hidden inputs that say which interaction a form answers. */
export const hiddenFields = (fields: Readonly<Record<string, string>>): readonly View[] =>
  Object.entries(fields).map(([name, value]) => html`<input type="hidden" name=${name} value=${value} />`)

/** Who is the user: a user name and password, or "go on as me" where someone is signed in. */
export const signInPage = (view: SignInView): View => {
  const { t } = view.texts
  return html`
    <div class="card">
      <h1>${t('sign-in.title')}</h1>
      <p class="quiet">${view.app === undefined ? t('sign-in.for-page') : t('sign-in.for', { app: view.app })}</p>
      ${noticeOf(view)}
      ${view.why === 'choose-account' && goOn(view)}
      ${view.providers.length > 0 && html`<div class="stack">${view.providers.map((one) => providerLink(one, view.texts))}</div>`}
      ${view.passwords && passwordForm(view)}
      ${view.app !== undefined && goBack(view, view.app)}
    </div>
  `
}

const goBack = (view: SignInView, app: string): View => html`
  <form method="post" action=${view.action}>
    ${hiddenFields(view.fields)}
    <button class="plain" name="answer" value="cancel">${view.texts.t('sign-in.cancel', { app })}</button>
  </form>
`

const providerLink = ({ name, url }: SignInView['providers'][number], { t }: Texts): View =>
  html`<a class="button main" href=${url}>${t('sign-in.with', { name })}</a>`

const passwordForm = (view: SignInView): View => {
  const { t } = view.texts
  return html`
      <form method="post" action=${view.action} class="stack">
        ${hiddenFields(view.fields)}
        <div class="field">
          <label for="username">${t('sign-in.username')}</label>
          <input type="text" id="username" name="username" value=${view.username} required
            autocomplete="username" autocapitalize="none" spellcheck="false" autofocus=${view.username === ''} />
        </div>
        <div class="field">
          <label for="password">${t('sign-in.password')}</label>
          <input type="password" id="password" name="password" required autocomplete="current-password"
            autofocus=${view.username !== ''} />
        </div>
        <div class="answers"><button class="main" name="answer" value="sign-in">${t('sign-in.submit')}</button></div>
      </form>
  `
}

const goOn = (view: SignInView): View => html`
  <form method="post" action=${view.action}>
    ${hiddenFields(view.fields)}
    <div class="answers">
      <button class="main" name="answer" value="continue">
        ${view.texts.t('sign-in.continue', { name: view.signedInAs ?? '' })}
      </button>
    </div>
  </form>
  <h2>${view.texts.t('sign-in.other-heading')}</h2>
`

const noticeOf = ({ texts, failure, why, app, signedInAs, waitMinutes }: SignInView): View | undefined => {
  if (failure === 'wrong') return html`<p class="notice danger" role="alert">${texts.t('sign-in.wrong')}</p>`
  if (failure === 'locked')
    return html`<p class="notice danger" role="alert">${texts.t('sign-in.locked', { minutes: waitMinutes })}</p>`
  if (why === 'again') return html`<p class="notice">${texts.t('sign-in.again', { app: app ?? '' })}</p>`
  if (why === 'other-user' && signedInAs !== undefined)
    return html`<p class="notice">${texts.t('sign-in.other-user', { name: signedInAs })}</p>`
  return undefined
}
