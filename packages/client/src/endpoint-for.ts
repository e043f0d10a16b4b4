/**
 * Endpoints beside the FHIR base that the same tokens are good for. Pure.
 */
import type { Server } from './server.ts'

/**
 * Where a capability is to be found with this server's tokens: at an associated endpoint, else at the FHIR base. Only on the
 * hosts the tokens go to anyway; a listing alone is no reason to send a token to a third one.
 *
 * Spec: CF-16, ST-01, IX-21, SDK-17
 */
export function endpointFor(server: Server, capability: string): string | undefined {
  const known = [server.fhirBase, server.metadata.token_endpoint].map((address) => new URL(address).origin)
  const listed = server.associatedEndpoints
    .filter(({ url, capabilities }) => capabilities.includes(capability) && URL.canParse(url))
    .map(({ url }) => url.replace(/\/\.well-known\/smart-configuration$/, ''))
  const endpoint = listed.find((url) => known.includes(new URL(url).origin))
  return endpoint ?? (listed.length === 0 && server.capabilities.includes(capability) ? server.fhirBase : undefined)
}
