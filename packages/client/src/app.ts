/**
 * What an app says about itself, once. Nothing here is ever taken from a URL.
 */
import { SmartError } from './errors.ts'
import type { Platform } from './platform.ts'

/**
 * Dangerous option: `{ [allowInsecureRequests]: true }` lets the app speak plain http. For sandboxes on the same machine.
 * A symbol, so that it cannot arrive in a configuration file. Spec: SDK-34
 */
export const allowInsecureRequests: unique symbol = Symbol('@gatehouse/client: allowInsecureRequests')

/**
 * Dangerous option: an EHR launch starts without a click in the app. Safe only at servers that bind a launch to the user it
 * was made for (Gatehouse does): elsewhere a stranger's page could open the app with the stranger's launch. Spec: SDK-34
 */
export const allowLaunchWithoutGesture: unique symbol = Symbol('@gatehouse/client: allowLaunchWithoutGesture')

/** Links about the app's maker that it should show to the people who use it. Spec: SDK-32 */
export type About = {
  readonly clientUri?: string
  readonly policyUri?: string
  readonly tosUri?: string
  readonly codeOfConductUri?: string
  /** Mail addresses or web addresses. */
  readonly contacts?: readonly string[]
}

/** A secret is for back ends only; a key may also be a browser's or device's non-extractable `CryptoKey`. */
export type ClientAuthentication =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'key'; readonly key: CryptoKey; readonly kid: string }

/** An app as it is registered, and the platform it runs on. */
export type App = {
  readonly clientId: string
  /** Exactly as registered. */
  readonly redirectUri: string
  /** What the app asks for, space separated: as little as it needs. */
  readonly scope: string
  /** FHIR base URLs this app may be used with. An EHR launch from any other server is refused. */
  readonly servers: readonly string[]
  /** How the app authenticates at the token endpoint; without it the app is a public client. */
  readonly auth?: ClientAuthentication
  readonly about?: About
  readonly platform: Platform
  readonly [allowInsecureRequests]?: boolean
  readonly [allowLaunchWithoutGesture]?: boolean
}

/** A FHIR base without its trailing slash: how two spellings of one server are compared, and nothing more. */
export const withoutSlash = (fhirBase: string): string => fhirBase.replace(/\/$/, '')

/**
 * Checks that an address is absolute https (http only with the dangerous option) and has no user name in it.
 * Throws `insecure-url`. Spec: AL-01
 */
export function checkAddress(app: Pick<App, typeof allowInsecureRequests>, address: string): URL {
  if (!URL.canParse(address)) throw new SmartError('insecure-url', `Not an absolute URL: ${address}`)
  const url = new URL(address)
  const allowed = url.protocol === 'https:' || (url.protocol === 'http:' && app[allowInsecureRequests] === true)
  if (!allowed || url.username !== '' || url.password !== '') {
    throw new SmartError('insecure-url', `Only https addresses without credentials are used: ${url.origin}`)
  }
  return url
}

/** Throws `server-not-allowed` unless the app is configured for this server: a hostile `iss` must reach nothing. */
export function checkAllowed(app: App, fhirBase: string): void {
  if (!app.servers.some((one) => withoutSlash(one) === withoutSlash(fhirBase))) {
    throw new SmartError('server-not-allowed', `This app is not configured for the server ${fhirBase}`)
  }
}
