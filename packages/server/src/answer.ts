/**
 * What every endpoint takes and gives: plain data, no framework. Only `app.ts` knows Fastify, so an endpoint is tested by
 * calling it, and a reader sees all it can depend on.
 */

/** One name and value as sent. Lists keep repetition visible: a repeated parameter is an error in OAuth, not a last-wins. */
export type Pair = readonly [name: string, value: string]

/** A request, reduced to what endpoints may look at. `url` is the external URL, never what a proxy header claims. */
export type Input = {
  readonly method: string
  readonly url: URL
  readonly path: Readonly<Record<string, string>>
  readonly query: readonly Pair[]
  /** The body as pairs when it was `application/x-www-form-urlencoded`, else `undefined`. */
  readonly form: readonly Pair[] | undefined
  /** The body as parsed JSON when it was JSON, else `undefined`. Unchecked: parse it. */
  readonly json: unknown
  /** Lower-case names; a repeated header is a list. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly cookies: Readonly<Record<string, string>>
  readonly remoteAddress: string
  /** DER of the client's TLS certificate when the connection had one (RFC 8705). */
  readonly clientCertificate: Uint8Array | undefined
}

/** A response as plain data. */
export type Answer = {
  readonly status: number
  readonly headers: readonly Pair[]
  readonly body: string | Uint8Array
}

/** One function per route. Throws `OAuthError` when this request cannot go on. */
export type Endpoint<E> = (input: Input, env: E) => Promise<Answer>

/** JSON with its media type. */
export const json = (status: number, value: unknown): Answer => ({
  status,
  headers: [['content-type', 'application/json']],
  body: JSON.stringify(value),
})

/** An HTML page; the edge adds the content security policy. Pages are personal: never stored. */
export const page = (status: number, html: string): Answer =>
  noStore({ status, headers: [['content-type', 'text/html; charset=utf-8']], body: html })

/** 303, the only redirect we send: a 307 would forward a posted password (RFC 9700 §4.12). */
export const redirect = (location: string): Answer =>
  noStore({ status: 303, headers: [['location', location]], body: '' })

/** No body. */
export const empty = (status: number): Answer => ({ status, headers: [], body: '' })

/** Forbids caching: everything with a token, a code or a person in it. Spec: AL-70, AL-71, RF-20 */
export const noStore = (answer: Answer): Answer =>
  withHeaders(answer, [
    ['cache-control', 'no-store'],
    ['pragma', 'no-cache'],
  ])

/** The answer with more headers; a header set later replaces one of the same name, except `set-cookie`. */
export const withHeaders = (answer: Answer, headers: readonly Pair[]): Answer => {
  const replaced = new Set(headers.map(([name]) => name).filter((name) => name !== 'set-cookie'))
  return { ...answer, headers: [...answer.headers.filter(([name]) => !replaced.has(name)), ...headers] }
}

/** The single value of a header; `undefined` when absent, `'repeated'` when sent twice. */
export const singleHeader = (input: Input, name: string): string | undefined | 'repeated' => {
  const value = input.headers[name]
  return typeof value === 'string' || value === undefined ? value : 'repeated'
}
