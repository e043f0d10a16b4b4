import type { SigningKeyRecord } from '../../token/token-records.ts'
import { withoutUndefined } from '../../without-undefined.ts'
import { type Driver, type Row, sql } from '../driver.ts'
import { document, integer, optionalInteger, text, word } from '../row.ts'
import type { KeyStore } from '../store.ts'

type Document = Omit<SigningKeyRecord, 'kid' | 'alg' | 'createdAt' | 'retiredAt'>

const fromRow = (row: Row): SigningKeyRecord => ({
  ...document<Document>(row, 'document'),
  kid: text(row, 'kid'),
  alg: word(row, 'alg', ['ES256', 'RS256']),
  createdAt: integer(row, 'created_at'),
  ...withoutUndefined({ retiredAt: optionalInteger(row, 'retired_at') }),
})

/** Signing keys in SQL. The private halves arrive sealed; this table alone signs nothing. */
export const keyStore = (driver: Driver): KeyStore => ({
  list: async () => {
    const select = 'SELECT kid, alg, created_at, retired_at, document FROM signing_keys ORDER BY created_at, kid'
    return (await driver.read(sql(select))).map(fromRow)
  },
  add: async ({ kid, alg, createdAt, retiredAt, ...rest }, retireOthersAt) => {
    const kept: Document = rest
    const insert = `INSERT INTO signing_keys (kid, alg, created_at, retired_at, document) VALUES ($1, $2, $3, $4, $5)
      RETURNING kid`
    const retire = 'UPDATE signing_keys SET retired_at = $3 WHERE alg = $2 AND kid <> $1 AND retired_at IS NULL'
    await driver.write([
      sql(insert, kid, alg, createdAt, retiredAt ?? null, JSON.stringify(kept)),
      sql(retire, kid, alg, retireOthersAt),
    ])
  },
})
