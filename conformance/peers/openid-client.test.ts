import * as oidc from 'openid-client'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../browser.ts'
import { goThrough } from '../person.ts'
import { named, type Sandbox, type SandboxClient, startSandbox } from '../sandbox-process.ts'
import { openTool, type Tool } from '../tool.ts'

let sandbox: Sandbox
let browser: Browser
let tool: Tool
let client: SandboxClient
let config: oidc.Configuration

beforeAll(async () => {
  sandbox = await startSandbox()
  browser = await openBrowser()
  client = named(sandbox.clients, ({ client_id }) => client_id === 'demo-symmetric')
  tool = await openTool(client.redirect_uris[0] ?? '')
  const insecure = { execute: [oidc.allowInsecureRequests] }
  config = await oidc.discovery(
    new URL(sandbox.ehr.issuer),
    client.client_id,
    client.client_secret,
    undefined,
    insecure,
  )
})

afterAll(async () => {
  await tool?.close()
  await browser?.close()
  await sandbox?.stop()
})

/** One authorization by the patient Ana; the URL that came back and what must be checked on it. */
const authorize = async (scope: string) => {
  const user = named(sandbox.users, ({ fhirUser }) => fhirUser === 'Patient/ana-torres')
  const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()]
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: client.redirect_uris[0] ?? '',
    scope,
    state,
    nonce,
    aud: sandbox.ehr.fhirBase,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const page = await browser.newPage()
  await page.goto(url.href)
  await goThrough(page, sandbox.ehr.issuer, { user, patient: 'ana-torres', offline: true })
  await page.close()
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
  return { callback: await tool.callback(), checks }
}

test('ID-03, ID-05, ID-12, ID-14, ID-17, ID-18, ID-19, IN-06, IN-16: openid-client discovers us, and checks an RS256 ID token with our published key', async () => {
  expect(config.serverMetadata().supportsPKCE('S256')).toBe(true)
  const { callback, checks } = await authorize('openid fhirUser launch/patient offline_access patient/Patient.rs')
  const tokens = await oidc.authorizationCodeGrant(config, callback, checks)
  expect(tokens.claims()).toMatchObject({
    iss: sandbox.ehr.issuer,
    aud: client.client_id,
    fhirUser: `${sandbox.ehr.fhirBase}/Patient/ana-torres`,
  })
  expect(tokens).toMatchObject({ token_type: 'bearer', patient: 'ana-torres' })
})

test('RF-07, RF-12, RF-14, RF-16: openid-client renews, twice in a row, with the token of the newest answer', async () => {
  const { callback, checks } = await authorize('openid launch/patient offline_access patient/Patient.rs')
  const first = await oidc.authorizationCodeGrant(config, callback, checks)
  const second = await oidc.refreshTokenGrant(config, first.refresh_token ?? '')
  const third = await oidc.refreshTokenGrant(config, second.refresh_token ?? '')
  expect(new Set([first.access_token, second.access_token, third.access_token]).size).toBe(3)
  expect(third).toMatchObject({ patient: 'ana-torres', scope: first.scope })
})

test('RFC-01, AL-58: a code that was redeemed is refused by name', async () => {
  const { callback, checks } = await authorize('openid launch/patient patient/Patient.rs')
  await oidc.authorizationCodeGrant(config, callback, checks)
  const again = oidc.authorizationCodeGrant(config, callback, checks)
  await expect(again).rejects.toMatchObject({ error: 'invalid_grant', status: 400 })
})

test('a nonce that the app did not send is noticed by the client', async () => {
  const { callback, checks } = await authorize('openid launch/patient patient/Patient.rs')
  const wrong = oidc.authorizationCodeGrant(config, callback, { ...checks, expectedNonce: 'another' })
  await expect(wrong).rejects.toThrow()
})
