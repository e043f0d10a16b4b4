/**
 * Who signed in, as far as it can be proven: the ID token's signature and claims, and the `fhirUser` under this server.
 */
import * as oauth from 'oauth4webapi'
import { type App, checkAddress, withoutSlash } from './app.ts'
import type { Caller } from './caller.ts'
import { SmartError } from './errors.ts'
import type { Server } from './server.ts'
import { isObject, textOf } from './suspension.ts'

/** The person at the browser. */
export type User = {
  readonly issuer: string
  readonly subject: string
  /** Absolute URL under the FHIR base, of a Patient, Practitioner, PractitionerRole, RelatedPerson or Person. */
  readonly fhirUser?: string
}

const userReference = /^(Patient|Practitioner|PractitionerRole|RelatedPerson|Person)\/[A-Za-z0-9\-.]{1,64}$/

/** The answer to a redemption, its ID token checked. */
export type IdentifiedAnswer = { readonly answer: oauth.TokenEndpointResponse; readonly user?: User }

/**
 * Processes a redemption's answer: claims (`iss`, `aud`, `exp`, `nonce`), then the signature, then `fhirUser`. No ID token
 * is fine unless `openid` was granted; an ID token from a server that names no issuer is not.
 *
 * Throws `id-token-invalid`, `fhir-user-invalid`; other faults of the answer as the protocol library throws them.
 *
 * Spec: SDK-05, ID-03, ID-04, ID-06, ID-08, ID-17, IX-10
 */
export async function readIdentity(
  app: App,
  at: { readonly server: Server; readonly caller: Caller; readonly nonce: string },
  response: Response,
): Promise<IdentifiedAnswer> {
  const { server, caller, nonce } = at
  const body: unknown = await response.clone().json()
  const hasIdToken = isObject(body) && body.id_token !== undefined
  const openid = isObject(body) && ` ${textOf(body.scope) ?? ''} `.includes(' openid ')
  if (!hasIdToken && !openid) {
    return { answer: await oauth.processAuthorizationCodeResponse(caller.as, caller.client, response) }
  }
  if (!server.hasIssuer) throw invalid('the server names no issuer to check it against')
  const answer = await checkClaims(caller, response, nonce)
  await checkSignature(app, caller, response)
  const claims = oauth.getValidatedIdTokenClaims(answer)
  if (claims === undefined) throw invalid('it has no claims')
  const fhirUser = textOf(claims.fhirUser)
  return {
    answer,
    user: {
      issuer: claims.iss,
      subject: claims.sub,
      ...(fhirUser === undefined ? {} : { fhirUser: checkFhirUser(server.fhirBase, fhirUser) }),
    },
  }
}

const invalid = (why: string): SmartError =>
  new SmartError('id-token-invalid', `The server's proof of who signed in cannot be trusted: ${why}`)

async function checkClaims(caller: Caller, response: Response, nonce: string): Promise<oauth.TokenEndpointResponse> {
  try {
    const options = { expectedNonce: nonce, requireIdToken: true }
    return await oauth.processAuthorizationCodeResponse(caller.as, caller.client, response, options)
  } catch (error) {
    throw invalid(codeOf(error))
  }
}

async function checkSignature(app: App, caller: Caller, response: Response): Promise<void> {
  const as = { ...caller.as, jwks_uri: await findKeys(app, caller) }
  try {
    await oauth.validateApplicationLevelSignature(as, response, caller.options)
  } catch (error) {
    throw invalid(codeOf(error))
  }
}

/** Where the issuer's keys are: its own openid-configuration says, else the SMART configuration. Spec: ID-17, CF-08 */
async function findKeys(app: App, { as, options }: Caller): Promise<string> {
  const said = await readConfiguration(app, { as, options }).catch(() => undefined)
  if (said !== undefined && said.issuer !== as.issuer) throw invalid('its issuer calls itself something else')
  const address = textOf(said?.jwks_uri) ?? as.jwks_uri
  if (address === undefined) throw invalid('the issuer publishes no keys')
  return checkAddress(app, address).href
}

async function readConfiguration(
  app: App,
  { as, options }: Pick<Caller, 'as' | 'options'>,
): Promise<{ readonly [member: string]: unknown } | undefined> {
  const url = checkAddress(app, `${withoutSlash(as.issuer)}/.well-known/openid-configuration`)
  const headers = { accept: 'application/json' }
  const response = await app.platform.fetch(url.href, { headers, signal: options.signal() })
  const document: unknown = response.status === 200 ? await response.json() : undefined
  return isObject(document) ? document : undefined
}

/** The library's stable code; its messages and causes may hold the token itself. */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'it is malformed'

/** Makes `fhirUser` absolute and refuses one that is on another server or is not a person. */
function checkFhirUser(fhirBase: string, fhirUser: string): string {
  const base = `${withoutSlash(fhirBase)}/`
  const relative = fhirUser.startsWith(base) ? fhirUser.slice(base.length) : fhirUser
  if (userReference.test(relative)) return `${base}${relative}`
  throw new SmartError('fhir-user-invalid', 'The server names a user that is not a person of this FHIR server')
}
