import { Pool, type PoolClient, types } from 'pg'
import { OAuthError } from '../errors/oauth-error.ts'
import type { Driver, Row, Statement, Step } from './driver.ts'

/** How many connections one process holds at most, and how long a request waits for one, in milliseconds. */
const connections = 16
const connectionWait = 5_000

/** Attempts at a step that the database asks to repeat. */
const attempts = 5

const int8 = 20

/**
 * PostgreSQL behind `pg`. Queries are unnamed, so that pgbouncer in transaction mode may stand between. A step of one
 * statement is one round trip; a longer one is two, because `BEGIN` travels with the gate and `COMMIT` with the rest.
 * `url` is a `postgres://` URL; TLS as its `sslmode` says.
 */
export const openPostgres = (url: string): Driver => {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectionWait,
    pipeline: true,
    types: { getTypeParser: (oid, format) => (oid === int8 ? Number : types.getTypeParser(oid, format)) },
  })
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {})
  return {
    kind: 'postgres',
    read: (statement) => repeatIfAsked(() => query(pool, statement)),
    write: (step) => repeatIfAsked(() => writeStep(pool, step)),
    close: () => pool.end(),
  }
}

const query = async (on: Pool | PoolClient, { sql, values }: Statement): Promise<readonly Row[]> =>
  (await on.query<Row>({ text: sql, values: [...values] })).rows

const writeStep = async (pool: Pool, step: Step): Promise<readonly (readonly Row[])[]> => {
  if (step.length === 1) return [await query(pool, step[0])]
  const client = await pool.connect()
  let broken = true
  try {
    const rows = await transact(client, step)
    broken = false
    return rows
  } finally {
    // After any failure the connection is closed: that ends its transaction whatever state it is in.
    client.release(broken)
  }
}

const transact = async (client: PoolClient, [gate, ...rest]: Step): Promise<readonly (readonly Row[])[]> => {
  const [, first] = await Promise.all([client.query('BEGIN'), query(client, gate)])
  if (first.length === 0) {
    await client.query('ROLLBACK')
    return [first]
  }
  const results = rest.map((statement) => query(client, statement))
  const [committed] = await Promise.all([client.query('COMMIT'), ...results])
  // A transaction that failed answers COMMIT with ROLLBACK: nothing was written.
  if (committed.command !== 'COMMIT') throw new Error(`the transaction was not committed: ${committed.command}`)
  return [first, ...(await Promise.all(results))]
}

const repeatIfAsked = async <T>(run: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      const state = sqlState(error)
      if (!asksToRepeat(error, state) || attempt === attempts) throw translate(error, state)
    }
  }
}

/** Serialization failure, deadlock, or another node that creates the same table at this moment (`IF NOT EXISTS` races). */
const asksToRepeat = (error: unknown, state: string | undefined): boolean =>
  state === '40001' ||
  state === '40P01' ||
  (state === '23505' && error instanceof Error && 'schema' in error && error.schema === 'pg_catalog')

const sqlState = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)
    ? error.code
    : undefined

/** Unreachable (no SQLSTATE), out of resources (53), shutting down (57), broken (08), still contended (40): try again later. */
const translate = (error: unknown, state: string | undefined): unknown =>
  state === undefined || ['08', '40', '53', '57'].includes(state.slice(0, 2))
    ? new OAuthError('server:busy', {
        description: 'The database does not answer. Try again in a few seconds.',
        headers: { 'retry-after': '2' },
        cause: error,
      })
    : error
