/**
 * The rules of renewal, without any effect: may we try now, and what does an answer mean for the refresh token.
 *
 * The one that matters: a refresh token is dropped only when the server says that it is dead.
 */
import { SmartError } from './errors.ts'
import { type Answer, type Refusal, refusalFields, type Unclear } from './exchange.ts'
import type { Moment } from './freshness.ts'
import { type Hold, type SessionRecord, withTokens } from './session-record.ts'
import { parseSuspension, textOf } from './suspension.ts'
import { parseTokens } from './tokens.ts'

/** First pause after bad weather and the longest one. */
const firstPause = 2
const longestPause = 300

/**
 * The error that stands in the way of an attempt, or nothing. A user's own wish overrides a pause and a parked token, never
 * the absence of a refresh token.
 *
 * Spec: SDK-12, SDK-15
 */
export function obstacle(record: SessionRecord, now: number, byUser: boolean): SmartError | undefined {
  if (record.refreshToken === undefined) {
    return new SmartError(
      'ended',
      'The access token has ended and the server gave no refresh token: start a new launch',
    )
  }
  const { hold } = record
  if (hold === undefined || byUser) return undefined
  if (hold.kind === 'waiting' && hold.until > now) return tryLater(hold.until - now)
  if (hold.kind === 'parked') return parked()
  if (hold.kind === 'suspended' && (hold.until === undefined || hold.until > now)) return suspended(hold)
  return undefined
}

/** What an answer makes of the record. No `record` means: forget it. `error` is what the waiting caller gets. */
export type Outcome = {
  readonly news: 'refreshed' | 'suspended' | 'parked' | 'waiting' | 'ended'
  readonly record?: SessionRecord
  readonly error?: SmartError
}

/** Reasons with which a server declares a refresh token dead. Spec: SDK-12 */
const deadly: readonly string[] = ['grant_revoked', 'refresh_token_expired', 'session_ended']

/**
 * Decides what an answer to a refresh means.
 *
 * Spec: SDK-11, SDK-12, SDK-13, RF-17
 */
export function decideRefresh(record: SessionRecord, answer: Answer, moment: Moment): Outcome {
  const { pending: _pending, ...settled } = record
  switch (answer.kind) {
    case 'tokens':
      return adopt(record, answer, moment)
    case 'unclear':
      return pause(settled, answer, moment)
    case 'refused':
      return answer.error === 'invalid_grant' ? judge(settled, answer, moment) : refuse(settled, answer, moment)
  }
}

/**
 * New tokens are for the same patient or for nobody: an answer that names another one, or no id at all, ends the session,
 * because the page still shows the first.
 */
function adopt(record: SessionRecord, answer: Extract<Answer, { kind: 'tokens' }>, { now }: Moment): Outcome {
  try {
    const tokens = parseTokens(answer.answer, now)
    const { patient = record.context.patient } = tokens.context
    if (patient === record.context.patient) {
      return { news: 'refreshed', record: { ...withTokens(record, tokens, now), skew: answer.skew } }
    }
  } catch (error) {
    if (!(error instanceof SmartError)) throw error
  }
  return { news: 'ended', error: new SmartError('context-invalid', 'The renewal was for another patient') }
}

/** What becomes of a token whose second presentation after a crash was interrupted as well. Spec: SDK-11 */
export function park(record: SessionRecord, now: number): Outcome {
  const { pending: _pending, ...settled } = record
  return { news: 'parked', record: { ...settled, hold: { kind: 'parked', at: now } }, error: parked() }
}

function judge(record: SessionRecord, refusal: Refusal, { now }: Moment): Outcome {
  const reason = textOf(refusal.body.error_reason)
  if (reason === 'grant_suspended') {
    const suspension = parseSuspension(refusal.body)
    const { retryAfter, userActionRequired } = suspension
    const wait = userActionRequired || retryAfter === undefined ? {} : { until: now + retryAfter }
    const hold = { kind: 'suspended', suspension, ...wait } as const
    return { news: 'suspended', record: { ...record, hold }, error: suspended(hold) }
  }
  if (reason !== undefined && deadly.includes(reason)) {
    const error = new SmartError('ended', `The server ended the authorization: ${reason}`, refusalFields(refusal))
    return { news: 'ended', error }
  }
  return park(record, now)
}

/** `invalid_client`, `unauthorized_client` and the like: a fault of set-up, not of the token. Kept, retried slowly. */
function refuse(record: SessionRecord, refusal: Refusal, moment: Moment): Outcome {
  const outcome = pause(record, { kind: 'unclear', status: refusal.status, retryAfter: longestPause }, moment)
  const message = `The refresh was refused: ${refusal.error}. The refresh token is kept`
  return { ...outcome, error: new SmartError('token-refused', message, refusalFields(refusal)) }
}

/** Doubling pauses with jitter, or what the server asks for. Spec: SDK-12 */
function pause(record: SessionRecord, answer: Unclear, { now, jitter }: Moment): Outcome {
  const failures = record.hold?.kind === 'waiting' ? record.hold.failures + 1 : 1
  const doubled = Math.min(longestPause, firstPause * 2 ** (failures - 1)) * (0.5 + jitter)
  const until = now + Math.max(answer.retryAfter ?? 0, doubled)
  return {
    news: 'waiting',
    record: { ...record, hold: { kind: 'waiting', until, failures } },
    error: tryLater(until - now, answer.status),
  }
}

const tryLater = (seconds: number, status?: number): SmartError =>
  new SmartError('try-later', 'The server cannot renew access now; the refresh token is kept', {
    retryAfter: Math.ceil(seconds),
    ...(status === undefined ? {} : { status }),
  })

const parked = (): SmartError =>
  new SmartError('parked', 'The server refused the refresh token without saying why; it is kept until the user decides')

const suspended = ({ suspension }: Extract<Hold, { kind: 'suspended' }>): SmartError =>
  new SmartError('suspended', `Access is paused (${suspension.kind}); the refresh token is kept`, {
    suspension,
    ...(suspension.errorUri === undefined ? {} : { errorUri: suspension.errorUri }),
    ...(suspension.retryAfter === undefined ? {} : { retryAfter: suspension.retryAfter }),
  })
