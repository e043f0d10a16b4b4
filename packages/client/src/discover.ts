/**
 * Finding a server: one GET of its `smart-configuration`, nothing guessed and nothing read from a CapabilityStatement.
 */
import { type App, checkAddress, checkAllowed, withoutSlash } from './app.ts'
import { skewOf } from './caller.ts'
import { SmartError } from './errors.ts'
import { parseServer, type Server } from './server.ts'

/** Discovery answers in seconds or not at all. */
const timeLimit = 20_000

/**
 * Reads `{fhirBase}/.well-known/smart-configuration`. The base must be in `app.servers` (a trailing slash apart).
 *
 * Throws `server-not-allowed`, `discovery-failed` (unreachable, not 200, not JSON), `discovery-invalid`, `insecure-url`.
 *
 * Spec: AL-30, CF-01, BS-02, SDK-03
 */
export async function discover(app: App, fhirBase: string): Promise<Server> {
  checkAllowed(app, fhirBase)
  const response = await discoveryRequest(app, fhirBase)
  return processDiscoveryResponse(app, fhirBase, response)
}

/** First half of the pair: sends the request and hands back the plain answer. Spec: SDK-42 */
export async function discoveryRequest(app: App, fhirBase: string): Promise<Response> {
  const url = checkAddress(app, `${withoutSlash(fhirBase)}/.well-known/smart-configuration`)
  const init = {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeLimit),
    credentials: 'omit',
  } as const
  try {
    return await app.platform.fetch(url.href, init)
  } catch {
    throw new SmartError('discovery-failed', `The server does not answer at ${url.href}`)
  }
}

/** Second half of the pair: what the answer says about the server. Spec: SDK-42 */
export async function processDiscoveryResponse(app: App, fhirBase: string, response: Response): Promise<Server> {
  if (response.status !== 200) {
    throw new SmartError('discovery-failed', `${fhirBase} has no SMART configuration (HTTP ${response.status})`, {
      status: response.status,
    })
  }
  let document: unknown
  try {
    document = await response.json()
  } catch {
    throw new SmartError('discovery-failed', `The SMART configuration of ${fhirBase} is not JSON`, { status: 200 })
  }
  return { ...parseServer(app, fhirBase, document), skew: skewOf(response, app.platform.now()) ?? 0 }
}
