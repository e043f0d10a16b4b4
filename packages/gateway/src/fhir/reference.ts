import { isResourceType } from '@gatehouse/scopes'

/** The URLs a location goes by: its public base, and the base the upstream writes into its own links. No trailing slash. */
export type LocationUrls = { readonly publicBase: string; readonly upstreamBase: string }

/** What the text of a reference says. It is decided on the text alone, never by fetching. */
export type ReferenceText =
  | { readonly kind: 'local'; readonly type: string; readonly id: string; readonly version?: string }
  | { readonly kind: 'contained'; readonly id: string }
  | { readonly kind: 'urn'; readonly text: string }
  | { readonly kind: 'conditional'; readonly type: string; readonly query: string }
  | { readonly kind: 'elsewhere'; readonly text: string }

/** What an id may look like in R4. */
export const idPattern = /^[A-Za-z0-9\-.]{1,64}$/

/** An id that can stand in a path: `.` and `..` are legal ids by the pattern and dangerous segments. */
export const isId = (text: string): boolean => idPattern.test(text) && text !== '.' && text !== '..'

/** The text of a reference → where it points. Total: what is not understood is `elsewhere`, which no rule accepts. */
export const parseReference = (text: string, bases: LocationUrls): ReferenceText => {
  if (text.startsWith('#')) return { kind: 'contained', id: text.slice(1) }
  if (text.startsWith('urn:')) return { kind: 'urn', text }
  const relative = relativeTo(text, bases)
  const local = parseLocal(relative)
  if (local !== undefined) return local
  const query = relative.indexOf('?')
  const type = relative.slice(0, Math.max(query, 0))
  return query > 0 && isResourceType(type)
    ? { kind: 'conditional', type, query: relative.slice(query + 1) }
    : { kind: 'elsewhere', text }
}

/** A URL without the base it starts with; any other text as it is. */
export const relativeTo = (text: string, { publicBase, upstreamBase }: LocationUrls): string => {
  if (text.startsWith(`${publicBase}/`)) return text.slice(publicBase.length + 1)
  return text.startsWith(`${upstreamBase}/`) ? text.slice(upstreamBase.length + 1) : text
}

/** `Type/id` or `Type/id/_history/version`, nothing before or after. */
const parseLocal = (text: string): Extract<ReferenceText, { kind: 'local' }> | undefined => {
  const [type = '', id = '', history, version, ...more] = text.split('/')
  if (!isResourceType(type) || !isId(id) || more.length > 0) return undefined
  if (history === undefined) return { kind: 'local', type, id }
  return history === '_history' && version !== undefined && isId(version)
    ? { kind: 'local', type, id, version }
    : undefined
}
