import type { Code, TokenHash } from '../../token/token-records.ts'
import { type Driver, type Statement, sql, writeOne } from '../driver.ts'
import { document, integer, text } from '../row.ts'
import type { TokenStore } from '../store.ts'

type Document = Omit<Code, 'grantId' | 'expiresAt'>

/** Writes a code; a part of the step that creates its grant. */
export const insertCode = ({ hash, grantId, expiresAt, ...rest }: Code & { readonly hash: TokenHash }): Statement => {
  const kept: Document = rest
  const insert = 'INSERT INTO codes (hash, grant_id, expires_at, document) VALUES ($1, $2, $3, $4)'
  return sql(insert, hash, grantId, expiresAt, JSON.stringify(kept))
}

const columns = 'grant_id, expires_at, redeemed_at, document'

/** Codes in SQL: the redeeming UPDATE is the gate, whatever else asks at the same moment. Spec: THR-06, RFC-01 */
export const redeemCode =
  (driver: Driver): TokenStore['redeemCode'] =>
  async (hash, now) => {
    const update = `UPDATE codes SET redeemed_at = $2 WHERE hash = $1 AND redeemed_at IS NULL AND expires_at > $2
      RETURNING ${columns}`
    const [won] = await writeOne(driver, sql(update, hash, now))
    const row = won ?? (await driver.read(sql(`SELECT ${columns} FROM codes WHERE hash = $1`, hash)))[0]
    if (row === undefined) return 'unknown'
    const code: Code = {
      ...document<Document>(row, 'document'),
      grantId: text(row, 'grant_id'),
      expiresAt: integer(row, 'expires_at'),
    }
    if (won) return code
    return { kind: row.redeemed_at === null ? 'expired' : 'reused', code }
  }
