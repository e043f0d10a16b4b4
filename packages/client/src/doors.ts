/**
 * The doors to the protocol. A page that only reads data loads none of it: each part arrives when it is first used, so that
 * an app starts with a small bundle. What must happen at once (which server, whose click) is decided before anything loads.
 */
import type { App } from './app.ts'
import type { CheckedAnswer } from './complete.ts'
import { destinationOf, type Launch } from './destination.ts'
import type { PreparedLaunch } from './launch.ts'
import type { Departure } from './platform.ts'
import type { Server } from './server.ts'
import type { Session } from './session.ts'
import type { SessionRecord } from './session-record.ts'

/**
 * Reads `{fhirBase}/.well-known/smart-configuration`. The base must be in `app.servers` (a trailing slash apart).
 *
 * Throws `server-not-allowed`, `discovery-failed` (unreachable, not 200, not JSON), `discovery-invalid`, `insecure-url`.
 *
 * Spec: AL-30, BS-02
 */
export async function discover(app: App, fhirBase: string): Promise<Server> {
  return (await import('./discover.ts')).discover(app, fhirBase)
}

/**
 * Discovers the server, keeps what is needed to check the answer, and sends the person to the authorization server. Without
 * a page (Node) the departure is only returned: redirect to its `url`.
 *
 * Throws `server-not-allowed` (unknown `iss`), `gesture-required` (EHR launch without a click), `launch-invalid`,
 * `launch-unsupported`, `pkce-unsupported`, and what `discover` throws.
 *
 * Spec: SDK-01, SDK-02, SDK-03, SDK-07, AL-02, AL-28, AL-29, AL-37
 */
export async function startLaunch(app: App, launch: Launch = {}): Promise<Departure> {
  const to = destinationOf(app, launch)
  return (await import('./launch.ts')).leave(app, to)
}

/** The request `startLaunch` would send and the record it would keep, to look at or to send yourself. Spec: SDK-42 */
export async function buildLaunch(app: App, launch: Launch = {}): Promise<PreparedLaunch> {
  const to = destinationOf(app, launch)
  return (await import('./launch.ts')).prepareLaunch(app, to)
}

/**
 * Checks an answer against the launch it belongs to; the launch is used up. Throws `state-unknown` (forged, replayed, another
 * browser), `state-expired`, `issuer-mismatch`, `answer-invalid`, `authorization-refused`.
 *
 * Spec: SDK-01, SDK-05, SDK-42
 */
export async function checkAnswer(app: App, url: string): Promise<CheckedAnswer> {
  return (await import('./complete.ts')).checkAnswer(app, url)
}

/**
 * Redeems a checked answer — nothing else can be redeemed — for a record of tokens, without keeping it. Throws
 * `token-refused`, `token-answer-invalid`, `id-token-invalid`, `fhir-user-invalid`, `context-invalid`, `try-later`.
 *
 * Spec: SDK-05, SDK-42
 */
export async function redeem(app: App, answer: CheckedAnswer): Promise<SessionRecord> {
  return (await import('./complete.ts')).redeem(app, answer)
}

const completing = new WeakMap<App, Map<string, Promise<Session>>>()

/**
 * From the redirect URL to a session. The address bar is cleaned of code and state. Called twice with one URL (a page that
 * renders twice), both calls get the same session. Also takes the return from the page about a pause.
 *
 * Throws what `checkAnswer` and `redeem` throw.
 *
 * Spec: SDK-01, SDK-05, SDK-13
 */
export function completeLaunch(app: App, url: string): Promise<Session> {
  const known = completing.get(app) ?? new Map<string, Promise<Session>>()
  completing.set(app, known)
  const completed = known.get(url) ?? import('./complete.ts').then(({ complete }) => complete(app, url))
  known.set(url, completed)
  return completed
}
