import { type Driver, passed, sql } from '../driver.ts'
import type { LeaseStore } from '../store.ts'
import { purge } from './purge.ts'

/** Leases in SQL: one row per name, taken when free, over, or already ours. */
export const leaseStore = (driver: Driver): LeaseStore => ({
  take: (name, { holder, until }, now) => {
    const upsert = `INSERT INTO leases (name, holder, ends_at) VALUES ($1, $2, $4)
      ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, ends_at = excluded.ends_at
      WHERE leases.ends_at <= $3 OR leases.holder = excluded.holder RETURNING name`
    return passed(driver, [sql(upsert, name, holder, now, until)])
  },
  purge: (now) => purge(driver, now),
})
