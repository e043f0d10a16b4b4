import type { Json } from './fhir/json.ts'

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
