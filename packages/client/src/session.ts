/**
 * A signed-in app: the person's data at one server, and the news about its access. Tokens stay inside.
 */

import { type Addressed, addressOf, type FhirInit } from './address.ts'
import type { App } from './app.ts'
import { endpointFor } from './endpoint-for.ts'
import { SmartError } from './errors.ts'
import { type Bundle, type FhirFetch, pages, type Resource, requestJson, resolveReference } from './fhir.ts'
import { type Granted, isGranted, missingScopes, scopesToAskAgain } from './granted.ts'
import type { User } from './identity.ts'
import { joinGranted, recordFor } from './joined.ts'
import { type Kept, personOf, readKept, readPerson, tabPlace } from './kept.ts'
import type { Departure } from './platform.ts'
import { saysTokenIsInvalid, sendWithToken } from './resource.ts'
import { type Keeper, keeperOf, type SessionNews } from './session-keeper.ts'
import { personPrefix, sessionPrefix } from './session-record.ts'
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
  /** `fetch` at the server's endpoint for a capability, such as `smart-app-state`; nothing where there is none. */
  readonly fetchFor: (capability: string) => FhirFetch | undefined
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

/** Which kept session to open. */
export type Which = {
  /** FHIR base; the first configured one if absent. */
  readonly server?: string
  readonly patient?: string
  /** Only the session this tab has shown before; for apps that show one patient per tab. */
  readonly thisTab?: boolean
}

/**
 * Opens a kept session: the named patient's, else the one this tab showed last, else the newest. Nothing if there is none.
 * A reload never changes whose record a tab shows.
 */
export async function openSession(app: App, which: Which = {}): Promise<Session | undefined> {
  const fhirBase = which.server ?? app.servers[0] ?? ''
  const shown = app.platform.page?.recall(await tabPlace(app, fhirBase))
  if (which.patient === undefined && shown === undefined && which.thisTab) return undefined
  const wanted = which.patient === undefined ? shown : await personPrefix(app, fhirBase, which.patient)
  const [newest] = await readKept(app, wanted ?? (await sessionPrefix(app, fhirBase)))
  return newest === undefined ? undefined : openKept(app, await readPerson(app, personOf(newest.key)))
}

/** A session over records that are already in the vault, the base first. Throws `ended` without any. */
export function openKept(app: App, kept: readonly Kept[]): Session {
  const [first, ...more] = kept.map(({ key, record }) => keeperOf(app, key, record))
  if (first === undefined) throw new SmartError('ended', 'This session was signed out')
  const keepers = [first, ...more] as const
  const { context, server, user } = first.record()
  const { fhirBase } = server
  const joined = (): Granted => joinGranted([first.record(), ...more.map(({ record }) => record())])
  const paused = (): Keeper | undefined => keepers.find((keeper) => keeper.suspension() !== undefined)
  const held = (): readonly Keeper[] => keepers.filter((keeper) => keeper.record().hold !== undefined)
  const fetch: FhirFetch = async (path, init = {}) => {
    const url = addressOf(fhirBase, path)
    return fetchWithRetry(app, recordFor(keepers, init.method ?? 'GET', url), { url, init })
  }
  preload()
  return {
    fhirBase,
    context,
    user,
    scope: () => joined().scope,
    granted: (scope) => isGranted(joined(), scope),
    missing: () => missingScopes(joined()),
    askAgain: async () => {
      const { leave } = await import('./launch.ts')
      return leave(app, { fhirBase, scope: scopesToAskAgain(joined()), joins: true })
    },
    fetch,
    fetchFor: (capability) => {
      const base = endpointFor(server, capability)
      if (base === undefined) return undefined
      return async (path, init = {}) => fetchWithRetry(app, first, { url: addressOf(base, path), init })
    },
    request: (path, init) => requestJson(fetch, path, init),
    pages: (path) => pages(fetch, path),
    resolve: (reference, within) =>
      resolveReference(fetch, { fhirBase, ...(within === undefined ? {} : { within }) }, reference),
    on: (news, listener) => {
      const stops = keepers.map((keeper) => keeper.on(news, listener))
      return () => {
        for (const stop of stops) stop()
      }
    },
    suspension: () => paused()?.suspension(),
    openErrorUri: async () => (await import('./suspended.ts')).openErrorUri(app, paused() ?? first),
    retry: async () => {
      for (const keeper of held().length > 0 ? held() : keepers) await keeper.renew(keeper.record().accessToken, true)
    },
    signOut: async () => {
      const { signOut } = await import('./sign-out.ts')
      const told = await Promise.all(keepers.map((keeper) => signOut(app, keeper)))
      return told.every(Boolean)
    },
    manageUrl: server.metadata.management_endpoint,
    close: () => {
      for (const keeper of keepers) keeper.close()
    },
  }
}

/**
 * Loads what a session will need later while the page is surely online: renewing and leaving must not depend on the app's own
 * server being there at that moment. A failure shows when the part is used.
 */
function preload(): void {
  for (const part of [import('./refresh.ts'), import('./sign-out.ts'), import('./suspended.ts')]) part.catch(() => {})
}

/** One retry after a 401 that names the token, none after a 403. A stream cannot be sent twice. Spec: SDK-16 */
async function fetchWithRetry(app: App, keeper: Keeper, request: Addressed): Promise<Response> {
  const record = await keeper.current()
  const response = await sendWithToken(app, record, request)
  if (!saysTokenIsInvalid(response) || request.init.body instanceof ReadableStream) return response
  if (record.refreshToken === undefined) return response
  return sendWithToken(app, await keeper.renew(record.accessToken, false), request)
}
