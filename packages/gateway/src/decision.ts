import type { Denial } from './denial-reasons.ts'
import type { Filter } from './fhir/filter-plan.ts'
import type { Json, Resource } from './fhir/json.ts'

/** A search parameter as sent: decoded once, order kept. */
export type Parameter = { readonly name: string; readonly value: string }

/** A request to the upstream, in our spelling. `path` is relative to its base; nothing of it was copied from the client. */
export type UpstreamCall = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** Parameters travel in the body of `_search`. */
  readonly asForm?: true
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Json | readonly unknown[] | Uint8Array
  readonly contentType?: string
}

/** Something a decision has to know first. */
export type Want =
  | { readonly kind: 'read'; readonly type: string; readonly id: string; readonly version?: string }
  | { readonly kind: 'search'; readonly type: string; readonly parameters: readonly Parameter[] }
  | { readonly kind: 'binary-owners'; readonly id: string; readonly patients: readonly string[] }

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
      return `Binary/${want.id}*${want.patients.join()}`
  }
}

/** The wants that are not known yet. */
export const missing = (wants: readonly Want[], known: Known): readonly Want[] =>
  wants.filter((want) => !known.has(keyOf(want)))

/** Allow and how to judge the answer; finish without the upstream; refuse; or say what has to be looked up first. */
export type Decision =
  | { readonly kind: 'allow'; readonly call: UpstreamCall; readonly filter: Filter }
  | { readonly kind: 'done'; readonly status: number; readonly resource?: Resource; readonly written?: Resource }
  | { readonly kind: 'look-up'; readonly wants: readonly Want[] }
  | Denial

/** Proof for the compiler that a union was exhausted; throws when the proof is wrong. */
export const assertNever = (value: never): never => {
  throw new Error(`unexpected: ${JSON.stringify(value)}`)
}
