import type { Session } from '../../sign-in/user.ts'
import { type Driver, passed, type Row, sql, writeOne } from '../driver.ts'
import { document, integer, text } from '../row.ts'
import type { SessionStore } from '../store.ts'

const columns = 'id, subject, authenticated_at, last_active_at, idle_ends_at, ends_at, methods'

const fromRow = (row: Row): Session => ({
  id: text(row, 'id'),
  subject: text(row, 'subject'),
  authenticatedAt: integer(row, 'authenticated_at'),
  lastActiveAt: integer(row, 'last_active_at'),
  idleEndsAt: integer(row, 'idle_ends_at'),
  endsAt: integer(row, 'ends_at'),
  methods: document(row, 'methods'),
})

const moveActivity = `UPDATE sessions SET last_active_at = $2, idle_ends_at = CASE WHEN ends_at < $3 THEN ends_at ELSE $3 END
  WHERE id = $1 AND ended_at IS NULL AND last_active_at < $2 AND idle_ends_at > $2 RETURNING ${columns}`

/** Browser sessions in SQL. Activity after the idle end never revives a session. */
export const sessionStore = (driver: Driver): SessionStore => ({
  create: async (session) => {
    const insert = `INSERT INTO sessions (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7)`
    const { id, subject, authenticatedAt, lastActiveAt, idleEndsAt, endsAt, methods } = session
    const end = Math.min(idleEndsAt, endsAt)
    await writeOne(
      driver,
      sql(insert, id, subject, authenticatedAt, lastActiveAt, end, endsAt, JSON.stringify(methods)),
    )
  },
  find: async (id, now) => {
    const select = `SELECT ${columns} FROM sessions WHERE id = $1 AND ended_at IS NULL AND idle_ends_at > $2`
    const [row] = await driver.read(sql(select, id, now))
    return row && fromRow(row)
  },
  touch: async (id, lastActiveAt, idleEndsAt) => {
    const [moved] = await writeOne(driver, sql(moveActivity, id, lastActiveAt, idleEndsAt))
    if (moved) return fromRow(moved)
    const select = `SELECT ${columns} FROM sessions WHERE id = $1 AND ended_at IS NULL AND idle_ends_at > $2`
    const [row] = await driver.read(sql(select, id, lastActiveAt))
    return row && fromRow(row)
  },
  end: (id, now) => {
    const update = 'UPDATE sessions SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id'
    return passed(driver, [sql(update, id, now)])
  },
  endAll: async (subject, now) => {
    const update = 'UPDATE sessions SET ended_at = $2 WHERE subject = $1 AND ended_at IS NULL RETURNING id'
    return (await writeOne(driver, sql(update, subject, now))).length
  },
})
