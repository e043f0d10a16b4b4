/** Connecting, coming back, and what is said when access is refused, paused or over. */
import {
  type App,
  allowInsecureRequests,
  completeLaunch,
  openSession,
  type Session,
  SmartError,
  type SmartReason,
  startLaunch,
  type Which,
} from '@gatehouse/client'
import { browser } from '@gatehouse/client/browser'
import type { AppConfig } from './config.ts'
import { button, element, notice } from './elements.ts'

/** The app as it is registered. Plain http is for the sandbox's own machine only. */
export const appOf = ({ fhirBase, clientId, scope, redirectUri }: AppConfig): App => ({
  clientId,
  redirectUri,
  scope,
  servers: [fhirBase],
  platform: browser(),
  [allowInsecureRequests]: new URL(fhirBase).hostname === 'localhost',
})

/** The session this page starts with: the one just agreed to, the kept one, or none. `which` narrows the kept ones. */
export function findSession(app: App, which: Which = {}): Promise<Session | undefined> {
  const query = new URL(location.href).searchParams
  return query.has('state') ? completeLaunch(app, location.href) : openSession(app, which)
}

/** What a person is told, by the SDK's reason. */
const told: Partial<Record<SmartReason, string>> = {
  'state-unknown': 'This page was opened with an answer that was used before or belongs to another window.',
  'state-expired': 'It took longer than ten minutes, so the answer is no longer accepted.',
  'try-later': 'The server cannot be reached at the moment. Nothing is lost.',
  'discovery-failed': 'The server cannot be reached at the moment.',
  suspended: 'Access is paused. Nothing is shared until it continues.',
  parked: 'The server refused to continue without saying why.',
  ended: 'Sharing has ended. Nothing more is shared with this app.',
}

/** The sentence for an error; `declined` is what the app says when the person chose not to share. */
export function errorText(error: unknown, declined: string): string {
  if (!(error instanceof SmartError)) return 'Something unexpected went wrong in this app.'
  if (error.error === 'access_denied') return declined
  return told[error.reason] ?? 'The server and this app could not agree. Nothing was shared.'
}

/** The four ways on when access is paused: look, try, ask again, stop. Spec: SDK-14 */
export function pausedNotice(app: App, session: Session, again: () => void): HTMLElement {
  const pause = session.suspension()
  const fact =
    pause?.userActionRequired === false
      ? 'Access is paused for the moment. It continues by itself when the reason is gone.'
      : 'Access may be paused until you look at what changed. Nothing is shared until you decide.'
  const look = button('More information', () => session.openErrorUri(), 'main')
  const actions = [
    ...(pause?.errorUri === undefined ? [] : [look]),
    button('Try again', () => session.retry().then(again, again)),
    button('Ask for access again', () => startLaunch(app)),
    button('Stop using this app', () => session.signOut().then(again)),
  ]
  return notice('caution', fact, element('div', { class: 'actions' }, ...actions))
}
