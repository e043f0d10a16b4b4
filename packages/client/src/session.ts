/**
 * A signed-in app: the person's data at one server, and the news about its access. Tokens stay inside.
 */

import { addressOf, type FhirInit } from './address.ts'
import type { App } from './app.ts'
import { SmartError } from './errors.ts'
import { type Bundle, pages, type Resource, requestJson, resolveReference } from './fhir.ts'
import { isGranted, missingScopes, scopesToAskAgain } from './granted.ts'
import type { User } from './identity.ts'
import type { Departure } from './platform.ts'
import { saysTokenIsInvalid, sendWithToken } from './resource.ts'
import { type Keeper, keeperOf, type SessionNews } from './session-keeper.ts'
import { parseSessionRecord, type SessionRecord, sessionKey, sessionPrefix } from './session-record.ts'
import type { Suspension } from './suspension.ts'
import type { Context } from './tokens.ts'

/** One person's access at one FHIR server. */
export type Session = {
  readonly fhirBase: string
  readonly context: Context
  readonly user: User | undefined
  /** The granted scopes, as the server wrote them. */
  readonly scope: () => string
  /** True when the scope is covered by what was granted. */
  readonly granted: (scope: string) => boolean
  /** The asked scopes that were withheld. */
  readonly missing: () => readonly string[]
  /** Starts a standalone launch for what is missing. */
  readonly askAgain: () => Promise<Departure>
  /** `fetch` under the FHIR base with the token. Throws `foreign-url`, `suspended`, `parked`, `ended`, `try-later`. */
  readonly fetch: (path: string, init?: FhirInit) => Promise<Response>
  /** One FHIR interaction in JSON; also throws `fhir-error`. */
  readonly request: <T = Resource>(path: string, init?: FhirInit) => Promise<T>
  readonly pages: (path: string) => AsyncGenerator<Bundle, void>
  /** What a reference points to on this server or inside `within`; nothing for other servers. */
  readonly resolve: (reference: unknown, within?: Resource) => Promise<Resource | undefined>
  /** Listens to news, also from other tabs; returns the way to stop. */
  readonly on: (news: SessionNews, listener: () => void) => () => void
  /** Why access is paused, while it is. */
  readonly suspension: () => Suspension | undefined
  /** Opens the page that explains a pause, in a new window that leads back here. */
  readonly openErrorUri: () => Promise<void>
  /** Tries to renew now, because the user wants it. Throws as `fetch`. */
  readonly retry: () => Promise<void>
  /** Revokes at the server and forgets here. False when the server could not be told. */
  readonly signOut: () => Promise<boolean>
  /** The server's page where the person sees and ends what apps may do. */
  readonly manageUrl: string | undefined
  /** Stops listening to other tabs; for apps that open many sessions. */
  readonly close: () => void
}

/**
 * Opens the kept session of a server (default: the first configured one), newest first; `patient` chooses one. Nothing if
 * there is none.
 */
export async function openSession(
  app: App,
  which: { readonly server?: string; readonly patient?: string } = {},
): Promise<Session | undefined> {
  const fhirBase = which.server ?? app.servers[0] ?? ''
  const prefix = await sessionPrefix(app, fhirBase)
  const wanted = which.patient === undefined ? prefix : await sessionKey(app, fhirBase, which.patient)
  const keys = await app.platform.vault.list(wanted)
  const found = await Promise.all(
    keys.map(async (key) => ({ key, record: parseSessionRecord(await app.platform.vault.read(key)) })),
  )
  const [newest] = found
    .flatMap(({ key, record }) => (record === undefined ? [] : [{ key, record }]))
    .sort((a, b) => b.record.savedAt - a.record.savedAt)
  return newest === undefined ? undefined : openRecord(app, newest.key, newest.record)
}

/** A session over a record that is already in the vault under `key`. */
export function openRecord(app: App, key: string, first: SessionRecord): Session {
  const keeper = keeperOf(app, key, first)
  const { fhirBase, metadata } = first.server
  keeper.on('suspended', () => void import('./suspended.ts'))
  const fetch = (path: string, init: FhirInit = {}): Promise<Response> => fetchWithRetry(app, keeper, { path, init })
  return {
    fhirBase,
    context: first.context,
    user: first.user,
    scope: () => keeper.record().scope,
    granted: (scope) => isGranted(keeper.record(), scope),
    missing: () => missingScopes(keeper.record()),
    askAgain: async () => {
      const { leave } = await import('./launch.ts')
      return leave(app, { fhirBase, scope: scopesToAskAgain(keeper.record()) })
    },
    fetch,
    request: (path, init) => requestJson(fetch, path, init),
    pages: (path) => pages(fetch, path),
    resolve: (reference, within) =>
      resolveReference(fetch, { fhirBase, ...(within === undefined ? {} : { within }) }, reference),
    on: keeper.on,
    suspension: () => keeper.suspension(),
    openErrorUri: async () => {
      const { openErrorUri } = await import('./suspended.ts')
      return openErrorUri(app, key, keeper)
    },
    retry: async () => {
      await keeper.renew(true)
    },
    signOut: async () => {
      const { signOut } = await import('./sign-out.ts')
      return signOut(app, key, keeper)
    },
    manageUrl: metadata.management_endpoint,
    close: keeper.close,
  }
}

/** One retry after a 401 that names the token, none after a 403. A stream cannot be sent twice. Spec: SDK-16 */
async function fetchWithRetry(
  app: App,
  keeper: Keeper,
  { path, init }: { readonly path: string; readonly init: FhirInit },
): Promise<Response> {
  const url = addressOf(keeper.record().server.fhirBase, path)
  const response = await sendWithToken(app, await keeper.current(), { url, init })
  if (!saysTokenIsInvalid(response) || init.body instanceof ReadableStream) return response
  try {
    await keeper.renew(false)
  } catch (error) {
    if (error instanceof SmartError && error.reason === 'ended' && keeper.record().refreshToken === undefined) {
      return response
    }
    throw error
  }
  return sendWithToken(app, await keeper.current(), { url, init })
}
