import type { Launch } from '../../launch/launch-context.ts'
import { type Driver, sql, writeOne } from '../driver.ts'
import { document } from '../row.ts'
import type { LaunchStore } from '../store.ts'

/** Launches in SQL. A used handle stays until it would have expired, so that a second use is told from a wrong one. */
export const launchStore = (driver: Driver): LaunchStore => ({
  create: async (hash, launch) => {
    const insert = 'INSERT INTO launches (hash, expires_at, document) VALUES ($1, $2, $3)'
    await writeOne(driver, sql(insert, hash, launch.expiresAt, JSON.stringify(launch)))
  },
  redeem: async (hash, now) => {
    const update =
      'UPDATE launches SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING document'
    const [won] = await writeOne(driver, sql(update, hash, now))
    if (won) return document<Launch>(won, 'document')
    const [row] = await driver.read(sql('SELECT used_at FROM launches WHERE hash = $1', hash))
    if (row === undefined) return 'unknown'
    return row.used_at === null ? 'expired' : 'reused'
  },
})
