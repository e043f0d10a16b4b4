/**
 * What was granted of what was asked. Pure; the meaning of scopes comes from `@gatehouse/scopes`.
 */
import { covers, parseScope, parseScopes, type Scope } from '@gatehouse/scopes'
import type { SessionRecord } from './session-record.ts'

/** What of a session's records decides what is granted; several grants of one session are looked at as one. */
export type Granted = Pick<SessionRecord, 'asked' | 'scope' | 'context'> &
  Partial<Pick<SessionRecord, 'user' | 'refreshToken'>>

/**
 * True when the session may do what the scope says. Several granted scopes may cover it together. Context, identity and
 * offline scopes count as granted when the thing they ask for is there, because servers often do not repeat them.
 *
 * Spec: SDK-06, SDK-15, SC-12, SC-26
 */
export function isGranted(record: Granted, text: string): boolean {
  return holds(record, parseScopes(record.scope), parseScope(text))
}

/** The asked scopes that were not granted, as they were asked. Spec: SDK-06 */
export function missingScopes(record: Granted): readonly string[] {
  const granted = parseScopes(record.scope)
  return parseScopes(record.asked)
    .filter((asked) => !holds(record, granted, asked))
    .map((asked) => asked.text)
}

/**
 * The scopes for asking again: what is missing, and the context, identity and offline scopes without which the answer could
 * not be used. `launch` belongs to an EHR's own launch and is asked as `launch/patient`.
 *
 * Spec: SDK-06, AL-29
 */
export function scopesToAskAgain(record: Granted): string {
  const missing = missingScopes(record)
  const frame = parseScopes(record.asked)
    .filter(({ kind }) => kind === 'launch' || kind === 'identity' || kind === 'offline')
    .map(({ text }) => (text === 'launch' ? 'launch/patient' : text))
  return [...new Set([...frame, ...missing.filter((text) => text !== 'launch')])].join(' ')
}

function holds(record: Granted, granted: readonly Scope[], asked: Scope): boolean {
  switch (asked.kind) {
    case 'resource':
      return covers(granted, asked)
    case 'launch':
      return holdsContext(record, asked.context) || granted.some(({ text }) => text === asked.text)
    case 'identity':
      return (asked.name === 'fhirUser' ? record.user?.fhirUser : record.user) !== undefined
    case 'offline':
      return record.refreshToken !== undefined
    default:
      return granted.some(({ text }) => text === asked.text)
  }
}

function holdsContext({ context }: Granted, asked: string | undefined): boolean {
  if (asked === undefined) return true
  if (asked === 'patient') return context.patient !== undefined
  if (asked === 'encounter') return context.encounter !== undefined
  return context.fhirContext.some(({ reference, type }) => (type ?? reference ?? '').toLowerCase().startsWith(asked))
}
