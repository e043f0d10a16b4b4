import { isObject, type Json, listOf, parseJson } from '../../packages/gateway/src/fhir/json.ts'
import { keyOf, mentioned, otherIds, secretForms, universe } from './universe.ts'
import type { Write } from './upstreams.ts'

/** A request as sent, and its answer. */
export type Exchange = {
  readonly sent: { readonly method: string; readonly target: string; readonly body: string }
  readonly status: number
  readonly headers: Json
  readonly text: string
}

/** What an answer to A says about B: the offending text; `undefined` when nothing. */
export const leakIn = ({ sent, status, headers, text }: Exchange, writes: readonly Write[]): string | undefined => {
  const all = `${JSON.stringify(headers)}\n${text}`
  const form = secretForms.find((each) => all.includes(each))
  if (form !== undefined) return around(all, form)
  const asked = decoded(`${sent.target}\n${sent.body}`)
  const told = [...new Set(all.match(otherIds) ?? [])].find((id) => !asked.includes(id) && !mentioned.has(id))
  if (told !== undefined) return around(all, told)
  const counted = totalsIn(parseJson(text)).find((total) => total > mostOf(sent.target, writes))
  if (counted !== undefined) return `"total":${counted}`
  return status === 500 ? `a fault: ${text}` : undefined
}

/** How an answer differs from the one without B in the upstream; `undefined` when it does not. Seals and request ids always do. */
export const differenceIn = (exchange: Exchange, alone: Exchange): string | undefined => {
  const [left, right] = [exchange, alone].map(plainText)
  return left === right ? undefined : `with B ${left?.slice(0, 1500)}\nwithout ${right?.slice(0, 1500)}`
}

const plainText = ({ status, headers, text }: Exchange): string => {
  const { 'x-request-id': _id, date: _date, ...rest } = headers
  return `${status} ${JSON.stringify(rest)} ${text}`.replace(/_page=[\w.-]+/g, '_page=…')
}

const around = (text: string, found: string): string => {
  const at = text.indexOf(found)
  return text.slice(Math.max(0, at - 120), at + found.length + 40)
}

const decoded = (text: string): string => {
  try {
    return `${text}\n${decodeURIComponent(text)}`
  } catch {
    return text
  }
}

const totalsIn = (value: unknown): readonly number[] => {
  if (Array.isArray(value)) return value.flatMap(totalsIn)
  if (!isObject(value)) return []
  const inside = Object.values(value).flatMap(totalsIn)
  return value.resourceType === 'Bundle' && typeof value.total === 'number' ? [value.total, ...inside] : inside
}

const visibleCount = new Map<string, number>()
for (const { resourceType } of [...universe.visible, ...universe.later.map(({ type }) => ({ resourceType: type }))])
  visibleCount.set(resourceType, (visibleCount.get(resourceType) ?? 0) + 1)

/**
 * The most records that a search of this type can count: A's, what was written since, and the one of A's that is withheld only
 * for what it contains (gateway.md §5.5 lets it be counted: it is A's own).
 */
const mostOf = (target: string, writes: readonly Write[]): number => {
  const type = /^\/(?:Patient\/[^/]+\/)?([A-Z]\w+)/.exec(target)?.[1]
  const before = type === undefined ? Math.max(...visibleCount.values()) : (visibleCount.get(type) ?? 0)
  return before + writes.length + 1
}

const visible = new Map(universe.visible.map((resource) => [keyOf(resource), resource]))
const hidden = new Set(universe.hidden.map(keyOf))

const idsIn = (value: unknown): readonly string[] => JSON.stringify(value).match(otherIds) ?? []

/** The first write that touched what is not A's, or mixed B into what is; `undefined` when there is none. */
export const changeIn = (writes: readonly Write[]): string | undefined => {
  const wrong = writes.find(({ key, resource }) => {
    const before = visible.get(key)
    if (hidden.has(key) || key.split('/')[1]?.startsWith('s-')) return true
    if (resource === undefined) return false
    const known = new Set(before === undefined ? [] : idsIn(before))
    return idsIn(resource).some((id) => !known.has(id))
  })
  return wrong === undefined ? undefined : JSON.stringify(wrong).slice(0, 600)
}

/** The links of a Bundle by relation, below the base. */
export const linksIn = (text: string, base: string): ReadonlyMap<string, string> => {
  const value = parseJson(text)
  const links = isObject(value) && value.resourceType === 'Bundle' ? listOf(value.link).filter(isObject) : []
  return new Map(
    links.flatMap(({ relation, url }) =>
      typeof url === 'string' && url.startsWith(base) ? [[String(relation), url.slice(base.length)]] : [],
    ),
  )
}
