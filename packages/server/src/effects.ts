import type { AuditRecord } from './audit/audit.ts'
import type { Config } from './config.ts'
import type { Directory } from './directory/directory.ts'
import type { Metric } from './metrics.ts'
import type { Store } from './store/store.ts'

/** A fetch result, read whole within the byte limit that was given. */
export type Fetched = { readonly status: number; readonly headers: Headers; readonly body: Uint8Array }

/** How an outgoing request is bounded. Redirects are never followed. */
export type FetchOptions = {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutSeconds: number
  readonly maxBytes: number
  /** `configured`: the URL is the operator's own, so it may lead into our network. Default: public addresses only. */
  readonly reach?: 'public' | 'configured'
}

/** A log line: event name and fields, no personal data, no tokens. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** What the outside gives us: every effect there is, and the configuration to use it with. The command line or a test makes it. */
export type Effects = {
  readonly config: Config
  /** Unix time in whole seconds. */
  readonly now: () => number
  /** The only timer. Returns how to cancel it. */
  readonly after: (seconds: number, run: () => void) => () => void
  readonly random: (bytes: number) => Uint8Array
  /** Outgoing HTTP; addresses are checked against `outbound.ts` when the connection is made. Throws on refusal or time-out. */
  readonly fetch: (url: URL, options: FetchOptions) => Promise<Fetched>
  readonly store: Store
  readonly directory: Directory
  readonly audit: (record: AuditRecord) => void
  readonly log: (level: 'info' | 'warn' | 'error', event: string, fields?: LogFields, cause?: unknown) => void
  readonly count: (metric: Metric, labels?: Readonly<Record<string, string>>) => void
}
