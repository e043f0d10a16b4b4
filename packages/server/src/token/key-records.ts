import { createPrivateKey, createPublicKey, generateKeyPair, hkdfSync, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { bareJwk, thumbprint } from './jwk.ts'
import { openText, sealText } from './seal.ts'
import type { SigningKeyRecord } from './token-records.ts'

/** The algorithms we sign with: access tokens ES256, ID tokens RS256. Spec: ID-14, IN-06 */
export type SigningAlgorithm = SigningKeyRecord['alg']

/** Where the master key and randomness come from. */
export type Sealing = { readonly masterKey: string; readonly random: (bytes: number) => Uint8Array }

const generate = promisify(generateKeyPair)

const generateFor = async (alg: SigningAlgorithm): Promise<KeyObject> =>
  alg === 'ES256'
    ? (await generate('ec', { namedCurve: 'P-256' })).privateKey
    : (await generate('rsa', { modulusLength: 2048 })).privateKey

/** A new key pair as it is stored: the private half sealed with the master key, its name the thumbprint (RFC 7638). */
export const newKeyRecord = async (
  alg: SigningAlgorithm,
  times: { readonly createdAt: number; readonly signsFrom: number },
  sealing: Sealing,
): Promise<SigningKeyRecord> => {
  const privateKey = await generateFor(alg)
  const publicKey = createPublicKey(privateKey)
  const kid = thumbprint(publicKey)
  const secret = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
  const sealedPrivateJwk = sealText(secret, sealingKey(kid, sealing), sealing.random(12))
  return { kid, alg, publicJwk: { ...bareJwk(publicKey), kid, alg, use: 'sig' }, sealedPrivateJwk, ...times }
}

/** The private half again. Throws when the master key is not the one it was sealed with. */
export const openPrivateKey = (record: SigningKeyRecord, sealing: Sealing): KeyObject =>
  createPrivateKey({
    key: Buffer.from(openText(record.sealedPrivateJwk, sealingKey(record.kid, sealing)), 'base64'),
    format: 'der',
    type: 'pkcs8',
  })

/** A key for this one private key, from the master key. */
const sealingKey = (kid: string, { masterKey }: Sealing): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', Buffer.from(masterKey, 'base64url'), '', `signing key ${kid}`, 32))
