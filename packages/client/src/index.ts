/**
 * `@gatehouse/client`: the app side of SMART App Launch 2.2. It owns the launch, the tokens and their life; it owns no user
 * interface and shares no protocol code with the server, so that the two read the specification independently.
 *
 * A launch in three calls: `startLaunch(app)` leaves, `completeLaunch(app, url)` returns with a `Session`,
 * `openSession(app)` finds it again after a reload. The platforms are in `@gatehouse/client/browser` and `/node`.
 */

export type { FhirInit } from './address.ts'
export type { About, App, ClientAuthentication } from './app.ts'
export { allowInsecureRequests, allowLaunchWithoutGesture } from './app.ts'
export type { CheckedAnswer } from './complete.ts'
export type { Launch } from './destination.ts'
export { buildLaunch, checkAnswer, completeLaunch, discover, redeem, startLaunch } from './doors.ts'
export type { SmartErrorFields, SmartReason } from './errors.ts'
export { SmartError } from './errors.ts'
export type { Bundle, FhirFetch, Resource } from './fhir.ts'
export type { User } from './identity.ts'
export type { PreparedLaunch } from './launch.ts'
export type { LaunchRecord } from './launch-record.ts'
export type { Channel, Departure, LaunchStore, Page, Platform, Vault } from './platform.ts'
export type { AssociatedEndpoint, Server, ServerMetadata } from './server.ts'
export type { Session, Which } from './session.ts'
export { openSession } from './session.ts'
export type { SessionNews } from './session-keeper.ts'
export type { SessionRecord } from './session-record.ts'
export type { Suspension } from './suspension.ts'
export type { Context, ContextItem, Tokens } from './tokens.ts'
