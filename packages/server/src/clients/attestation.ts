import { type Input, singleHeader } from '../answer.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { hashSecret } from '../secret.ts'
import { type Jwk, thumbprint } from '../token/jwk.ts'
import {
  importPublicJwk,
  isVerifyAlgorithm,
  type ParsedJws,
  parseJws,
  type VerifyAlgorithm,
  verifyJws,
} from '../token/jws.ts'
import { isTimedNonce, nonceLife, timedNonce } from '../token/timed-nonce.ts'
import type { Client } from './client.ts'
import { findClient } from './find-client.ts'

/** What attestations and their proofs may be signed with. */
export const attestationAlgorithms: readonly VerifyAlgorithm[] = ['ES256', 'ES384', 'RS384']

/** A client whose maker has vouched for this very installation, and the thumbprint of the installation's key. */
export type AttestedClient = { readonly client: Client; readonly attestedKey: string }

const skew = 60

/**
 * Attestation-based client authentication (draft-ietf-oauth-attestation-based-client-auth): the app maker's attester signs
 * which key an installation holds, the installation proves it by a fresh statement. Only attesters of the configuration
 * count; what a phone's maker says is the attester's business, not ours.
 *
 * Spec: tokens-and-devices §7, TOK-12, THR-18, THR-19
 */
export const clientOfAttestation = async (input: Input, env: Env): Promise<AttestedClient> => {
  const { jws, key, clientId } = await verifiedAttestation(input, env)
  checkAge(jws.claims, env)
  const proof = parse(input, 'oauth-client-attestation-pop', 'oauth-client-attestation-pop+jwt')
  if (!(await verifyJws(proof.jws, proof.alg, key))) throw invalid('the proof is not signed by the attested key')
  const attestedKey = thumbprint(key)
  await checkProof(proof.jws.claims, attestedKey, env)
  const client = await findClient(clientId, env)
  const attester = client?.auth.method === 'attest_jwt_client_auth' ? client.auth.attester : undefined
  if (client === undefined || attester !== jws.claims.iss) throw invalid('this client has another attester, or none')
  return { client, attestedKey }
}

const verifiedAttestation = async (input: Input, env: Env) => {
  const { jws, alg } = parse(input, 'oauth-client-attestation', 'oauth-client-attestation+jwt')
  const attester = env.config.clients.attesters.find(({ issuer }) => issuer === jws.claims.iss)
  if (attester === undefined) throw invalid('the attester is not one we know')
  const { kid } = jws.header
  const keys = { kind: 'jwks', jwks: attester.jwks } as const
  const signer = typeof kid === 'string' ? await env.clientKeys.find(keys, { kid, alg }) : undefined
  if (signer === undefined || !(await verifyJws(jws, alg, signer))) throw invalid('the attester did not sign this')
  const { sub, cnf, exp, nbf } = jws.claims
  if (typeof exp !== 'number' || exp <= env.now()) throw invalid('the attestation has expired')
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > env.now() + skew)) throw invalid('not valid yet')
  if (typeof sub !== 'string') throw invalid('sub is missing')
  return { jws, key: importAttested(cnf), clientId: sub }
}

const parse = (input: Input, header: string, typ: string) => {
  const text = singleHeader(input, header)
  const jws = text === undefined || text === 'repeated' ? undefined : parseJws(text)
  if (jws === undefined || jws.header.typ !== typ) throw invalid(`${header} must hold one JWT of typ ${typ}`)
  const { alg } = jws.header
  if (!isVerifyAlgorithm(alg) || !attestationAlgorithms.includes(alg)) throw invalid('alg is not ES256, ES384 or RS384')
  return { jws, alg }
}

const importAttested = (cnf: unknown) => {
  const jwk = typeof cnf === 'object' && cnf !== null && 'jwk' in cnf ? cnf.jwk : undefined
  const keys = typeof jwk === 'object' && jwk !== null ? attestationAlgorithms : []
  const key = keys.map((alg) => importPublicJwk(jwk as Jwk, alg)).find((one) => one !== undefined)
  if (key === undefined) throw invalid('cnf.jwk is not a public key')
  return key
}

const checkAge = ({ iat }: ParsedJws['claims'], { now, config }: Env): void => {
  if (typeof iat === 'number' && iat <= now() + skew && iat > now() - config.clients.attestationAge) return
  throw new OAuthError('client:attestation-stale', {
    description: 'Get a fresh attestation from the app maker and try again.',
  })
}

const checkProof = async (claims: ParsedJws['claims'], key: string, env: Env): Promise<void> => {
  const { aud, jti, iat, challenge } = claims
  if (aud !== env.config.issuer) throw invalid('aud of the proof is not this issuer')
  if (typeof iat !== 'number' || Math.abs(iat - env.now()) > skew) throw invalid('the proof is not fresh')
  if (typeof jti !== 'string' || jti === '' || jti.length > 512) throw invalid('jti is missing or too long')
  if (typeof challenge !== 'string' || !isTimedNonce(challenge, 'attestation challenge', env))
    throw new OAuthError('client:attestation-challenge', {
      description: 'Make the proof again with the challenge of the OAuth-Client-Attestation-Challenge header.',
      headers: { 'oauth-client-attestation-challenge': timedNonce('attestation challenge', env) },
    })
  if (!(await env.store.tokens.useOnce('attestation', hashSecret(`${key} ${jti}`), env.now() + nonceLife + skew)))
    throw invalid('this jti was used before')
}

const invalid = (detail: string): OAuthError =>
  new OAuthError('client:attestation-invalid', {
    description: `The client attestation was not accepted: ${detail}.`,
    detail,
  })
