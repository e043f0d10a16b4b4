/**
 * The port to the outside world. Reading it tells a reviewer everything the SDK can do to a device: send requests, read the
 * clock, wait, keep records, take turns with other tabs, hold keys, and move the page. `browser.ts` and `node.ts` fill it.
 */

/** Records of launches that wait for their answer, bound to the browser session and used once. */
export type LaunchStore = {
  /** Keeps a record under its state value; several launches run side by side. */
  readonly put: (state: string, record: unknown, expiresAt: number) => Promise<void>
  /** Reads and removes in one step; a second take of the same state finds nothing. */
  readonly take: (state: string) => Promise<unknown>
}

/** Records that outlive the page: tokens. Never localStorage, never cookies written by script. */
export type Vault = {
  readonly read: (key: string) => Promise<unknown>
  readonly write: (key: string, record: unknown) => Promise<void>
  readonly remove: (key: string) => Promise<void>
  /** Keys that begin with the prefix. */
  readonly list: (prefix: string) => Promise<readonly string[]>
}

/** A line to the other tabs of the same origin. It carries news, never tokens. */
export type Channel = {
  readonly post: (message: string) => void
  readonly close: () => void
}

/** An authorization request ready to leave. `form` is present for POST only. */
export type Departure = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly form?: readonly (readonly [name: string, value: string])[]
}

/** What only a page has; absent in Node and workers. */
export type Page = {
  readonly url: () => string
  /** True while a click or key press of the user is being handled. */
  readonly userGesture: () => boolean
  readonly go: (departure: Departure) => void
  /** Opens an address in a new window that cannot reach back. */
  readonly open: (url: string) => void
  /** Replaces the address bar's text, so that a code does not stay in the history. */
  readonly showUrl: (url: string) => void
  /** Keeps a text for this tab only, and for as long as it is open. */
  readonly remember: (name: string, value: string) => void
  readonly recall: (name: string) => string | undefined
  /** Calls back whenever the user acts in the app. Returns the way to stop. */
  readonly onActivity: (listener: () => void) => () => void
}

/** Every effect the SDK has. Times are seconds since 1970. */
export type Platform = {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly now: () => number
  /** Runs once, later; returns the way to cancel. */
  readonly after: (seconds: number, run: () => void) => () => void
  /** A number in [0, 1) for jitter; not used for secrets. */
  readonly jitter: () => number
  /** Bytes from the platform's cryptographic source. */
  readonly random: (bytes: number) => Uint8Array<ArrayBuffer>
  readonly launches: LaunchStore
  readonly vault: Vault
  /** One holder at a time across all tabs or processes that share the vault. */
  readonly exclusive: <T>(name: string, run: () => Promise<T>) => Promise<T>
  readonly channel: (name: string, hear: (message: string) => void) => Channel
  /** The signing key pair of that name, made on first use (P-256); its private half cannot be exported. */
  readonly keyPair: (name: string) => Promise<CryptoKeyPair>
  readonly forgetKeyPair: (name: string) => Promise<void>
  readonly page?: Page
}
