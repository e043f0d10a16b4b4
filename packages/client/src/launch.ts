/**
 * Leaving for the authorization server: from the app's options and, in an EHR launch, two values of the URL, to a request.
 */
import * as oauth from 'oauth4webapi'
import type { App } from './app.ts'
import { type Caller, callerFor } from './caller.ts'
import type { Destination } from './destination.ts'
import { discover } from './discover.ts'
import { SmartError } from './errors.ts'
import { type LaunchRecord, launchLife } from './launch-record.ts'
import type { Departure } from './platform.ts'
import type { Server } from './server.ts'

/** Longer addresses are sent as a form. Spec: AL-46, SDK-07 */
const longAddress = 2000

/** The departure and what must be kept for its return, before either is used. Spec: SDK-42 */
export type PreparedLaunch = { readonly departure: Departure; readonly record: LaunchRecord }

/** Keeps the record of a new launch, then leaves; the second half of `startLaunch`. Spec: SDK-01, AL-02, AL-37 */
export async function leave(app: App, to: Destination): Promise<Departure> {
  const { departure, record } = await prepareLaunch(app, to)
  await app.platform.launches.put(record.state, record, record.createdAt + launchLife)
  app.platform.page?.go(departure)
  return departure
}

/** Discovers the server and builds the request: everything `startLaunch` does except keeping the record and leaving. */
export async function prepareLaunch(app: App, to: Destination): Promise<PreparedLaunch> {
  const server = await discover(app, to.fhirBase)
  checkAbilities(server)
  const record = newRecord(app, server, to)
  const caller = await callerFor(app, server, server.skew)
  const parameters = await requestParameters(record, caller, to.handle)
  return { departure: await depart(app, { server, caller }, parameters), record }
}

/** Spec: SDK-02, CF-25, AL-12 */
function checkAbilities({ fhirBase, metadata }: Server): void {
  if (metadata.authorization_endpoint === undefined) {
    throw new SmartError('launch-unsupported', `${fhirBase} has no authorization_endpoint`)
  }
  if (!metadata.code_challenge_methods_supported?.includes('S256')) {
    throw new SmartError('pkce-unsupported', `${fhirBase} does not offer PKCE with S256`)
  }
}

const newRecord = (app: App, server: Server, { scope, joins = false }: Destination): LaunchRecord => ({
  kind: 'gatehouse-launch-1',
  state: oauth.generateRandomState(),
  nonce: oauth.generateRandomNonce(),
  verifier: oauth.generateRandomCodeVerifier(),
  clientId: app.clientId,
  redirectUri: app.redirectUri,
  scope,
  createdAt: app.platform.now(),
  server,
  joins,
})

/** Spec: AL-32, AL-33, AL-34, AL-35, AL-36, AL-38, AL-41, SDK-04, TOK-23 */
async function requestParameters(
  record: LaunchRecord,
  caller: Caller,
  handle: string | undefined,
): Promise<URLSearchParams> {
  const { server } = record
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: record.clientId,
    redirect_uri: record.redirectUri,
    scope: record.scope,
    state: record.state,
    nonce: record.nonce,
    aud: server.fhirBase,
    code_challenge: await oauth.calculatePKCECodeChallenge(record.verifier),
    code_challenge_method: 'S256',
  })
  if (server.resourceIndicators) parameters.set('resource', server.fhirBase)
  if (handle !== undefined) parameters.set('launch', handle)
  if (caller.dpop !== undefined) parameters.set('dpop_jkt', await caller.dpop.calculateThumbprint())
  return parameters
}

type At = { readonly server: Server; readonly caller: Caller }

/** By reference where the server takes pushed requests, else in the address, else, when too long, as a form. */
async function depart(app: App, at: At, parameters: URLSearchParams): Promise<Departure> {
  const { metadata, capabilities } = at.server
  const url = new URL(metadata.authorization_endpoint ?? '')
  const pushed = metadata.pushed_authorization_request_endpoint === undefined ? undefined : await push(at, parameters)
  const query = pushed === undefined ? parameters : { client_id: app.clientId, request_uri: pushed }
  if (capabilities.includes('authorize-post') && pushed === undefined && `${url}?${parameters}`.length > longAddress) {
    return { method: 'POST', url: url.href, form: [...parameters] }
  }
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.set(name, value)
  return { method: 'GET', url: url.href }
}

/**
 * Pushes the request (RFC 9126). A server that does not let browsers reach its endpoint gets the plain request, unless it
 * insists; a refusal is final. Throws `authorization-refused`.
 */
async function push({ server, caller }: At, parameters: URLSearchParams): Promise<string | undefined> {
  const { as, client, auth, options } = caller
  const insists = server.metadata.require_pushed_authorization_requests === true
  const send = (): Promise<Response> => oauth.pushedAuthorizationRequest(as, client, auth, parameters, options)
  const read = async (response: Response): Promise<string> =>
    (await oauth.processPushedAuthorizationResponse(as, client, response)).request_uri
  try {
    const answer = await read(await send()).catch((error) => {
      if (oauth.isDPoPNonceError(error)) return send().then(read)
      throw error
    })
    return answer
  } catch (error) {
    if (!insists && error instanceof SmartError && error.reason === 'try-later') return undefined
    const said = error instanceof oauth.ResponseBodyError ? error.error : 'no usable answer'
    throw new SmartError('authorization-refused', `The server did not take the pushed request: ${said}`)
  }
}
