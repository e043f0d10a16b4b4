import { hash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Client } from '../src/clients/client.ts'
import type { Grant } from '../src/grants/grant.ts'
import { publicApp } from '../src/index.ts'
import { hashSecret, newSecret } from '../src/secret.ts'
import type { User } from '../src/sign-in/user.ts'
import type { Code } from '../src/token/token-records.ts'
import { type TestEnv, type TestOverrides, testAudience, testEnv, testStart } from './env.ts'

/** A public app, as a person at home would use it. */
export const aClient: Client = {
  id: 'growth-chart',
  state: 'active',
  display: { name: 'Growth Chart', contacts: [] },
  auth: { method: 'none' },
  grantTypes: ['authorization_code', 'refresh_token'],
  redirectUris: ['https://app.example/callback'],
  launchUris: [],
  postLogoutRedirectUris: [],
  scope: 'openid fhirUser launch/patient offline_access patient/*.rs',
  staffConsent: 'ask',
  refreshRotation: 'all',
  dpopBoundAccessTokens: false,
  createdAt: testStart,
  updatedAt: testStart,
}

/** The person who uses it. */
export const aUser: User = {
  subject: 'user-ana',
  username: 'ana',
  name: 'Ana',
  role: 'patient',
  fhirUser: 'Patient/p1',
  patients: ['p1'],
  state: 'active',
}

/** What they agreed. */
export const aGrant: Grant = {
  id: 'grant-1',
  clientId: aClient.id,
  subject: aUser.subject,
  scope: 'openid fhirUser launch/patient offline_access patient/Observation.rs patient/Patient.r',
  context: { patient: 'p1', needPatientBanner: true },
  audience: [testAudience],
  fhirUser: 'Patient/p1',
  access: 'offline',
  authenticatedAt: testStart - 30,
  createdAt: testStart,
  lastUsedAt: testStart,
  state: 'active',
}

/** A PKCE verifier. */
export const verifier = 'v'.repeat(43)

type Form = Readonly<Record<string, string | undefined>>
type Headers = Readonly<Record<string, string>>
type Response = Awaited<ReturnType<FastifyInstance['inject']>>

/** The server over a fresh store that knows the app and the person. */
export type TokenWorld = {
  readonly env: TestEnv
  readonly app: FastifyInstance
  /** Posts a form; members that are `undefined` are left out. */
  readonly postTo: (path: string, form: Form, headers?: Headers) => Promise<Response>
  /** The same to the token endpoint. */
  readonly post: (form: Form, headers?: Headers) => Promise<Response>
  /** A good code request, with changes. */
  readonly redeem: (code: string, changes?: Form) => Promise<Response>
}

/** A fresh world; `overrides` as for `testEnv`. */
export const tokenWorld = async (overrides: TestOverrides = {}): Promise<TokenWorld> => {
  const env = await testEnv(overrides)
  await env.store.clients.create(aClient)
  await env.store.users.create(aUser)
  const app = await publicApp(env)
  const postTo: TokenWorld['postTo'] = (url, form, headers = {}) => {
    const pairs = Object.entries(form).filter((pair): pair is [string, string] => pair[1] !== undefined)
    const payload = new URLSearchParams(pairs).toString()
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return app.inject({ method: 'POST', url, payload, headers: { ...type, ...headers } })
  }
  const post: TokenWorld['post'] = (form, headers) => postTo('/token', form, headers)
  const redeem: TokenWorld['redeem'] = (code, changes = {}) =>
    post({
      grant_type: 'authorization_code',
      code,
      redirect_uri: 'https://app.example/callback',
      code_verifier: verifier,
      client_id: aClient.id,
      ...changes,
    })
  return { env, app, postTo, post, redeem }
}

/** How the agreement and the code differ from the usual ones. */
type CodeChanges = { readonly grant?: Partial<Grant>; readonly code?: Partial<Code> }

/** What the authorization endpoint leaves behind: a grant and a code; the text of the code. */
export const newCode = async (env: TestEnv, changes: CodeChanges = {}): Promise<string> => {
  const text = newSecret(env)
  const grant = { ...aGrant, id: newSecret(env), createdAt: env.now(), lastUsedAt: env.now(), ...changes.grant }
  const code: Code = {
    grantId: grant.id,
    clientId: grant.clientId,
    redirectUri: 'https://app.example/callback',
    codeChallenge: hash('sha256', verifier, 'base64url'),
    issuedAt: env.now(),
    expiresAt: env.now() + 60,
    ...changes.code,
  }
  await env.store.grants.createWithCode(grant, { ...code, hash: hashSecret(text) }, undefined)
  return text
}
