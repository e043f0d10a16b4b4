import { type Driver, sql, writeOne } from '../driver.ts'
import { integer } from '../row.ts'
import type { AttemptStore } from '../store.ts'

const countLive =
  'SELECT CAST(COALESCE(SUM(failures), 0) AS BIGINT) AS failures FROM attempts WHERE guessed = $1 AND expires_at > $2'

/** Failed guesses in SQL: one row per key and second, so that the window slides and the rows stay few. */
export const attemptStore = (driver: Driver): AttemptStore => ({
  fail: async (key, now, windowSeconds) => {
    const add = `INSERT INTO attempts (guessed, failed_at, expires_at, failures) VALUES ($1, $2, $3, 1)
      ON CONFLICT (guessed, failed_at) DO UPDATE SET failures = attempts.failures + 1 RETURNING failures`
    const [, counted] = await driver.write([sql(add, key, now, now + windowSeconds), sql(countLive, key, now)])
    return counted?.[0] ? integer(counted[0], 'failures') : 0
  },
  count: async (key, now) => {
    const [row] = await driver.read(sql(countLive, key, now))
    return row ? integer(row, 'failures') : 0
  },
  clear: async (key) => {
    await writeOne(driver, sql('DELETE FROM attempts WHERE guessed = $1', key))
  },
})
