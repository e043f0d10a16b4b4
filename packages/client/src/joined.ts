/**
 * Several grants of one session seen as one: what they allow together, and which of them a request belongs to. Pure.
 */
import { covers, parseScope, parseScopes } from '@gatehouse/scopes'
import { withoutSlash } from './app.ts'
import type { Granted } from './granted.ts'
import type { SessionRecord } from './session-record.ts'

/** All that was asked and granted, as if by one grant. */
export function joinGranted(records: readonly [SessionRecord, ...SessionRecord[]]): Granted {
  const [first] = records
  const union = (texts: readonly string[]): string => [...new Set(texts.flatMap((text) => text.split(' ')))].join(' ')
  return { ...first, asked: union(records.map(({ asked }) => asked)), scope: union(records.map(({ scope }) => scope)) }
}

/**
 * The record whose grant covers the request: by type and interaction, and for a search preferably by its query too. The first
 * one when none or several say so; the server decides in the end.
 */
export function recordFor<T extends { readonly record: () => SessionRecord }>(
  holders: readonly [T, ...T[]],
  method: string,
  url: URL,
): T {
  const [first] = holders
  if (holders.length === 1) return first
  const base = new URL(first.record().server.fhirBase)
  const [type = '', rest = ''] = url.pathname.slice(withoutSlash(base.pathname).length + 1).split('/')
  const letter = letterOf(method, rest)
  const holds = (query: string) => (holder: T) =>
    ['patient', 'user', 'system'].some((level) => {
      const asked = parseScope(`${level}/${type}.${letter}${query}`)
      return parseScopes(holder.record().scope).some((scope) => covers(scope, asked))
    })
  const query = new URLSearchParams([...url.searchParams].filter(([name]) => name === 'category'))
  return holders.find(holds('')) ?? holders.find(holds(`?${query}`)) ?? first
}

/** The scope letter of a REST interaction. Spec: SC-02, SC-03, SC-04, SC-05, SC-06 */
function letterOf(method: string, rest: string): string {
  if (method === 'POST') return rest === '_search' ? 's' : 'c'
  if (method === 'PUT' || method === 'PATCH') return 'u'
  if (method === 'DELETE') return 'd'
  return rest === '' || rest.startsWith('_') ? 's' : 'r'
}
