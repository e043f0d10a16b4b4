import { parseInteractions } from './interactions.ts'
import { decodeOnce, parseQuery } from './query.ts'
import { isResourceType, resourceTypes } from './resource-types.ts'
import type { LaunchScope, Level, MalformedReason, MalformedScope, QueryParameter, Scope } from './scope.ts'

const smartPrefix = 'http://smarthealthit.org/fhir/scopes/'
const openidPrefix = 'http://openid.net/specs/openid-connect-core-1_0#'
const noQuery: readonly QueryParameter[] = []
const launchContexts: ReadonlySet<string> = new Set(resourceTypes.map((type) => type.toLowerCase()))

const malformed = (text: string, reason: MalformedReason): MalformedScope => ({ kind: 'malformed', text, reason })

/** RFC 6749 §3.3: a scope is printable ASCII without space, `"` and `\`. */
const hasBadCharacter = (text: string): boolean => {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x21 || code > 0x7e || code === 0x22 || code === 0x5c) return true
  }
  return false
}

const levelOf = (name: string): Level | undefined => {
  if (name.startsWith('patient/')) return 'patient'
  if (name.startsWith('user/')) return 'user'
  return name.startsWith('system/') ? 'system' : undefined
}

const readResource = (text: string, level: Level, rest: string): Scope => {
  const question = rest.indexOf('?')
  const path = question < 0 ? rest : rest.slice(0, question)
  const dot = path.indexOf('.')
  const type = dot < 0 ? path : path.slice(0, dot)
  if (type !== '*' && !isResourceType(type)) return malformed(text, 'unknown-type')
  const suffix = parseInteractions(dot < 0 ? '' : path.slice(dot + 1))
  if (typeof suffix === 'string') return malformed(text, suffix)
  if (question >= 0 && suffix.syntax === 'v1') return malformed(text, 'query-on-v1')
  const query = question < 0 ? noQuery : parseQuery(rest.slice(question + 1))
  if (typeof query === 'string') return malformed(text, query)
  return { kind: 'resource', text, level, type, interactions: suffix.interactions, syntax: suffix.syntax, query }
}

/** At most one role, and never an empty one. Spec: CX-04, CX-28 */
const readRole = (query: string): string | undefined => {
  if (!query.startsWith('role=') || query.includes('&')) return undefined
  return decodeOnce(query.slice('role='.length)) || undefined
}

const readLaunch = (text: string, rest: string): LaunchScope | MalformedScope => {
  if (rest === '') return { kind: 'launch', text }
  const question = rest.indexOf('?')
  const context = rest.slice(1, question < 0 ? undefined : question)
  if (rest[0] !== '/' || !launchContexts.has(context)) return malformed(text, 'bad-launch-context')
  if (question < 0) return { kind: 'launch', text, context }
  const role = readRole(rest.slice(question + 1))
  return role === undefined ? malformed(text, 'bad-role') : { kind: 'launch', text, context, role }
}

const readOpenid = (text: string, name: string): Scope | undefined => {
  if (name === 'openid' || name === 'profile') return { kind: 'identity', text, name }
  return name === 'offline_access' ? { kind: 'offline', text, mode: name } : undefined
}

const readSmart = (text: string, name: string): Scope | undefined => {
  const level = levelOf(name)
  if (level !== undefined) return readResource(text, level, name.slice(level.length + 1))
  const afterLaunch = name.startsWith('launch') ? name.slice('launch'.length) : undefined
  if (afterLaunch === '' || afterLaunch?.startsWith('/') || afterLaunch?.startsWith('?')) {
    return readLaunch(text, afterLaunch)
  }
  if (name === 'fhirUser') return { kind: 'identity', text, name }
  return name === 'online_access' || name === 'offline_access' ? { kind: 'offline', text, mode: name } : undefined
}

const read = (text: string): Scope | undefined => {
  if (text.startsWith(smartPrefix)) return readSmart(text, text.slice(smartPrefix.length))
  if (text.startsWith(openidPrefix)) return readOpenid(text, text.slice(openidPrefix.length))
  return readSmart(text, text) ?? readOpenid(text, text)
}

/**
 * Reads one scope. Total: any text gives a scope, never an exception; one that tries to be a SMART scope and fails is
 * kept as `malformed` with the reason. Runs in time linear in the text, without regular expressions.
 *
 * Spec: SC-01, SC-09, SC-10, SC-14, SC-29, SC-30, SC-31
 * Spec: CX-01, CX-02, CX-03, CX-04, IX-15
 */
export const parseScope = (text: string): Scope => {
  if (text === '') return malformed(text, 'empty')
  if (hasBadCharacter(text)) return malformed(text, 'bad-character')
  return read(text) ?? { kind: 'other', text }
}

/** Reads a scope string: split at spaces and nowhere else, order kept, exact duplicates dropped. Total, as `parseScope`. */
export const parseScopes = (text: string): readonly Scope[] => {
  const parts = new Set(text.split(' '))
  parts.delete('')
  return Array.from(parts, parseScope)
}
