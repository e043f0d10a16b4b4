import type { RefreshToken, TokenHash } from '../../token/token-records.ts'
import { withoutUndefined } from '../../without-undefined.ts'
import { type Driver, passed, type Row, type Statement, sql, writeOne } from '../driver.ts'
import { integer, optionalInteger, optionalText, text } from '../row.ts'
import type { TokenStore } from '../store.ts'
import { grantColumns, grantFromRow, touchGrant } from './grants.ts'

const fromRow = (row: Row): RefreshToken => ({
  hash: text(row, 'hash') as TokenHash,
  grantId: text(row, 'grant_id'),
  clientId: text(row, 'client_id'),
  issuedAt: integer(row, 'issued_at'),
  expiresAt: integer(row, 'expires_at'),
  ...withoutUndefined({
    boundKey: optionalText(row, 'bound_key'),
    consumedAt: optionalInteger(row, 'consumed_at'),
    successorHash: optionalText(row, 'successor_hash') as TokenHash | undefined,
    sealedSuccessor: optionalText(row, 'sealed_successor'),
  }),
})

const insertToken = (token: RefreshToken): Statement =>
  sql(
    `INSERT INTO refresh_tokens (hash, grant_id, client_id, bound_key, issued_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    token.hash,
    token.grantId,
    token.clientId,
    token.boundKey ?? null,
    token.issuedAt,
    token.expiresAt,
  )

const present = `SELECT t.hash, t.client_id, t.bound_key, t.issued_at, t.expires_at, t.consumed_at, t.successor_hash,
  t.sealed_successor, s.consumed_at AS successor_consumed_at, ${grantColumns('g')}
  FROM refresh_tokens t JOIN grants g ON g.id = t.grant_id LEFT JOIN refresh_tokens s ON s.hash = t.successor_hash
  WHERE t.hash = $1`

const consume = `UPDATE refresh_tokens SET consumed_at = $4, successor_hash = $2, sealed_successor = $3
  WHERE hash = $1 AND consumed_at IS NULL
    AND EXISTS (SELECT 1 FROM grants WHERE grants.id = refresh_tokens.grant_id AND grants.state = 'active')
  RETURNING hash`

/** Token families in SQL. Consuming the parent is the gate, so a token has at most one successor. Spec: TOK-10, TOK-11 */
export const refreshTokenStore = (
  driver: Driver,
): Pick<TokenStore, 'createRefreshToken' | 'presentRefreshToken' | 'rotateRefreshToken'> => ({
  createRefreshToken: async (token) => {
    await writeOne(driver, insertToken(token))
  },
  presentRefreshToken: async (hash) => {
    const [row] = await driver.read(sql(present, hash))
    return row && { token: fromRow(row), successorUsed: row.successor_consumed_at !== null, grant: grantFromRow(row) }
  },
  rotateRefreshToken: async (hash, { successor, sealed }, now) => {
    const step = [
      sql(consume, hash, successor.hash, sealed, now),
      insertToken(successor),
      touchGrant(successor.grantId, now),
    ] as const
    return (await passed(driver, step)) ? 'rotated' : 'lost'
  },
})
