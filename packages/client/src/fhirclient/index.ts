/**
 * `@gatehouse/client/fhirclient`: the shape of the `fhirclient` package on top of this SDK, for apps that move over. It owns
 * the shape only; every rule of the SDK holds. What an app could do there and cannot here is refused with the option that
 * replaces it. Loads the browser's platform; back ends use the SDK itself.
 */
import { type App, allowInsecureRequests, allowLaunchWithoutGesture } from '../app.ts'
import { browser } from '../browser.ts'
import { completeLaunch, startLaunch } from '../doors.ts'
import { SmartError } from '../errors.ts'
import type { Platform } from '../platform.ts'
import { openSession } from '../session.ts'
import { isObject } from '../suspension.ts'
import { type Client, clientOf, openClient } from './client.ts'
import { type Authorize, type AuthorizeOptions, parseOptions } from './options.ts'

export { allowInsecureRequests, allowLaunchWithoutGesture } from '../app.ts'
export type { Client } from './client.ts'
export type { AuthorizeOptions } from './options.ts'
export { allowOpenServer } from './options.ts'
export type { RequestOptions } from './request.ts'

/** The three functions of `FHIR.oauth2`. */
export type OAuth2 = {
  /** Leaves for the authorization server. `options.noRedirect` returns the address instead. */
  readonly authorize: (options: AuthorizeOptions) => Promise<string | undefined>
  /** Called on the redirect page: the client, also after a reload. */
  readonly ready: () => Promise<Client>
  /** Both in one page: the client if there is a session or an answer, else leaves. */
  readonly init: (options: AuthorizeOptions) => Promise<Client>
}

/** Name under which the tab remembers what `authorize` was called with, for `ready`, which takes no options. */
const place = 'fhirclient'

/** `FHIR.oauth2` over any platform; tests give their own. */
export function oauth2Of(platform: Platform): OAuth2 {
  const authorize = async (options: AuthorizeOptions): Promise<string | undefined> => {
    const { kept, url } = parseOptions(options, platform)
    platform.page?.remember(place, JSON.stringify(kept))
    if (kept.open !== undefined) return undefined
    const quiet = options.noRedirect === true ? { ...platform, page: withoutLeaving(platform) } : platform
    const departure = await startLaunch(appOf(kept, quiet), url === undefined ? {} : { url })
    return options.noRedirect === true ? departure.url : undefined
  }
  const ready = async (): Promise<Client> => {
    const kept = recall(platform)
    if (kept === undefined)
      throw new SmartError('state-unknown', 'Nothing was authorized in this tab: call authorize first')
    if (kept.open !== undefined) return openClient(platform, kept.open)
    const app = appOf(kept, platform)
    const url = platform.page?.url() ?? ''
    const back = new URL(url).searchParams.has('state')
    const session = back ? await completeLaunch(app, url) : await openSession(app, { thisTab: true })
    if (session === undefined) throw new SmartError('ended', 'There is no session in this tab: call authorize')
    return clientOf(session, app.clientId)
  }
  const init = async (options: AuthorizeOptions): Promise<Client> => {
    const page = platform.page?.url() ?? ''
    const query = new URL(page).searchParams
    if (query.has('state')) return ready()
    const { kept } = parseOptions(options, platform)
    const known = kept.open === undefined && (await openSession(appOf(kept, platform), { thisTab: true }))
    if (known && !query.has('launch')) return clientOf(known, kept.clientId)
    await authorize(options)
    return kept.open === undefined ? new Promise<Client>(() => {}) : ready()
  }
  return { authorize, ready, init }
}

/** The global of `fhirclient`: `FHIR.oauth2.authorize(…)`, `ready()`, `init(…)`. Spec: SDK-34 */
export const FHIR = {
  get oauth2(): OAuth2 {
    return oauth2Of(browser())
  },
} as const

const appOf = ({ clientId, redirectUri, scope, servers, ...kept }: Authorize, platform: Platform): App => ({
  clientId,
  redirectUri,
  scope,
  servers,
  platform,
  [allowInsecureRequests]: kept.plainHttp,
  [allowLaunchWithoutGesture]: kept.withoutGesture,
})

function recall(platform: Platform): Authorize | undefined {
  const text = platform.page?.recall(place)
  const kept: unknown = text === undefined ? undefined : JSON.parse(text)
  return isObject(kept) ? (kept as Authorize) : undefined
}

function withoutLeaving(platform: Platform): NonNullable<Platform['page']> {
  const { page } = platform
  if (page === undefined) throw new SmartError('option-refused', 'There is no page to authorize from')
  return { ...page, go: () => {} }
}
