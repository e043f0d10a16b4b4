import { createPublicKey, type JsonWebKey, type KeyObject, randomUUID, verify } from 'node:crypto'
import { passed, sql, writeOne } from '../../packages/server/src/store/driver.ts'
import { openSqlite } from '../../packages/server/src/store/sqlite.ts'
import { joseToDer } from '../../packages/server/src/token/ecdsa.ts'
import { assertionKey, databasePath, fhirUrl, issuer, sha256 } from '../scene.ts'
import type { Serve } from '../work.ts'
import { listenBare } from './bare-server.ts'
import { signBare } from './bare-signer.ts'

/** The bare core of a client_credentials request: verify the assertion, note its `jti` durably, sign an access token. */
export const serve: Serve = async (work) => {
  const { publicJwk, privateJwk } = assertionKey(work)
  const key = createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' })
  const driver = openSqlite(databasePath(), setImmediate)
  await writeOne(driver, sql('CREATE TABLE used_once (id TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)'))
  const url = await listenBare(async (form) => {
    const assertion = form.get('client_assertion') ?? ''
    const end = assertion.lastIndexOf('.')
    const claims = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString())
    const signature = Buffer.from(assertion.slice(end + 1), 'base64url')
    if (!(await isSigned(Buffer.from(assertion.slice(0, end)), signature, key))) throw new Error('bad signature')
    const insert = 'INSERT INTO used_once (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id'
    if (!(await passed(driver, [sql(insert, sha256(claims.jti), claims.exp)]))) throw new Error('replay')
    const now = Math.floor(Date.now() / 1000)
    const { iss, scope } = { iss: issuer, scope: form.get('scope') }
    const access = { iss, aud: fhirUrl, sub: claims.sub, scope, jti: randomUUID(), iat: now, exp: now + 300 }
    return JSON.stringify({ access_token: signBare(access), token_type: 'Bearer', expires_in: 300, scope })
  })
  return { url, seeds: [JSON.stringify(privateJwk)] }
}

/** RSA here and now; P-384 in the thread pool, which doubles what two cores can do. */
const isSigned = (input: Buffer, signature: Buffer, key: KeyObject): boolean | Promise<boolean> => {
  if (key.asymmetricKeyType === 'rsa') return verify('sha384', input, key, signature)
  const der = joseToDer(signature, 48) ?? signature
  return new Promise((resolve) => {
    verify('sha384', input, key, der, (error, valid) => resolve(error === null && valid))
  })
}
