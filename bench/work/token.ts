import { createPrivateKey, type JsonWebKey, type KeyObject, randomUUID, sign } from 'node:crypto'
import { formatRequest } from '../connection.ts'
import { backendClient, backendScope, issuer } from '../scene.ts'
import type { Sender, Target, Work } from '../work.ts'

const prepare = async ({ url, seeds }: Target, { requests }: Work): Promise<Sender> => {
  const jwk = JSON.parse(seeds[0] ?? '') as JsonWebKey & { readonly alg: string }
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  const ready = await Promise.all(
    Array.from({ length: requests }, () => tokenRequest(new URL('/token', url), key, jwk.alg)),
  )
  let at = 0
  return { next: () => ready[at++] ?? Buffer.alloc(0), accept: ({ status }) => status === 200 }
}

const tokenRequest = async (url: URL, key: KeyObject, alg: string): Promise<Buffer> => {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: backendClient, sub: backendClient, aud: issuer, jti: randomUUID(), iat: now, exp: now + 290 }
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const input = `${encode({ alg, kid: 'bench', typ: 'JWT' })}.${encode(claims)}`
  const signature = await signInPool(input, key)
  return formatRequest(url, {
    form: {
      grant_type: 'client_credentials',
      scope: backendScope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: `${input}.${signature.toString('base64url')}`,
    },
  })
}

const signInPool = (input: string, key: KeyObject): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    sign('sha384', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }, (error, signature) =>
      error ? reject(error) : resolve(signature),
    )
  })

const contestants = [
  { name: 'gatehouse', module: 'gatehouse.ts' },
  { name: 'oidc-provider', module: 'peers/oidc-provider.ts' },
  { name: 'bare', module: 'limits/token.ts' },
]

/** client_credentials with an RS384 assertion, every one new; the answer is an ES256 JWT. */
export const token: Work = { name: 'token', contestants, connections: 32, requests: 4_000, prepare }

/** The same with an ES384 assertion. */
export const tokenEs384: Work = { ...token, name: 'token-es384', requests: 2_000 }
