/**
 * Access without a person at the app: tokens are asked for with a key whenever one is needed, and there is no refresh token.
 * Back ends and registered devices stand on it.
 */
import type { FhirInit } from './address.ts'
import { addressOf } from './address.ts'
import type { App } from './app.ts'
import { exchange, type Grant, refusedError } from './exchange.ts'
import { type Bundle, type FhirFetch, pages, type Resource, requestJson } from './fhir.ts'
import { isStale, momentOf } from './freshness.ts'
import { saysTokenIsInvalid, sendWithToken } from './resource.ts'
import type { Server } from './server.ts'
import type { SessionRecord } from './session-record.ts'
import { parseTokens } from './tokens.ts'

/** FHIR requests with tokens that come by themselves. */
export type Access = {
  readonly fhirBase: string
  /** What the newest token may do; empty before the first request. */
  readonly scope: () => string
  /** `fetch` under the FHIR base. Throws `token-refused`, `try-later`, `foreign-url`. */
  readonly fetch: (path: string, init?: FhirInit) => Promise<Response>
  /** One FHIR interaction in JSON; also throws `fhir-error`. */
  readonly request: <T = Resource>(path: string, init?: FhirInit) => Promise<T>
  readonly pages: (path: string) => AsyncGenerator<Bundle, void>
}

/** How a token is asked for, and with which scope. */
export type Asking = { readonly server: Server; readonly scope: string; readonly grant: Grant }

/**
 * Access by a grant that can be asked for at any time. One request for a token at a time; a new token shortly before the old
 * one ends, and once more after a 401 that names it.
 *
 * Spec: BS-20, BS-22, SDK-10, SDK-16, SDK-17
 */
export function accessBy(app: App, asking: Asking): Access {
  const { fhirBase } = asking.server
  let record: SessionRecord | undefined
  let running: Promise<SessionRecord> | undefined

  const renew = (): Promise<SessionRecord> => {
    running ??= obtain(app, asking)
      .then((got) => {
        record = got
        return got
      })
      .finally(() => {
        running = undefined
      })
    return running
  }
  const current = async (): Promise<SessionRecord> =>
    record === undefined || isStale(record, momentOf(app)) ? renew() : record
  const fetch: FhirFetch = async (path, init = {}) => {
    const url = addressOf(fhirBase, path)
    const response = await sendWithToken(app, await current(), { url, init })
    if (!saysTokenIsInvalid(response) || init.body instanceof ReadableStream) return response
    return sendWithToken(app, await renew(), { url, init })
  }
  return {
    fhirBase,
    scope: () => record?.scope ?? '',
    fetch,
    request: (path, init) => requestJson(fetch, path, init),
    pages: (path) => pages(fetch, path),
  }
}

async function obtain(app: App, { server, scope, grant }: Asking): Promise<SessionRecord> {
  const got = await exchange(app, { server, skew: server.skew }, grant)
  if (got.kind !== 'tokens') throw refusedError(got, 'The request for a token')
  const now = app.platform.now()
  return {
    kind: 'gatehouse-session-1',
    clientId: app.clientId,
    server,
    skew: got.skew,
    asked: scope,
    scope,
    ...parseTokens(got.answer, now),
    savedAt: now,
  }
}
