/**
 * A scripted SMART server behind a fetch function: small enough to read, willing to misbehave. It shares no code with the
 * SDK or with Gatehouse's server; tokens are signed with jose.
 */
import { createHash, randomBytes } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose'

export type Sent = {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly form: URLSearchParams
  readonly body: string
}
type Code = { readonly challenge: string; readonly nonce: string; readonly scope: string; readonly redirectUri: string }
type Respond = (sent: Sent) => Response | undefined | Promise<Response | undefined>

/** What a test may change; every member is read at each request. */
export type Script = {
  /** Members put into (or, as undefined, taken out of) the SMART configuration. */
  configuration: Record<string, unknown>
  /** Members put over the token answer. */
  tokenAnswer: Record<string, unknown>
  /** Claims put over those of the ID token. */
  idToken: Record<string, unknown>
  /** Scope that is granted whatever was asked. */
  grant: string | undefined
  /** Whether refresh tokens are used once. */
  rotate: boolean
  /** Answers before anything else does; undefined lets the server go on. */
  intercept: Respond
  expiresIn: number
}

const rsa = await generateKeyPair('RS256', { extractable: true })
const jwk: JWK = { ...(await exportJWK(rsa.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }
const token = (): string => randomBytes(24).toString('base64url')
const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

export type SmartServer = {
  readonly fhirBase: string
  readonly issuer: string
  readonly script: Script
  readonly sent: Sent[]
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** What the user's browser does at the authorization endpoint: returns the address it is sent back to. */
  readonly authorize: (url: string) => string
  /** Every secret handed out so far. */
  readonly secrets: string[]
  readonly refreshTokens: Map<string, 'live' | 'used'>
  readonly tokenRequests: () => readonly Sent[]
}

export function smartServer({ issuer = 'https://ehr.example', patient = 'p1' } = {}): SmartServer {
  const fhirBase = `${issuer}/fhir`
  const sent: Sent[] = []
  const secrets: string[] = []
  const codes = new Map<string, Code>()
  const refreshTokens = new Map<string, 'live' | 'used'>()
  const script: Script = {
    configuration: {},
    tokenAnswer: {},
    idToken: {},
    grant: undefined,
    rotate: true,
    intercept: () => undefined,
    expiresIn: 300,
  }
  const secret = (): string => {
    const value = token()
    secrets.push(value)
    return value
  }

  const configuration = (): Record<string, unknown> => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    revocation_endpoint: `${issuer}/revoke`,
    management_endpoint: `${issuer}/grants`,
    jwks_uri: `${issuer}/jwks`,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    capabilities: ['launch-ehr', 'launch-standalone', 'authorize-post', 'client-public'],
    ...script.configuration,
  })

  const idToken = (nonce: string, clientId: string): Promise<string> => {
    const now = Math.floor(Date.now() / 1000)
    const claims = { fhirUser: `${fhirBase}/Practitioner/d1`, nonce, iat: now, exp: now + 300, ...script.idToken }
    return new SignJWT({ iss: issuer, aud: clientId, sub: 'user-1', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .sign(rsa.privateKey)
  }

  const tokens = async (scope: string, code: Code | undefined, clientId: string): Promise<Response> => {
    const refresh = secret()
    refreshTokens.set(refresh, 'live')
    const granted = script.grant ?? scope
    const withId = code !== undefined && granted.split(' ').includes('openid')
    return json({
      access_token: secret(),
      token_type: 'Bearer',
      expires_in: script.expiresIn,
      scope: granted,
      patient,
      refresh_token: refresh,
      ...(withId ? { id_token: await idToken(code.nonce, clientId) } : {}),
      ...script.tokenAnswer,
    })
  }

  const clientOf = ({ form, headers }: Sent): string => {
    const basic = headers.get('authorization')
    if (basic?.startsWith('Basic '))
      return decodeURIComponent(Buffer.from(basic.slice(6), 'base64').toString().split(':')[0] ?? '')
    const assertion = form.get('client_assertion')
    if (assertion) return JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()).sub
    return form.get('client_id') ?? ''
  }

  const redeem = (request: Sent): Response | Promise<Response> => {
    const code = codes.get(request.form.get('code') ?? '')
    codes.delete(request.form.get('code') ?? '')
    const verifier = request.form.get('code_verifier') ?? ''
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const sameUri = code?.redirectUri === request.form.get('redirect_uri')
    if (!code || challenge !== code.challenge || !sameUri) return json({ error: 'invalid_grant' }, 400)
    return tokens(code.scope, code, clientOf(request))
  }

  const refresh = ({ form }: Sent): Response | Promise<Response> => {
    const presented = form.get('refresh_token') ?? ''
    if (refreshTokens.get(presented) !== 'live') return json({ error: 'invalid_grant' }, 400)
    if (script.rotate) refreshTokens.set(presented, 'used')
    return tokens('patient/Observation.rs offline_access', undefined, '')
  }

  const token_ = (request: Sent): Response | Promise<Response> =>
    request.form.get('grant_type') === 'refresh_token' ? refresh(request) : redeem(request)

  const routes: Record<string, Respond> = {
    '/fhir/.well-known/smart-configuration': () => json(configuration()),
    '/.well-known/openid-configuration': () => json({ issuer, jwks_uri: `${issuer}/jwks` }),
    '/jwks': () => json({ keys: [jwk] }),
    '/token': token_,
    '/revoke': () => new Response(null, { status: 200 }),
  }

  return {
    fhirBase,
    issuer,
    script,
    sent,
    secrets,
    refreshTokens,
    tokenRequests: () => sent.filter(({ url }) => url.pathname === '/token'),
    fetch: async (address, init) => {
      const url = new URL(address)
      const body = init.body instanceof URLSearchParams ? init.body.toString() : String(init.body ?? '')
      const request: Sent = {
        url,
        method: init.method ?? 'GET',
        headers: new Headers(init.headers),
        form: new URLSearchParams(body),
        body,
      }
      sent.push(request)
      const answer = (await script.intercept(request)) ?? (await routes[url.pathname]?.(request))
      return answer ?? json({ resourceType: 'Patient', id: url.pathname.split('/').at(-1) })
    },
    authorize: (address) => {
      const query = new URL(address).searchParams
      const code = secret()
      codes.set(code, {
        challenge: query.get('code_challenge') ?? '',
        nonce: query.get('nonce') ?? '',
        scope: query.get('scope') ?? '',
        redirectUri: query.get('redirect_uri') ?? '',
      })
      const back = new URL(query.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', query.get('state') ?? '')
      back.searchParams.set('iss', issuer)
      return back.href
    },
  }
}

/** The thumbprint in a DPoP proof, after checking its signature against its own key. */
export async function proofOf(
  request: Sent,
): Promise<{ readonly jkt: string; readonly claims: Record<string, unknown> }> {
  const proof = request.headers.get('dpop') ?? ''
  const header = JSON.parse(Buffer.from(proof.split('.')[0] ?? '', 'base64url').toString())
  const { payload } = await jwtVerify(
    proof,
    await crypto.subtle.importKey('jwk', header.jwk, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']),
    { typ: 'dpop+jwt' },
  )
  return { jkt: await calculateJwkThumbprint(header.jwk), claims: payload }
}

export { json }
