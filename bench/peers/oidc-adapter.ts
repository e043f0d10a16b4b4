import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'
import { type Driver, sql, writeOne } from '../../packages/server/src/store/driver.ts'

const table = `CREATE TABLE oidc (model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, grant_id TEXT, uid TEXT,
  user_code TEXT, expires_at BIGINT, consumed_at BIGINT, PRIMARY KEY (model, id))`

/**
 * oidc-provider's storage on our own SQLite driver: the same file format, the same durable group commit, its own rows. Reads
 * and writes are as few as its adapter interface allows.
 */
export const sqliteAdapter = async (driver: Driver): Promise<AdapterFactory> => {
  await writeOne(driver, sql(table))
  await writeOne(driver, sql('CREATE INDEX oidc_grant ON oidc (grant_id) WHERE grant_id IS NOT NULL'))
  await writeOne(driver, sql('CREATE INDEX oidc_uid ON oidc (uid) WHERE uid IS NOT NULL'))
  return (model) => adapterFor(model, driver)
}

const now = (): number => Math.floor(Date.now() / 1000)

const adapterFor = (model: string, driver: Driver): Adapter => {
  const findBy = async (column: 'id' | 'uid' | 'user_code', value: string): Promise<AdapterPayload | undefined> => {
    const select = `SELECT payload, consumed_at FROM oidc
      WHERE model = $1 AND ${column} = $2 AND (expires_at IS NULL OR expires_at > $3)`
    const [row] = await driver.read(sql(select, model, value, now()))
    if (!row) return undefined
    return { ...JSON.parse(String(row.payload)), ...(row.consumed_at === null ? {} : { consumed: row.consumed_at }) }
  }
  return {
    upsert: async (id, payload, expiresIn) => {
      const insert = `INSERT INTO oidc (model, id, payload, grant_id, uid, user_code, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at`
      const { grantId = null, uid = null, userCode = null } = payload
      const expiresAt = expiresIn === undefined ? null : now() + expiresIn
      await writeOne(driver, sql(insert, model, id, JSON.stringify(payload), grantId, uid, userCode, expiresAt))
    },
    find: (id) => findBy('id', id),
    findByUid: (uid) => findBy('uid', uid),
    findByUserCode: (userCode) => findBy('user_code', userCode),
    consume: async (id) => {
      await writeOne(driver, sql('UPDATE oidc SET consumed_at = $3 WHERE model = $1 AND id = $2', model, id, now()))
    },
    destroy: async (id) => {
      await writeOne(driver, sql('DELETE FROM oidc WHERE model = $1 AND id = $2', model, id))
    },
    revokeByGrantId: async (grantId) => {
      await writeOne(driver, sql('DELETE FROM oidc WHERE model = $1 AND grant_id = $2', model, grantId))
    },
  }
}
