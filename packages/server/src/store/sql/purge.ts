import { type Driver, sql, writeOne } from '../driver.ts'

/** How long a used or ended row is still evidence, in seconds: a second use is told from a wrong handle for so long. */
export const evidence = 86_400

/** The longest replay window (`token/settings.ts`), with a minute to spare: after it a sealed successor opens nothing. */
const replayWindow = 120

/** Rows per statement: a purge of millions must not hold up a sign-in. */
const batch = 500

/** Grants whose evidence has served: `end` stamps when that is. */
const overGrants = 'SELECT id FROM grants WHERE evidence_until <= $1'

/** Table, key columns and what makes a row useless at $1; `margin` keeps it so much longer as evidence. */
const useless: readonly (readonly [table: string, key: string, condition: string, margin: number])[] = [
  ['launches', 'hash', 'expires_at <= $1', evidence],
  ['pushed_requests', 'hash', 'expires_at <= $1', 0],
  ['interactions', 'id', 'expires_at <= $1', 0],
  ['sessions', 'id', 'idle_ends_at <= $1', evidence],
  ['codes', 'hash', `grant_id IN (${overGrants})`, 0],
  ['refresh_tokens', 'hash', `grant_id IN (${overGrants})`, 0],
  ['opaque_tokens', 'hash', 'expires_at <= $1', 0],
  ['used_once', 'kind, id', 'expires_at <= $1', 0],
  ['cuts', 'kind, id', 'expires_at <= $1', 0],
  ['attempts', 'guessed, failed_at', 'expires_at <= $1', 0],
  ['signing_keys', 'kid', 'retired_at <= $1', evidence],
]

const markExpired = `UPDATE grants SET state = 'expired', state_reason = 'end_date', evidence_until = $1 + ${evidence}
  WHERE id IN (SELECT id FROM grants WHERE state IN ('active', 'suspended') AND ends_at <= $1 LIMIT $2) RETURNING id`

const eraseSuccessors = `UPDATE refresh_tokens SET sealed_successor = NULL WHERE hash IN
  (SELECT hash FROM refresh_tokens WHERE sealed_successor IS NOT NULL AND consumed_at <= $1 LIMIT $2) RETURNING hash`

const forgetEvidence = `UPDATE grants SET evidence_until = NULL WHERE id IN (${overGrants} LIMIT $2) RETURNING id`

/**
 * Housekeeping: grants past their end become `expired`, successors whose replay window is over are erased, and what has no
 * further use is removed. A consumed refresh token stays until its grant has ended, so that re-use is told after any purge.
 * Returns rows removed. Spec: TOK-14
 */
export const purge = async (driver: Driver, now: number): Promise<number> => {
  const repeat = async (text: string, before: number): Promise<number> => {
    let rows = 0
    for (let length = batch; length === batch; rows += length)
      length = (await writeOne(driver, sql(text, before, batch))).length
    return rows
  }
  await repeat(markExpired, now)
  await repeat(eraseSuccessors, now - replayWindow)
  let removed = 0
  for (const [table, key, condition, margin] of useless) {
    const select = `SELECT ${key} FROM ${table} WHERE ${condition} LIMIT $2`
    removed += await repeat(`DELETE FROM ${table} WHERE (${key}) IN (${select}) RETURNING ${key}`, now - margin)
  }
  await repeat(forgetEvidence, now)
  return removed
}
