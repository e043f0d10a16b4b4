/**
 * Whether an access token can still be used. Pure, but for reading the platform's clock.
 */
import type { App } from './app.ts'
import type { SessionRecord } from './session-record.ts'

/** Seconds before its end at which an access token is renewed, so that none expires on the way. Spec: SDK-16 */
const ahead = 30

/** What a process knows when it decides: the time and a number in [0, 1) for jitter. */
export type Moment = { readonly now: number; readonly jitter: number }

/** True when the access token is about to end. Without a known end it is used until the server refuses it. Spec: SDK-16 */
export const isStale = ({ expiresAt }: SessionRecord, { now, jitter }: Moment): boolean =>
  expiresAt !== undefined && expiresAt - ahead - jitter * 10 <= now

/** True when the access token has ended. */
export const hasExpired = ({ expiresAt }: SessionRecord, { now }: Moment): boolean =>
  expiresAt !== undefined && expiresAt <= now

/** The time and the jitter of this decision. */
export const momentOf = ({ platform }: App): Moment => ({ now: platform.now(), jitter: platform.jitter() })
