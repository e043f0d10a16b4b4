import type { User } from '../../sign-in/user.ts'
import { type Driver, passed, type Row, sql, type Value } from '../driver.ts'
import { document, optionalText, text, word } from '../row.ts'
import type { UserStore } from '../store.ts'

type Document = Omit<User, 'subject' | 'username' | 'upstream' | 'state'>

const columns = 'subject, username, upstream_issuer, upstream_subject, state, document'

const toValues = ({ subject, username, upstream, state, ...rest }: User): readonly Value[] => {
  const kept: Document = rest
  return [subject, username, upstream?.issuer ?? null, upstream?.subject ?? null, state, JSON.stringify(kept)]
}

const fromRow = (row: Row): User => {
  const issuer = optionalText(row, 'upstream_issuer')
  const upstreamSubject = optionalText(row, 'upstream_subject')
  return {
    ...document<Document>(row, 'document'),
    subject: text(row, 'subject'),
    username: text(row, 'username'),
    state: word(row, 'state', ['active', 'disabled']),
    ...(issuer === undefined || upstreamSubject === undefined
      ? {}
      : { upstream: { issuer, subject: upstreamSubject } }),
  }
}

/** People in SQL. Subject, username and upstream identity are each unique; a taken one refuses, never overwrites. */
export const userStore = (driver: Driver): UserStore => {
  const findWhere = async (condition: string, ...values: readonly Value[]): Promise<User | undefined> => {
    const [row] = await driver.read(sql(`SELECT ${columns} FROM users WHERE ${condition}`, ...values))
    return row && fromRow(row)
  }
  return {
    create: async (user) => {
      const insert = `INSERT INTO users (${columns}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING subject`
      return (await passed(driver, [sql(insert, ...toValues(user))])) ? 'created' : 'exists'
    },
    find: (subject) => findWhere('subject = $1', subject),
    findByUsername: (username) => findWhere('username = $1', username),
    findByUpstream: (issuer, subject) => findWhere('upstream_issuer = $1 AND upstream_subject = $2', issuer, subject),
    save: (user, expected) => {
      const update = `UPDATE users SET username = $2, upstream_issuer = $3, upstream_subject = $4, state = $5, document = $6
        WHERE subject = $1`
      if (expected === undefined) return passed(driver, [sql(`${update} RETURNING subject`, ...toValues(user))])
      const [, username = null, , , state = null, document = null] = toValues(expected)
      const unchanged = `${update} AND username = $7 AND state = $8 AND document = $9 RETURNING subject`
      return passed(driver, [sql(unchanged, ...toValues(user), username, state, document)])
    },
    list: async ({ after, limit }) => {
      const select = `SELECT ${columns} FROM users WHERE subject > $1 ORDER BY subject LIMIT $2`
      return (await driver.read(sql(select, after ?? '', limit))).map(fromRow)
    },
  }
}
