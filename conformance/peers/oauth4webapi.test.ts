import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { named, type Sandbox, type SandboxClient, startSandbox } from '../sandbox-process.ts'

const insecure = { [oauth.allowInsecureRequests]: true } as const

let sandbox: Sandbox
let facts: SandboxClient
let server: oauth.AuthorizationServer
let client: oauth.Client
let authentication: oauth.ClientAuth

beforeAll(async () => {
  sandbox = await startSandbox()
  facts = named(sandbox.clients, ({ client_id }) => client_id === 'demo-asymmetric')
  client = { client_id: facts.client_id }
  authentication = oauth.PrivateKeyJwt(await privateKey(facts))
  const issuer = new URL(sandbox.ehr.issuer)
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
})

afterAll(async () => {
  await sandbox?.stop()
})

const privateKey = async ({ private_jwks }: SandboxClient): Promise<oauth.PrivateKey> => {
  const jwk = { ...private_jwks?.keys[0] }
  const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign'])
  return { key, kid: String(jwk.kid) }
}

/** A backend token, by oauth4webapi's own checks of the answer. */
const backendToken = async (scope: string): Promise<oauth.TokenEndpointResponse> => {
  const parameters = new URLSearchParams({ scope })
  const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, insecure)
  return oauth.processClientCredentialsResponse(server, client, response)
}

const introspect = async (token: string): Promise<oauth.IntrospectionResponse> => {
  const response = await oauth.introspectionRequest(server, client, authentication, token, insecure)
  return oauth.processIntrospectionResponse(server, client, response)
}

describe('oauth4webapi, a client that is strict about what it is answered', () => {
  test('CA-22, BS-10, BS-15, BS-16: signs an ES384 assertion and gets a backend token', async () => {
    const token = await backendToken('system/Patient.rs')
    expect(token).toMatchObject({ token_type: 'bearer', scope: 'system/Patient.rs' })
    expect(token.expires_in).toBeLessThanOrEqual(300)
  })

  test('BS-13: is told by name that it asked for nothing it may have', async () => {
    await expect(backendToken('patient/Patient.rs')).rejects.toMatchObject({ error: 'invalid_scope' })
  })

  test('TI-01, TI-03, TI-04, TI-05, TI-06, TI-13: introspects its token, and after revoking it learns only that it is dead', async () => {
    const { access_token, scope } = await backendToken('system/Observation.rs')
    expect(await introspect(access_token)).toMatchObject({ active: true, scope, client_id: client.client_id })
    const response = await oauth.revocationRequest(server, client, authentication, access_token, insecure)
    await oauth.processRevocationResponse(response)
    expect(await introspect(access_token)).toEqual({ active: false })
  })

  test('IN-10: introspecting what was never a token answers inactive, not an error', async () => {
    expect(await introspect('invalid_token_value')).toEqual({ active: false })
  })
})
