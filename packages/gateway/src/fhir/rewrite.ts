import { isObject } from './json.ts'

/** Members whose text can be a URL on the base: references, links and attachments, and what a Bundle says of its entries. */
const urlMembers: ReadonlySet<string> = new Set(['reference', 'url', 'fullUrl', 'location'])

/**
 * The value with every URL on one base moved to the other, in parsed JSON and never in text, where a base could stand inside
 * a sentence. Parts without such a URL are the same objects as before.
 */
export const moveUrls = (value: unknown, from: string, to: string): unknown => {
  if (Array.isArray(value)) return moveItems(value, from, to)
  if (!isObject(value)) return value
  let changed: Record<string, unknown> | undefined
  for (const name in value) {
    if (name === '__proto__') continue
    const old = value[name]
    const moved = typeof old === 'string' && urlMembers.has(name) ? moveUrl(old, from, to) : moveUrls(old, from, to)
    if (moved !== old) {
      changed ??= { ...value }
      changed[name] = moved
    }
  }
  return changed ?? value
}

const moveItems = (items: readonly unknown[], from: string, to: string): readonly unknown[] => {
  const moved = items.map((item) => moveUrls(item, from, to))
  return moved.some((item, at) => item !== items[at]) ? moved : items
}

/** One URL moved from a base to another; any other text as it is. */
export const moveUrl = (text: string, from: string, to: string): string =>
  text.startsWith(from) && (text.length === from.length || text.charAt(from.length) === '/')
    ? to + text.slice(from.length)
    : text
