import type { Readable } from 'node:stream'
import type { Json } from './fhir/json.ts'

/** A request to a service of the authorization server: keys, introspection, revocation feed, configuration. */
export type FetchOptions = {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutSeconds: number
  readonly maxBytes: number
}

/** Its answer, read whole within the limit. */
export type Fetched = { readonly status: number; readonly headers: Headers; readonly body: Uint8Array }

/** One request to the upstream of a location. `target` is path and query below the upstream base. */
export type UpstreamRequest = {
  /** The public base of the location: the key of its connection pool and credential. */
  readonly location: string
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Ends the work upstream when the client has gone. */
  readonly signal?: AbortSignal
  /** `bytes`: read whole, up to the limit. `stream`: piped on. */
  readonly take: 'bytes' | 'stream'
  readonly maxBytes: number
}

/** The upstream's answer. Header names are lower case; a repeated header is joined by commas. */
export type UpstreamAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array | Readable
}

/** Why the upstream gave no answer. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly kind: 'timeout' | 'failed' | 'too-large' | 'aborted'

  constructor(kind: UpstreamError['kind'], cause?: unknown) {
    super(`upstream: ${kind}`, { cause })
    this.kind = kind
  }
}

/** A log line: event name and fields. No patient data, no tokens: that is what the audit is for. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Everything the gateway can do to the world. */
export type Env = {
  /** Unix time in seconds, with fractions. */
  readonly now: () => number
  /** The only timer. Returns how to cancel it. */
  readonly after: (seconds: number, run: () => void) => () => void
  readonly random: (bytes: number) => Uint8Array
  /** To the authorization server. Throws on refusal or time-out. */
  readonly fetch: (url: string, options: FetchOptions) => Promise<Fetched>
  /** To the FHIR servers behind the gateway. Throws `UpstreamError`. */
  readonly upstream: (request: UpstreamRequest) => Promise<UpstreamAnswer>
  /** `userReach: "policy"`: the patients this user may act for. Throws when it cannot say. */
  readonly reach?: (user: {
    readonly subject: string
    readonly fhirUser: string | undefined
    readonly clientId: string
  }) => Promise<readonly string[]>
  /** Resolves when the events are safely recorded. Rejects when they cannot be: the request is then not answered. */
  readonly audit: (events: readonly Json[]) => Promise<void>
  readonly log: (level: 'info' | 'warn' | 'error', event: string, fields?: LogFields, cause?: unknown) => void
  readonly count: (metric: string, labels?: Readonly<Record<string, string>>) => void
}
