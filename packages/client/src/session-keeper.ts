/**
 * The living side of a session record: the newest tokens in memory, renewal when they age, and news between tabs.
 */
import type { App } from './app.ts'
import { SmartError, type SmartReason } from './errors.ts'
import { hasExpired, isStale, momentOf } from './freshness.ts'
import { watchPresence } from './presence.ts'
import type { Renewal } from './refresh.ts'
import { parseSessionRecord, type SessionRecord } from './session-record.ts'
import type { Suspension } from './suspension.ts'

/** What happened to the access: `waiting` is bad weather, `parked` needs the user, `ended` needs a new launch. */
export type SessionNews = 'refreshed' | 'suspended' | 'parked' | 'waiting' | 'ended'

/** What the parts of a session share. */
export type Keeper = {
  /** Where the record is kept. */
  readonly key: string
  readonly record: () => SessionRecord
  /** A record whose access token can be used now. */
  readonly current: () => Promise<SessionRecord>
  /** Replaces the access token `seen`, unless that has happened meanwhile, here or in another tab. */
  readonly renew: (seen: string, byUser: boolean) => Promise<SessionRecord>
  readonly suspension: () => Suspension | undefined
  readonly on: (news: SessionNews, listener: () => void) => () => void
  /** Tells listeners here and in other tabs. */
  readonly tell: (news: SessionNews) => void
  readonly close: () => void
}

/** Troubles with renewal that leave an unexpired access token usable. */
const bearable: readonly SmartReason[] = ['try-later', 'token-refused', 'parked']

/** Starts keeping a record. */
export function keeperOf(app: App, key: string, first: SessionRecord): Keeper {
  const listeners = new Set<readonly [SessionNews, () => void]>()
  const presence = watchPresence(app)
  let record = first
  let ended = false
  let cancelRetry = (): void => {}

  const emit = (news: SessionNews): void => {
    for (const [wanted, listener] of listeners) if (wanted === news) listener()
  }
  const channel = app.platform.channel(`smart:${key}`, (message) => void hear(message))
  const hear = async (message: string): Promise<void> => {
    const news = knownNews(message)
    if (news === undefined) return
    ended = news === 'ended'
    record = parseSessionRecord(await app.platform.vault.read(key)) ?? record
    emit(news)
  }
  const tell = (news: SessionNews): void => {
    ended = news === 'ended'
    channel.post(news)
    emit(news)
  }
  const settle = ({ record: next, news, error }: Renewal): SessionRecord => {
    record = next ?? record
    if (news !== undefined) tell(news)
    cancelRetry()
    cancelRetry =
      next === undefined
        ? cancelRetry
        : retryLater(app, next, () => void renewNow(next.accessToken, false).catch(() => {}))
    if (error !== undefined) throw error
    return record
  }
  const renewNow = async (seen: string, byUser: boolean): Promise<SessionRecord> => {
    const { renew } = await import('./refresh.ts').catch(notLoaded)
    const idle = record.activeTtl === undefined ? undefined : presence.idle()
    return settle(await renew(app, key, { seen, byUser, ...(idle === undefined ? {} : { idle }) }))
  }
  return {
    key,
    record: () => record,
    current: async () => {
      if (ended) throw new SmartError('ended', 'This session was signed out')
      if (!isStale(record, momentOf(app))) return record
      return renewNow(record.accessToken, false).catch((error) => keepUsing(app, record, error))
    },
    renew: renewNow,
    suspension: () => (record.hold?.kind === 'suspended' ? record.hold.suspension : undefined),
    on: (news, listener) => {
      const entry = [news, listener] as const
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
    tell,
    close: () => {
      cancelRetry()
      presence.stop()
      channel.close()
      listeners.clear()
    },
  }
}

function notLoaded(): never {
  throw new SmartError('try-later', 'A part of this app could not be loaded; the refresh token is kept')
}

const knownNews = (message: string): SessionNews | undefined =>
  (['refreshed', 'suspended', 'parked', 'waiting', 'ended'] as const).find((news) => news === message)

/** The renewal failed, but the token in hand still has some seconds. */
function keepUsing(app: App, record: SessionRecord, error: unknown): SessionRecord {
  const usable = error instanceof SmartError && bearable.includes(error.reason)
  if (usable && !hasExpired(record, momentOf(app))) return record
  throw error
}

/** Tries again by itself when the pause is over; nothing for parked tokens and pauses only the person can end. */
function retryLater(app: App, { hold }: SessionRecord, run: () => void): () => void {
  const until = hold === undefined || hold.kind === 'parked' ? undefined : hold.until
  return until === undefined ? () => {} : app.platform.after(until - app.platform.now(), run)
}
