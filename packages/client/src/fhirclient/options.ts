/**
 * The options of `FHIR.oauth2.authorize`, each with its fate: taken, taken safely, or refused with what replaces it. Pure.
 */
import { allowInsecureRequests, allowLaunchWithoutGesture } from '../app.ts'
import { SmartError } from '../errors.ts'
import type { Platform } from '../platform.ts'

/**
 * Dangerous option: `{ [allowOpenServer]: true }` lets `fhirServiceUrl` name a server without authorization, with the given
 * `fakeTokenResponse`. For development. Spec: SDK-34
 */
export const allowOpenServer: unique symbol = Symbol('@gatehouse/client/fhirclient: allowOpenServer')

/** What `authorize` takes. Names are fhirclient's; `servers` is new: the list an EHR's `iss` must be on. */
export type AuthorizeOptions = {
  readonly clientId: string
  readonly scope: string
  /** FHIR base of a standalone launch; also allowed for EHR launches. */
  readonly iss?: string
  readonly servers?: readonly string[]
  readonly redirectUri?: string
  readonly noRedirect?: boolean
  /** FHIR base without authorization; needs `[allowOpenServer]`. */
  readonly fhirServiceUrl?: string
  readonly fakeTokenResponse?: Readonly<Record<string, unknown>>
  readonly pkceMode?: string
  readonly [allowInsecureRequests]?: boolean
  readonly [allowLaunchWithoutGesture]?: boolean
  readonly [allowOpenServer]?: boolean
  /** Every other option of fhirclient is looked at, so that none is dropped in silence. */
  readonly [other: string]: unknown
}

/** A server without authorization, as a developer set it up. */
export type OpenServer = { readonly fhirBase: string; readonly tokenResponse: Readonly<Record<string, unknown>> }

/** What is remembered for `ready`. */
export type Authorize = {
  readonly clientId: string
  readonly redirectUri: string
  readonly scope: string
  readonly servers: readonly string[]
  /** The dangerous options by name: symbols would not survive being remembered. */
  readonly plainHttp: boolean
  readonly withoutGesture: boolean
  readonly open?: OpenServer
}

/** Options that are refused, and what replaces them. Spec: SDK-02, SDK-03, SDK-20, SDK-22 */
const refused: Readonly<Record<string, string>> = {
  launch: 'the launch value is read from the EHR’s launch URL only',
  patientId: 'the patient comes from the server; ask with the scope launch/patient',
  encounterId: 'the encounter comes from the server; ask with the scope launch/encounter',
  clientSecret: 'a secret in a browser is no secret; use the SDK in a back end, with auth: { kind: "secret" }',
  clientPrivateJwk: 'a key that can be read can be stolen; use the SDK with auth: { kind: "key" } and a CryptoKey',
  clientPublicKeySetUrl: 'keys are registered with the server, not sent with a launch',
  issMatch: 'name the servers an EHR may launch from with servers: [...]',
  storage: 'tokens are kept sealed in IndexedDB; choose memory with browser({ storage: "memory" })',
  stateKey: 'every launch has a random state of its own; several run side by side',
}

/** Options that change nothing any more: what they asked for is always so, or has no use here. */
const settled: readonly string[] = ['completeInTarget', 'target', 'width', 'height', 'fullSessionStorageSupport']

const known: readonly string[] = [
  'clientId',
  'scope',
  'iss',
  'servers',
  'redirectUri',
  'noRedirect',
  'fhirServiceUrl',
  'fakeTokenResponse',
  'pkceMode',
  'client_id',
]

/**
 * Reads the options and, for an EHR launch, takes the page's URL along. Throws `option-refused` naming the option and its
 * replacement.
 */
export function parseOptions(
  options: AuthorizeOptions,
  platform: Platform,
): { readonly kept: Authorize; readonly url?: string } {
  const page = new URL(platform.page?.url() ?? 'about:blank')
  for (const name of Object.keys(options)) checkOption(name, options)
  const servers = [...(options.iss === undefined ? [] : [options.iss]), ...(options.servers ?? [])]
  const open = openServer(options)
  const isLaunch = page.searchParams.has('launch')
  if (servers.length === 0 && open === undefined) {
    throw refuse('iss', 'name the server with iss, or the servers an EHR may launch from with servers: [...]')
  }
  const kept: Authorize = {
    clientId: options.clientId,
    redirectUri: new URL(options.redirectUri ?? page.origin + page.pathname, page).href,
    scope: options.scope,
    servers,
    plainHttp: options[allowInsecureRequests] === true,
    withoutGesture: options[allowLaunchWithoutGesture] === true,
    ...(open === undefined ? {} : { open }),
  }
  return { kept, ...(isLaunch ? { url: page.href } : {}) }
}

function checkOption(name: string, options: AuthorizeOptions): void {
  const replacement = refused[name]
  if (replacement !== undefined && options[name] !== undefined) throw refuse(name, replacement)
  if (name === 'pkceMode' && options.pkceMode === 'disabled') {
    throw refuse('pkceMode: "disabled"', 'PKCE with S256 is always used; a server without it is refused')
  }
  if (replacement === undefined && !known.includes(name) && !settled.includes(name)) {
    throw refuse(name, 'this option is unknown to fhirclient and to the SDK')
  }
}

function openServer(options: AuthorizeOptions): OpenServer | undefined {
  const { fhirServiceUrl, fakeTokenResponse } = options
  if (fhirServiceUrl === undefined && fakeTokenResponse === undefined) return undefined
  if (options[allowOpenServer] !== true || fhirServiceUrl === undefined) {
    throw refuse('fhirServiceUrl, fakeTokenResponse', 'for development set [allowOpenServer]: true, else use iss')
  }
  return { fhirBase: fhirServiceUrl, tokenResponse: fakeTokenResponse ?? {} }
}

const refuse = (option: string, instead: string): SmartError =>
  new SmartError('option-refused', `${option} is refused: ${instead}`)
