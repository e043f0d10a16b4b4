import * as oauth from 'oauth4webapi'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../browser.ts'
import { goThrough } from '../person.ts'
import { named, type Sandbox, type SandboxClient, startSandbox } from '../sandbox-process.ts'
import { openTool, type Tool } from '../tool.ts'

const insecure = { [oauth.allowInsecureRequests]: true } as const

let sandbox: Sandbox
let browser: Browser
let tool: Tool
let facts: SandboxClient
let server: oauth.AuthorizationServer
let client: oauth.Client
let authentication: oauth.ClientAuth

beforeAll(async () => {
  sandbox = await startSandbox()
  browser = await openBrowser()
  facts = named(sandbox.clients, ({ client_id }) => client_id === 'demo-asymmetric')
  tool = await openTool(facts.redirect_uris[0] ?? '')
  client = { client_id: facts.client_id }
  authentication = oauth.PrivateKeyJwt(await privateKey(facts))
  const issuer = new URL(sandbox.ehr.issuer)
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
})

afterAll(async () => {
  await tool?.close()
  await browser?.close()
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
  test('CA-22, BS-10, BS-15, BS-16, ONC-36, IX-02, IX-03: signs an ES384 assertion and gets a backend token', async () => {
    const token = await backendToken('system/Patient.rs')
    expect(token).toMatchObject({ token_type: 'bearer', scope: 'system/Patient.rs' })
    expect(token.expires_in).toBeGreaterThan(0)
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

  test('AL-22, AL-47, AL-48, AL-68, AL-69, AL-74, ONC-25: pushes its request, and goes through with the request_uri alone', async () => {
    const user = named(sandbox.users, ({ fhirUser }) => fhirUser === 'Patient/ana-torres')
    const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()]
    const redirectUri = facts.redirect_uris[0] ?? ''
    const parameters = new URLSearchParams({
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'launch/patient patient/Patient.rs',
      state,
      aud: sandbox.ehr.fhirBase,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const pushed = await oauth.pushedAuthorizationRequest(server, client, authentication, parameters, insecure)
    const { request_uri } = await oauth.processPushedAuthorizationResponse(server, client, pushed)
    const page = await browser.newPage()
    await page.goto(
      `${server.authorization_endpoint}?${new URLSearchParams({ client_id: client.client_id, request_uri })}`,
    )
    await goThrough(page, sandbox.ehr.issuer, { user, patient: 'ana-torres' })
    await page.close()
    const answer = oauth.validateAuthResponse(server, client, await tool.callback(), state)
    const response = await oauth.authorizationCodeGrantRequest(
      ...[server, client, authentication, answer, redirectUri, verifier],
      insecure,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response)
    expect(tokens).toMatchObject({ patient: 'ana-torres', scope: 'launch/patient patient/Patient.rs' })
    expect(tokens.expires_in).toBeLessThanOrEqual(3600)
  })

  test('AL-19, AL-24, CA-06, SC-31: registers an app with a token for that, and is refused without', async () => {
    const metadata = {
      client_name: 'Registered by oauth4webapi',
      redirect_uris: [...facts.redirect_uris],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      scope: 'launch/patient patient/Patient.rs',
    }
    const { access_token: initialAccessToken } = await backendToken('https://gatehouse.dev/codes/register')
    const options = { ...insecure, initialAccessToken }
    const response = await oauth.dynamicClientRegistrationRequest(server, metadata, options)
    const registered = await oauth.processDynamicClientRegistrationResponse(response)
    expect(registered).toMatchObject({ client_name: 'Registered by oauth4webapi', scope: metadata.scope })
    expect(registered.client_id).not.toBe(client.client_id)
    const refused = oauth.dynamicClientRegistrationRequest(server, metadata, insecure)
    await expect(refused.then(oauth.processDynamicClientRegistrationResponse)).rejects.toThrow()
  })
})
