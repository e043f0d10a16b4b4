/**
 * Ready-made pieces for what every app has to say: access is paused, and who made this app. Own entry point,
 * `@gatehouse/client/dialog`. Plain elements without styles or inline script; the app's own style sheet dresses them.
 */
import type { About } from './app.ts'
import type { Session } from './session.ts'

/** The words of the pause dialog; pass your own to translate them. Spec: SDK-14 */
export const pauseTexts = {
  title: 'Access may be paused',
  person: 'Nothing is shared with this app until you decide. Look at what changed, then choose.',
  wait: 'Nothing is shared with this app for the moment. It continues by itself when the reason is gone.',
  parked: 'The server did not say why it refused. Your connection is kept until you decide.',
  more: 'More information',
  again: 'Try again',
  ask: 'Ask for access again',
  stop: 'Stop using this app',
} as const

/** The words, in any language. */
export type PauseTexts = { readonly [Name in keyof typeof pauseTexts]: string }

/** Where the dialog is made, and what the app does for two of the four buttons. */
export type PauseActions = {
  readonly document: Document
  /** A new launch: usually `() => startLaunch(app)`. */
  readonly ask: () => void
  /** After the session was signed out. */
  readonly stopped: () => void
  readonly texts?: PauseTexts
}

/**
 * A modal dialog with the four ways on: More information (only where the server has a page), Try again, Ask for access again,
 * Stop using this app. Closes by itself when access is back. Show it with `showModal()` on `suspended` or `parked`.
 *
 * Spec: SDK-13, SDK-14
 */
export function pauseDialog(
  session: Session,
  { document, ask, stopped, texts = pauseTexts }: PauseActions,
): HTMLDialogElement {
  const dialog = document.createElement('dialog')
  const pause = session.suspension()
  const body = pause === undefined ? texts.parked : pause.userActionRequired ? texts.person : texts.wait
  const title = text(document, 'h2', texts.title)
  title.id = 'gatehouse-pause'
  dialog.setAttribute('aria-labelledby', title.id)
  const close = (): void => dialog.close()
  session.on('refreshed', close)
  dialog.append(
    title,
    text(document, 'p', body),
    ...(pause?.errorUri === undefined ? [] : [button(document, texts.more, () => session.openErrorUri())]),
    button(document, texts.again, () => session.retry()),
    button(document, texts.ask, async () => ask()),
    button(document, texts.stop, async () => {
      await session.signOut()
      close()
      stopped()
    }),
  )
  return dialog
}

/** The words of the list about the app's maker; pass your own to translate them. Spec: SDK-32 */
export const aboutTexts = {
  clientUri: 'About this app',
  policyUri: 'Privacy policy',
  tosUri: 'Terms of use',
  codeOfConductUri: 'Code of conduct',
  contact: 'Contact',
} as const

/**
 * A list of links about the app's maker: homepage, privacy policy, terms, code of conduct, contacts. Addresses that are not
 * https or mail are left out.
 *
 * Spec: SDK-32
 */
export function aboutList(
  about: About,
  document: Document,
  texts: { readonly [Name in keyof typeof aboutTexts]: string } = aboutTexts,
): HTMLUListElement {
  const list = document.createElement('ul')
  const links = (['clientUri', 'policyUri', 'tosUri', 'codeOfConductUri'] as const).map(
    (name) => [texts[name], about[name]] as const,
  )
  const contacts = (about.contacts ?? []).map((one) => {
    const address = /^[^\s@:/]+@[^\s@:/]+$/.test(one) ? `mailto:${one}` : one
    return [`${texts.contact}: ${one.replace(/^mailto:/, '')}`, address] as const
  })
  for (const [label, address] of [...links, ...contacts]) {
    if (address === undefined || !/^(https:|mailto:)/.test(address)) continue
    const link = text(document, 'a', label)
    link.setAttribute('href', address)
    const item = document.createElement('li')
    item.append(link)
    list.append(item)
  }
  return list
}

function text<K extends 'h2' | 'p' | 'a' | 'button'>(
  document: Document,
  tag: K,
  words: string,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  made.textContent = words
  return made
}

/** A button that cannot be pressed twice at once; what goes wrong is told by the session's news. */
function button(document: Document, words: string, act: () => Promise<void>): HTMLButtonElement {
  const made = text(document, 'button', words)
  made.type = 'button'
  made.addEventListener('click', async () => {
    made.disabled = true
    await act().catch(() => {})
    made.disabled = false
  })
  return made
}
