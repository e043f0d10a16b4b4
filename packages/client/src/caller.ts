/**
 * One app talking to one server through `oauth4webapi`: the metadata, the client, its authentication and its DPoP key, put
 * together the same way for every request.
 */
import * as oauth from 'oauth4webapi'
import { type App, allowInsecureRequests } from './app.ts'
import { clientAuth } from './client-auth.ts'
import { SmartError } from './errors.ts'
import type { Platform } from './platform.ts'
import type { Server } from './server.ts'

/** A token request is given up after this many milliseconds; what it asked for is then unknown, not refused. */
const timeLimit = 20_000

/** What the protocol functions take, in their own words. */
export type Caller = {
  readonly as: oauth.AuthorizationServer
  readonly client: oauth.Client
  readonly auth: oauth.ClientAuth
  readonly dpop: oauth.DPoPHandle | undefined
  readonly options: {
    readonly [oauth.customFetch]: (url: string, init: object) => Promise<Response>
    readonly [oauth.allowInsecureRequests]: boolean
    readonly signal: () => AbortSignal
    readonly DPoP?: oauth.DPoPHandle
  }
}

/**
 * Makes the caller. `skew` is how many seconds the server's clock is ahead of ours, as far as known.
 *
 * DPoP is on whenever the server advertises ES256: the refresh token of a browser app is then worth nothing without a key
 * that cannot leave the browser.
 *
 * Spec: SDK-30, ID-14
 */
export async function callerFor(app: App, server: Server, skew: number): Promise<Caller> {
  const client: oauth.Client = {
    client_id: app.clientId,
    id_token_signed_response_alg: 'RS256',
    [oauth.clockSkew]: skew,
    [oauth.clockTolerance]: 60,
  }
  const dpop = await dpopHandle(app, server, client)
  return {
    as: server.metadata,
    client,
    auth: clientAuth(app),
    dpop,
    options: {
      [oauth.customFetch]: (url, init) => app.platform.fetch(url, { ...init, credentials: 'omit' }).catch(noAnswer),
      [oauth.allowInsecureRequests]: app[allowInsecureRequests] === true,
      signal: () => AbortSignal.timeout(timeLimit),
      ...(dpop === undefined ? {} : { DPoP: dpop }),
    },
  }
}

function noAnswer(): never {
  throw new SmartError('try-later', 'The server could not be reached')
}

/** Name of the DPoP key of one app at one server. Spec: SDK-23 */
const dpopKeyName = (app: Pick<App, 'clientId'>, fhirBase: string): string => `dpop ${app.clientId} ${fhirBase}`

const handles = new WeakMap<Platform, Map<string, oauth.DPoPHandle>>()

/** One handle per key and clock, because it remembers the nonces that servers asked for. */
async function dpopHandle(app: App, server: Server, client: oauth.Client): Promise<oauth.DPoPHandle | undefined> {
  if (!server.metadata.dpop_signing_alg_values_supported?.includes('ES256')) return undefined
  const name = dpopKeyName(app, server.fhirBase)
  const known = handles.get(app.platform) ?? new Map<string, oauth.DPoPHandle>()
  handles.set(app.platform, known)
  const place = `${client[oauth.clockSkew]} ${name}`
  const handle = known.get(place) ?? oauth.DPoP(client, await app.platform.keyPair(name))
  known.set(place, handle)
  return handle
}

/**
 * How many seconds the server's clock is ahead of ours, by the `Date` of its answer; nothing if the answer hides it (a
 * browser shows `Date` only where the server exposes it). Differences of a few seconds are travel time, not skew.
 *
 * Spec: SDK-30
 */
export function skewOf(response: Response, now: number): number | undefined {
  const date = Date.parse(response.headers.get('date') ?? '')
  if (Number.isNaN(date)) return undefined
  const skew = Math.round(date / 1000 - now)
  return Math.abs(skew) > 5 ? skew : 0
}
