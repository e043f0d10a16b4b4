import { type Driver, sql, writeOne } from '../driver.ts'
import { document, text } from '../row.ts'
import type { PushedRequestStore } from '../store.ts'

/** Pushed authorization requests in SQL. Taking removes the row: a second use has no meaning beyond "unknown". */
export const pushedRequestStore = (driver: Driver): PushedRequestStore => ({
  create: async (hash, { clientId, parameters }, expiresAt) => {
    const insert = 'INSERT INTO pushed_requests (hash, client_id, expires_at, parameters) VALUES ($1, $2, $3, $4)'
    await writeOne(driver, sql(insert, hash, clientId, expiresAt, JSON.stringify(parameters)))
  },
  take: async (hash, now) => {
    const remove = 'DELETE FROM pushed_requests WHERE hash = $1 AND expires_at > $2 RETURNING client_id, parameters'
    const [row] = await writeOne(driver, sql(remove, hash, now))
    if (row === undefined) return 'unknown'
    return { clientId: text(row, 'client_id'), parameters: document(row, 'parameters') }
  },
})
