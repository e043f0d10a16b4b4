/**
 * SMART Backend Services: a service that reads on its own authority, proven by its key. Own entry point,
 * `@gatehouse/client/backend`.
 */
import * as oauth from 'oauth4webapi'
import type { App } from './app.ts'
import { discover } from './discover.ts'
import { SmartError } from './errors.ts'
import { type Access, accessBy } from './unattended.ts'

export type { Access } from './unattended.ts'

/** A back end has a key and no redirect URI. */
export type BackendApp = Omit<App, 'redirectUri' | 'auth'> & { readonly auth: Extract<App['auth'], { kind: 'key' }> }

/**
 * Opens a FHIR server (default: the first configured one) for a back end. Tokens are asked for when they are needed, each
 * with a fresh assertion; a lost answer costs nothing, because the next request asks again.
 *
 * Throws `launch-unsupported` where the server does not offer the grant, and what `discover` throws.
 *
 * Spec: BS-01, BS-02, BS-06, BS-07, BS-08, BS-20
 */
export async function backend(service: BackendApp, fhirBase = service.servers[0] ?? ''): Promise<Access> {
  const app: App = { ...service, redirectUri: '' }
  const server = await discover(app, fhirBase)
  const grants = server.metadata.grant_types_supported
  if (grants !== undefined && !grants.includes('client_credentials')) {
    throw new SmartError('launch-unsupported', `${fhirBase} does not offer access to back ends`)
  }
  const { scope } = app
  return accessBy(app, {
    server,
    scope,
    grant: {
      send: ({ as, client, auth, options }) =>
        oauth.clientCredentialsGrantRequest(as, client, auth, new URLSearchParams({ scope }), options),
      read: ({ as, client }, response) => oauth.processClientCredentialsResponse(as, client, response),
    },
  })
}
