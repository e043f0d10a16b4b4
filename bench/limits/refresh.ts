import { randomBytes, randomUUID } from 'node:crypto'
import { sql, writeOne } from '../../packages/server/src/store/driver.ts'
import { openSqlite } from '../../packages/server/src/store/sqlite.ts'
import { databasePath, fhirUrl, issuer, publicScope, seedCount, sha256 } from '../scene.ts'
import type { Serve } from '../work.ts'
import { listenBare } from './bare-server.ts'
import { signBare } from './bare-signer.ts'

const columns = 'hash TEXT PRIMARY KEY, grant_id TEXT NOT NULL, consumed_at BIGINT, successor TEXT'

/** The bare core of a refresh: consume the token and save its successor in one durable step, sign an access token. */
export const serve: Serve = async () => {
  const driver = openSqlite(databasePath(), setImmediate)
  await writeOne(driver, sql(`CREATE TABLE refresh_tokens (${columns})`))
  const insert = (text: string, grant: string) =>
    sql('INSERT INTO refresh_tokens (hash, grant_id) VALUES ($1, $2)', sha256(text), grant)
  const seeds = Array.from({ length: seedCount }, () => randomBytes(32).toString('base64url'))
  for (const [index, text] of seeds.entries()) await writeOne(driver, insert(text, `grant-${index}`))
  const find = 'SELECT grant_id FROM refresh_tokens WHERE hash = $1 AND consumed_at IS NULL'
  const consume =
    'UPDATE refresh_tokens SET consumed_at = $2, successor = $3 WHERE hash = $1 AND consumed_at IS NULL RETURNING hash'
  const url = await listenBare(async (form) => {
    const hash = sha256(form.get('refresh_token') ?? '')
    const [row] = await driver.read(sql(find, hash))
    if (!row) throw new Error('unknown refresh token')
    const next = randomBytes(32).toString('base64url')
    const now = Math.floor(Date.now() / 1000)
    await driver.write([sql(consume, hash, now, sha256(next)), insert(next, String(row.grant_id))])
    const access = { iss: issuer, aud: fhirUrl, sub: row.grant_id, scope: publicScope, jti: randomUUID(), iat: now }
    const token = signBare({ ...access, exp: now + 300 })
    return JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 300, refresh_token: next })
  })
  return { url, seeds }
}
