import { importJWK, type JWK, SignJWT } from 'jose'
import { z } from 'zod'
import type { IssuerConfig } from './config.ts'
import type { Env } from './env.ts'

/** What the gateway shows the authorization server when it asks about tokens or follows the revocation feed. */
export type OwnCredential = {
  /** The value of an `Authorization` header; `undefined` when the issuer asks for none. Throws when none can be had. */
  readonly header: () => Promise<string | undefined>
}

/** The scope that lets a resource server ask about tokens of any client. Spec: TI-11 */
const scope = 'https://gatehouse.dev/codes/resource-server'

const algorithms: Readonly<Record<string, string>> = { 'P-256': 'ES256', 'P-384': 'ES384' }

const answerSchema = z.object({ access_token: z.string(), expires_in: z.number() })

/** A fixed bearer token, or one of our own by client credentials and a signed assertion, kept until shortly before it ends. */
export const createOwnCredential = (issuer: IssuerConfig, env: Env): OwnCredential => {
  const { credential } = issuer
  if (credential === undefined) return { header: async () => undefined }
  if ('bearer' in credential) return { header: async () => `Bearer ${credential.bearer}` }
  let held: { readonly token: string; readonly until: number } | undefined
  let running: Promise<string> | undefined
  const renew = async (): Promise<string> => {
    const { access_token, expires_in } = await requestToken(issuer, credential, env)
    held = { token: access_token, until: env.now() + expires_in - 30 }
    return access_token
  }
  return {
    header: async () => {
      if (held !== undefined && held.until > env.now()) return `Bearer ${held.token}`
      running ??= renew().finally(() => {
        running = undefined
      })
      return `Bearer ${await running}`
    },
  }
}

type KeyCredential = Extract<IssuerConfig['credential'], { clientId: string }>

const requestToken = async (issuer: IssuerConfig, credential: KeyCredential, env: Env) => {
  const url = issuer.tokenUri ?? `${issuer.issuer}/token`
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    scope,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await signAssertion(url, credential, env),
  })
  const { status, body } = await env.fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
    timeoutSeconds: 5,
    maxBytes: 64 * 1024,
  })
  if (status !== 200) throw new Error(`own token: status ${status}`)
  return answerSchema.parse(JSON.parse(new TextDecoder().decode(body)))
}

/** Spec: CA-20, CA-22, CA-23, CA-24, CA-25 */
const signAssertion = async (audience: string, { clientId, key }: KeyCredential, env: Env): Promise<string> => {
  const jwk = key as JWK
  const algorithm = algorithms[jwk.crv ?? ''] ?? 'RS384'
  const now = Math.floor(env.now())
  return new SignJWT({
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: Buffer.from(env.random(16)).toString('base64url'),
  })
    .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(jwk.kid !== undefined && { kid: jwk.kid }) })
    .setIssuedAt(now)
    .setExpirationTime(now + 240)
    .sign(await importJWK(jwk, algorithm))
}
