import { formatInteractions } from './interactions.ts'
import { encodeValue, formatQuery } from './query.ts'
import type { LaunchScope, ResourceScope, Scope } from './scope.ts'

const formatResource = ({ level, type, interactions, syntax, query }: Omit<ResourceScope, 'kind' | 'text'>): string => {
  const plain = `${level}/${type}.${formatInteractions(interactions, query.length === 0 ? syntax : 'v2')}`
  return query.length === 0 ? plain : `${plain}?${formatQuery(query)}`
}

const formatLaunch = ({ context, role }: LaunchScope): string => {
  const plain = context === undefined ? 'launch' : `launch/${context}`
  return role === undefined ? plain : `${plain}?role=${encodeValue(role)}`
}

/** A resource scope of our own making, with its canonical spelling; v1 words are used where they can say it. */
export const resourceScope = (parts: Omit<ResourceScope, 'kind' | 'text'>): ResourceScope => {
  const { level, type, interactions, query } = parts
  const text = formatResource(parts)
  const inV1 = query.length === 0 && formatInteractions(interactions, parts.syntax) !== interactions.join('')
  return { kind: 'resource', text, level, type, interactions, syntax: inV1 ? 'v1' : 'v2', query }
}

/**
 * The canonical spelling of a scope: no URI prefix, minimal percent-encoding; v1 stays v1. `parseScope` reads it back
 * to the same meaning. Scopes of other vocabularies and malformed ones come out as they came in.
 */
export const formatScope = (scope: Scope): string => {
  switch (scope.kind) {
    case 'resource':
      return formatResource(scope)
    case 'launch':
      return formatLaunch(scope)
    case 'identity':
      return scope.name
    case 'offline':
      return scope.mode
    case 'other':
    case 'malformed':
      return scope.text
  }
}

/**
 * The scope string for the wire: the texts as they were asked, separated by single spaces.
 *
 * Spec: SC-08, CON-17, IN-04
 */
export const formatScopes = (scopes: readonly Scope[]): string => scopes.map((scope) => scope.text).join(' ')
