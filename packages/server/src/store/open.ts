import { type Driver, sql, writeOne } from './driver.ts'
import { migrate } from './migrations.ts'
import { attemptStore } from './sql/attempts.ts'
import { brandStore } from './sql/brands.ts'
import { clientStore } from './sql/clients.ts'
import { grantStore } from './sql/grants.ts'
import { interactionStore } from './sql/interactions.ts'
import { keyStore } from './sql/keys.ts'
import { launchStore } from './sql/launches.ts'
import { leaseStore } from './sql/leases.ts'
import { pushedRequestStore } from './sql/pushed-requests.ts'
import { sessionStore } from './sql/sessions.ts'
import { tokenStore } from './sql/tokens.ts'
import { userStore } from './sql/users.ts'
import type { Store } from './store.ts'

/** All ports over one SQL driver. Call `migrate` before the first use. */
export const openStore = (driver: Driver): Store => ({
  clients: clientStore(driver),
  launches: launchStore(driver),
  pushedRequests: pushedRequestStore(driver),
  interactions: interactionStore(driver),
  users: userStore(driver),
  sessions: sessionStore(driver),
  grants: grantStore(driver),
  tokens: tokenStore(driver),
  keys: keyStore(driver),
  brands: brandStore(driver),
  leases: leaseStore(driver),
  attempts: attemptStore(driver),
  migrate: () => migrate(driver),
  check: () => check(driver),
  close: driver.close,
})

/** A durable write and a read of what it wrote; each check writes the same row. */
const check = async (driver: Driver): Promise<void> => {
  const upsert = `INSERT INTO leases (name, holder, ends_at) VALUES ('store-check', '', 1)
    ON CONFLICT (name) DO UPDATE SET ends_at = leases.ends_at + 1`
  await writeOne(driver, sql(upsert))
  const rows = await driver.read(sql("SELECT ends_at FROM leases WHERE name = 'store-check'"))
  if (rows.length !== 1) throw new Error('the store does not return what was written')
}
