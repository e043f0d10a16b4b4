import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import type { Client } from '../src/clients/client.ts'
import { testIssuer, testStart } from './env.ts'
import { aClient } from './token-world.ts'

type Pair = Awaited<ReturnType<typeof generateKeyPair>>

/** Key pairs of clients, made once per test process. */
const pairs = {
  RS384: generateKeyPair('RS384', { extractable: true }),
  ES384: generateKeyPair('ES384', { extractable: true }),
  ES256: generateKeyPair('ES256', { extractable: true }),
}

/** An algorithm of the key pairs at hand. */
export type TestAlgorithm = keyof typeof pairs

/** The key pair of an algorithm. */
export const keyPair = (alg: TestAlgorithm): Promise<Pair> => pairs[alg]

/** Its public half as a client would publish it; the `kid` is `key-` and the algorithm. */
export const publicJwk = async (alg: TestAlgorithm): Promise<Record<string, unknown>> => ({
  ...(await exportJWK((await pairs[alg]).publicKey)),
  kid: `key-${alg}`,
})

/** A backend service with the given keys by value. */
export const aKeyClient = async (algs: readonly TestAlgorithm[], changes: Partial<Client> = {}): Promise<Client> => ({
  ...aClient,
  id: 'nightly-report',
  display: { name: 'Nightly Report', contacts: [] },
  auth: {
    method: 'private_key_jwt',
    keys: { kind: 'jwks', jwks: { keys: await Promise.all(algs.map(publicJwk)) } },
  },
  grantTypes: ['client_credentials'],
  redirectUris: [],
  scope: 'system/*.rs',
  ...changes,
})

/** How an assertion differs from a good one. A member that is `undefined` is left out. */
export type AssertionChanges = {
  readonly alg?: TestAlgorithm
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
}

/** A signed client assertion of `nightly-report`, made by a library that shares no code with the server. */
export const anAssertion = async ({
  alg = 'ES384',
  header = {},
  claims = {},
}: AssertionChanges = {}): Promise<string> => {
  const payload: JWTPayload = {
    iss: 'nightly-report',
    sub: 'nightly-report',
    aud: `${testIssuer}/token`,
    exp: testStart + 300,
    jti: randomUUID(),
    ...claims,
  }
  const protectedHeader = { alg, typ: 'JWT', kid: `key-${alg}`, ...header } as JWTHeaderParameters
  return new SignJWT(payload).setProtectedHeader(protectedHeader).sign((await pairs[alg]).privateKey)
}

/** The form members that carry an assertion. */
export const asForm = (assertion: string) => ({
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: assertion,
})
