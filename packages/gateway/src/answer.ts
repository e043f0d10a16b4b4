import type { Readable } from 'node:stream'

/**
 * What goes in and what comes out, as plain data. Only `mount.ts` knows Fastify, so the whole gateway is a function that
 * tests and other programs call directly.
 */

/** One header as sent. */
export type Pair = readonly [name: string, value: string]

/** A request. Header names are lower case; a header sent twice is a list, so that doubling one is seen. */
export type Input = {
  readonly method: string
  /** Path and query exactly as received. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Uint8Array
  readonly remoteAddress: string
  /** Aborted when the client goes away. */
  readonly signal?: AbortSignal
}

/** A response. A stream is piped. */
export type Answer = {
  readonly status: number
  readonly headers: readonly Pair[]
  readonly body: string | Uint8Array | Readable
}

/** The media type of every answer that is a resource. */
export const fhirJson: Pair = ['content-type', 'application/fhir+json; charset=utf-8']

/** A FHIR resource or other value as JSON. */
export const json = (status: number, value: unknown, headers: readonly Pair[] = []): Answer => ({
  status,
  headers: [fhirJson, ...headers],
  body: JSON.stringify(value),
})

/** JSON that is ready as text or bytes. */
export const jsonText = (status: number, body: string | Uint8Array, headers: readonly Pair[] = []): Answer => ({
  status,
  headers: [fhirJson, ...headers],
  body,
})

/** No body. */
export const empty = (status: number, headers: readonly Pair[] = []): Answer => ({ status, headers, body: '' })

/** The answer with more headers; one of the same name is replaced. */
export const withHeaders = (answer: Answer, headers: readonly Pair[]): Answer => {
  const replaced = new Set(headers.map(([name]) => name))
  return { ...answer, headers: [...answer.headers.filter(([name]) => !replaced.has(name)), ...headers] }
}

/** The single value of a header; `undefined` when absent, `'repeated'` when sent more than once. */
export const singleHeader = ({ headers }: Input, name: string): string | undefined | 'repeated' => {
  const value = headers[name]
  return typeof value === 'string' || value === undefined ? value : 'repeated'
}
