import { randomBytes } from 'node:crypto'
import { sql, writeOne } from '../../packages/server/src/store/driver.ts'
import { openSqlite } from '../../packages/server/src/store/sqlite.ts'
import {
  databasePath,
  fhirUrl,
  issuer,
  publicClient,
  publicScope,
  resourceClient,
  seedCount,
  sha256,
} from '../scene.ts'
import type { Serve } from '../work.ts'
import { listenBare } from './bare-server.ts'

const expected = `Basic ${Buffer.from(`${resourceClient.id}:${resourceClient.secret}`).toString('base64')}`

/** The bare core of an introspection: one hash, one indexed read, one JSON text. */
export const serve: Serve = async () => {
  const driver = openSqlite(databasePath(), setImmediate)
  await writeOne(driver, sql('CREATE TABLE tokens (hash TEXT PRIMARY KEY, expires_at BIGINT NOT NULL, claims TEXT)'))
  const exp = Math.floor(Date.now() / 1000) + 3600
  const claims = JSON.stringify({ iss: issuer, aud: fhirUrl, client_id: publicClient, scope: publicScope, exp })
  const seeds = Array.from({ length: seedCount }, () => randomBytes(32).toString('base64url'))
  for (const text of seeds)
    await writeOne(
      driver,
      sql('INSERT INTO tokens (hash, expires_at, claims) VALUES ($1, $2, $3)', sha256(text), exp, claims),
    )
  const find = 'SELECT claims FROM tokens WHERE hash = $1 AND expires_at > $2'
  const url = await listenBare(async (form, { headers }) => {
    if (headers.authorization !== expected) throw new Error('who asks?')
    const [row] = await driver.read(sql(find, sha256(form.get('token') ?? ''), Math.floor(Date.now() / 1000)))
    return row ? JSON.stringify({ active: true, ...JSON.parse(String(row.claims)) }) : '{"active":false}'
  })
  return { url, seeds }
}
