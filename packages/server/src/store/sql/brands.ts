import { type Driver, passed, sql } from '../driver.ts'
import { document, integer } from '../row.ts'
import type { BrandStore } from '../store.ts'

/** The operators' brands in SQL: one row, whose version two editors cannot both raise. */
export const brandStore = (driver: Driver): BrandStore => ({
  find: async () => {
    const [row] = await driver.read(sql("SELECT version, document FROM brands WHERE id = 'brands'"))
    return row && { version: integer(row, 'version'), brands: document(row, 'document') }
  },
  save: (brands, expectedVersion) => {
    const json = JSON.stringify(brands)
    const insert = `INSERT INTO brands (id, version, document) VALUES ('brands', 1, $1) ON CONFLICT (id) DO NOTHING RETURNING id`
    if (expectedVersion === 0) return passed(driver, [sql(insert, json)])
    const update = `UPDATE brands SET version = version + 1, document = $1 WHERE id = 'brands' AND version = $2 RETURNING id`
    return passed(driver, [sql(update, json, expectedVersion)])
  },
  remove: (expectedVersion) =>
    passed(driver, [sql("DELETE FROM brands WHERE id = 'brands' AND version = $1 RETURNING id", expectedVersion)]),
})
