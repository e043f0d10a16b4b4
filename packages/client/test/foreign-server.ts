/**
 * `oidc-provider`, an authorization server nobody here wrote, behind a `smart-configuration` and an echoing FHIR server. Its
 * user agrees to everything at once but to `patient/Patient.r`.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'
import { Provider } from 'oidc-provider'

/** What a test registers. */
export type ForeignClient = {
  readonly client_id: string
  readonly token_endpoint_auth_method: 'none' | 'client_secret_basic' | 'private_key_jwt'
  readonly client_secret?: string
  readonly token_endpoint_auth_signing_alg?: 'RS384' | 'ES384'
  readonly jwks?: { readonly keys: JWK[] }
}

/** The running server, and what a browser does there. */
export type ForeignServer = {
  readonly fhirBase: string
  /** Follows the departure through sign-in and consent, back to the address the app is sent to. */
  readonly visit: (url: string) => Promise<string>
  readonly close: () => void
}

const scopes = ['openid', 'offline_access', 'fhirUser', 'launch/patient', 'patient/Observation.rs', 'patient/Patient.r']

/** Starts it on a free port of this machine. */
export async function foreignServer(clients: readonly ForeignClient[]): Promise<ForeignServer> {
  let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async () => {}
  const server = createServer((request, response) => void handle(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const provider = providerOf(issuer, clients)
  const answer = provider.callback()
  handle = async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', issuer)
    if (pathname === '/fhir/.well-known/smart-configuration') return configuration(issuer, response)
    if (pathname.startsWith('/fhir/')) return echo(request, response)
    if (pathname.startsWith('/interaction/')) return agree(provider, request, response)
    await answer(request, response)
  }
  return {
    fhirBase: `${issuer}/fhir`,
    visit: (url) => visit(issuer, url),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function providerOf(issuer: string, clients: readonly ForeignClient[]): Provider {
  return new Provider(issuer, {
    clients: clients.map((client) => ({
      redirect_uris: ['https://app.example/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      ...client,
    })),
    scopes,
    claims: { openid: ['sub'] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    cookies: { keys: ['test'] },
    enabledJWA: { clientAuthSigningAlgValues: ['RS384', 'ES384'] },
    features: { devInteractions: { enabled: false }, dPoP: { enabled: true }, revocation: { enabled: true } },
  })
}

async function configuration(issuer: string, response: ServerResponse): Promise<void> {
  const found = await fetch(`${issuer}/.well-known/openid-configuration`)
  const document = { ...(await found.json()), capabilities: ['launch-standalone', 'client-public'] }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))
}

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const status = request.headers.authorization === undefined ? 401 : 200
  const id = request.url?.split('/').at(-1)
  response.writeHead(status, { 'content-type': 'application/fhir+json' })
  response.end(JSON.stringify({ resourceType: 'Patient', id }))
}

async function agree(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: 'user-1' } })
  }
  if (String(params.scope).includes('patient/Patient.r')) {
    return provider.interactionFinished(request, response, { error: 'access_denied' })
  }
  const grant = new provider.Grant({ clientId: String(params.client_id), accountId: session?.accountId ?? '' })
  grant.addOIDCScope(String(params.scope))
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
}

/** A browser of few words: keeps cookies, follows redirects on the server, stops when it leaves. */
async function visit(issuer: string, start: string): Promise<string> {
  const cookies = new Map<string, string>()
  let url = start
  while (url.startsWith(issuer)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`stopped at ${url}: ${response.status} ${await response.text()}`)
    url = new URL(location, url).href
  }
  return url
}
