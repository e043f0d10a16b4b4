import type { Cut } from '../../token/token-records.ts'
import { type Driver, type Row, type Statement, sql, writeOne } from '../driver.ts'
import { integer, text, word } from '../row.ts'
import type { TokenStore } from '../store.ts'

const kinds = ['grant', 'token', 'client', 'device'] as const

/**
 * How far back a sweep of the feed starts again, in seconds. A cut is stamped before it is committed: one that commits late,
 * or on a node whose clock is behind, would otherwise land behind the cursor and never be seen.
 */
const overlap = 60

/** The newest cut of a subject replaces its older one; a cut never moves back in time. */
export const insertCut = (cut: Cut, until: number): Statement =>
  sql(
    `INSERT INTO cuts (kind, id, cut_at, expires_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (kind, id) DO UPDATE SET cut_at = excluded.cut_at, expires_at = excluded.expires_at
     WHERE excluded.cut_at >= cuts.cut_at`,
    cut.kind,
    cut.id,
    cut.at,
    until,
  )

const fromRow = (row: Row): Cut => ({
  kind: word(row, 'kind', kinds),
  id: text(row, 'id'),
  at: integer(row, 'cut_at'),
})

/** Where a reader of the feed stands: at the start of a sweep, or after a row within one. */
type Position = Cut | { readonly kind: ''; readonly id: ''; readonly at: number }

const formatCursor = ({ at, kind, id }: Position): string => `${at}.${kind}.${id}`

/** Total: a cursor we never gave starts the feed from the beginning, which only repeats. */
const parseCursor = (cursor: string | undefined): readonly [at: number, kind: string, id: string] => {
  const [, at = '0', kind = '', id = ''] = /^(\d{1,12})\.([a-z]*)\.(.*)$/.exec(cursor ?? '') ?? []
  return [Number(at), kind, id]
}

/** The revocation feed in SQL. Spec: TOK-41 */
export const cutStore = (driver: Driver): Pick<TokenStore, 'cut' | 'isCut' | 'listCuts'> => ({
  cut: async (cut, until) => {
    await writeOne(driver, insertCut(cut, until))
  },
  isCut: async ({ jti, grantId, clientId, issuedAt }) => {
    const select = `SELECT id FROM cuts WHERE cut_at >= $4 AND ((kind = 'token' AND id = $1) OR (kind = 'grant' AND id = $2)
      OR (kind = 'client' AND id = $3) OR (kind = 'device' AND id = $3)) LIMIT 1`
    return (await driver.read(sql(select, jti, grantId, clientId, issuedAt))).length > 0
  },
  listCuts: async (cursor, limit) => {
    const [at, kind, id] = parseCursor(cursor)
    const select = `SELECT kind, id, cut_at FROM cuts WHERE cut_at > $1 OR (cut_at = $1 AND kind > $2)
      OR (cut_at = $1 AND kind = $2 AND id > $3) ORDER BY cut_at, kind, id LIMIT $4`
    const cuts = (await driver.read(sql(select, at, kind, id, limit))).map(fromRow)
    const last = cuts.at(-1)
    if (last && cuts.length === limit) return { cursor: formatCursor(last), cuts }
    const newest = last?.at ?? at
    const start = kind === '' && last === undefined ? at : Math.max(newest - overlap, 0)
    return { cursor: formatCursor({ kind: '', id: '', at: start }), cuts }
  },
})
