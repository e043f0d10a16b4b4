/**
 * Where a launch may go. The rules that keep a hostile link from steering the app are here, and only here.
 */
import { type App, allowLaunchWithoutGesture, checkAllowed } from './app.ts'
import { SmartError } from './errors.ts'

/**
 * How the app is opened. `server` for a standalone launch (default: the first configured one); `url` for an EHR launch: the
 * address the EHR opened, of which only `iss` and `launch` are read.
 */
export type Launch = {
  readonly server?: string
  readonly url?: string
  /** Instead of the app's scope, for asking again. */
  readonly scope?: string
}

/** Where a launch goes: the server, the EHR's launch handle if there is one, and what is asked for. */
export type Destination = {
  readonly fhirBase: string
  readonly scope: string
  readonly handle?: string
  /** True when a session asks again for what it lacks. */
  readonly joins?: boolean
}

/**
 * Decides where a launch goes, before anything is sent. Called while the user's click is still being handled.
 *
 * Throws `server-not-allowed` (unknown `iss`), `gesture-required` (EHR launch without a click), `launch-invalid`.
 */
export function destinationOf(app: App, launch: Launch): Destination {
  const scope = launch.scope ?? app.scope
  if (launch.url !== undefined) return { ...ehrDestination(app, launch.url), scope }
  const fhirBase = launch.server ?? app.servers[0]
  if (fhirBase === undefined) throw new SmartError('launch-invalid', 'The app names no server')
  return { fhirBase, scope }
}

/** Parameters with which a link could try to steer the app; they have no place in a launch. Spec: SDK-03 */
const foreign = ['clientId', 'client_id', 'patient', 'patientId', 'redirectUri', 'redirect_uri', 'fhirServiceUrl']

/** Spec: AL-25, AL-26, AL-27, SDK-03, THR-08 */
function ehrDestination(app: App, url: string): Omit<Destination, 'scope'> {
  const query = new URL(url).searchParams
  const [iss, ...moreIss] = query.getAll('iss')
  const [handle, ...moreHandles] = query.getAll('launch')
  if (!iss || !handle || moreIss.length > 0 || moreHandles.length > 0) {
    throw new SmartError('launch-invalid', 'An EHR launch has exactly one iss and one launch parameter')
  }
  if (foreign.some((name) => query.has(name))) {
    throw new SmartError('launch-invalid', 'The launch URL tries to set what only the app itself may set')
  }
  checkAllowed(app, iss)
  const { page } = app.platform
  if (page !== undefined && !page.userGesture() && app[allowLaunchWithoutGesture] !== true) {
    throw new SmartError('gesture-required', 'Start an EHR launch from a click, so that no other page can start it')
  }
  return { fhirBase: iss, handle }
}
