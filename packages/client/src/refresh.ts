/**
 * Renewing an access token: one attempt at a time in this process, across tabs and across processes, and a trace on disk
 * before each, so that a crash costs nothing.
 */
import * as oauth from 'oauth4webapi'
import type { App } from './app.ts'
import { SmartError } from './errors.ts'
import { exchange } from './exchange.ts'
import { isStale, momentOf } from './freshness.ts'
import type { Vault } from './platform.ts'
import { decideRefresh, type Outcome, obstacle, park } from './refresh-decision.ts'
import { parseSessionRecord, type SessionRecord } from './session-record.ts'

/** Which token is to be replaced, and who wants it. */
export type Wish = {
  /** The access token the caller found too old: if the vault holds another one by now, that one is the answer. */
  readonly seen: string
  /** True when a person asked for it: overrides pauses. */
  readonly byUser: boolean
  /** Seconds since the person last acted, for `online_access`. */
  readonly idle?: number
}

/** What came of it, for the caller and for the other tabs. */
export type Renewal = { readonly record?: SessionRecord; readonly news?: Outcome['news']; readonly error?: SmartError }

const running = new WeakMap<Vault, Map<string, Promise<Renewal>>>()

/**
 * Renews the session under `key`. All callers of one process share one attempt; all tabs take turns, and who comes second
 * finds the first one's tokens in the vault.
 *
 * Spec: SDK-10
 */
export function renew(app: App, key: string, wish: Wish): Promise<Renewal> {
  const { vault } = app.platform
  const attempts = running.get(vault) ?? new Map<string, Promise<Renewal>>()
  running.set(vault, attempts)
  const shared = attempts.get(key)
  if (shared !== undefined) return shared
  const attempt = app.platform
    .exclusive(`smart:${key}`, () => renewAlone(app, key, wish))
    .finally(() => attempts.delete(key))
  attempts.set(key, attempt)
  return attempt
}

/** Runs while no other tab does. Spec: SDK-10, SDK-11 */
async function renewAlone(app: App, key: string, wish: Wish): Promise<Renewal> {
  const { vault } = app.platform
  const record = parseSessionRecord(await vault.read(key))
  if (record === undefined) return { news: 'ended', error: new SmartError('ended', 'This session was signed out') }
  if (record.accessToken !== wish.seen && !isStale(record, momentOf(app))) return { record }
  const error = obstacle(record, app.platform.now(), wish.byUser)
  if (error !== undefined) return { record, error }
  const outcome = await attemptOnce(app, key, { record, wish })
  await (outcome.record === undefined ? vault.remove(key) : vault.write(key, outcome.record))
  return outcome
}

async function attemptOnce(
  app: App,
  key: string,
  { record, wish }: { readonly record: SessionRecord; readonly wish: Wish },
): Promise<Outcome> {
  const { now } = app.platform
  if (record.pending?.replayed && !wish.byUser) return park(record, now())
  await app.platform.vault.write(key, { ...record, pending: { at: now(), replayed: record.pending !== undefined } })
  const answer = await exchange(app, record, {
    send: ({ as, client, auth, options }) =>
      oauth.refreshTokenGrantRequest(as, client, auth, record.refreshToken ?? '', {
        ...options,
        ...(wish.idle === undefined ? {} : { additionalParameters: { active_at: String(wish.idle) } }),
      }),
    read: ({ as, client }, response) => oauth.processRefreshTokenResponse(as, client, response),
  })
  return decideRefresh(record, answer, momentOf(app))
}
