import type { TokenHash } from '../../token/token-records.ts'
import { type Driver, passed, sql, writeOne } from '../driver.ts'
import { document, integer, text } from '../row.ts'
import type { TokenStore } from '../store.ts'
import { redeemCode } from './codes.ts'
import { cutStore } from './cuts.ts'
import { refreshTokenStore } from './refresh-tokens.ts'

/** One-time handles and token references in SQL. */
export const tokenStore = (driver: Driver): TokenStore => ({
  redeemCode: redeemCode(driver),
  ...refreshTokenStore(driver),
  ...cutStore(driver),
  createOpaqueToken: async ({ hash, id, grantId, claims, expiresAt }) => {
    const insert = 'INSERT INTO opaque_tokens (hash, id, grant_id, expires_at, claims) VALUES ($1, $2, $3, $4, $5)'
    await writeOne(driver, sql(insert, hash, id, grantId, expiresAt, JSON.stringify(claims)))
  },
  findOpaqueToken: async (hash) => {
    const select = 'SELECT hash, id, grant_id, expires_at, claims FROM opaque_tokens WHERE hash = $1'
    const [row] = await driver.read(sql(select, hash))
    return (
      row && {
        hash: text(row, 'hash') as TokenHash,
        id: text(row, 'id'),
        grantId: text(row, 'grant_id'),
        expiresAt: integer(row, 'expires_at'),
        claims: document(row, 'claims'),
      }
    )
  },
  useOnce: (kind, id, expiresAt) => {
    const insert =
      'INSERT INTO used_once (kind, id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id'
    return passed(driver, [sql(insert, kind, id, expiresAt)])
  },
})
