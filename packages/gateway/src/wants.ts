import type { Resource } from './fhir/json.ts'
import type { Parameter } from './upstream-call.ts'

/** Something a decision has to know first. */
export type Want =
  | { readonly kind: 'read'; readonly type: string; readonly id: string; readonly version?: string }
  | { readonly kind: 'search'; readonly type: string; readonly parameters: readonly Parameter[] }
  | { readonly kind: 'binary-owners'; readonly id: string; readonly patients: readonly string[] | 'anyone' }

/** What a look-up found. Resources are as the upstream gave them, not judged yet; none when absent or deleted. */
export type Finding = { readonly resources: readonly Resource[]; readonly securityContext?: string }

/** What is known so far, by `keyOf(want)`. */
export type Known = ReadonlyMap<string, Finding>

/** The name of a want in `Known`. */
export const keyOf = (want: Want): string => {
  switch (want.kind) {
    case 'read':
      return `${want.type}/${want.id}${want.version === undefined ? '' : `/_history/${want.version}`}`
    case 'search':
      return `${want.type}?${want.parameters.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('&')}`
    case 'binary-owners':
      return `Binary/${want.id}*${want.patients}`
  }
}

/** The wants that are not known yet. */
export const missing = (wants: readonly Want[], known: Known): readonly Want[] =>
  wants.filter((want) => !known.has(keyOf(want)))
