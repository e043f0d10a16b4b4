import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { OAuthError } from '../errors/oauth-error.ts'
import type { Driver, Row, Statement, Step } from './driver.ts'

type Run = (statement: Statement) => readonly Row[]

/** A step that waits for the next commit. */
type Waiting = {
  readonly step: Step
  readonly resolve: (rows: readonly (readonly Row[])[]) => void
  readonly reject: (reason: unknown) => void
}

/** Steps per commit: beyond this, one commit would hold up everything else the process does. */
const stepsPerCommit = 500

/** How long another process may hold the file before we answer "busy", in milliseconds. We wait without doing anything else. */
const longestWait = 5_000

const sqliteBusy = 5

/**
 * SQLite behind `node:sqlite`: WAL, `synchronous=FULL`, and group commit: all steps that arrive in one turn of the event
 * loop share one durable transaction, so that many requests cost one fsync. Any number of processes may use the file:
 * transactions begin IMMEDIATE, so a step never reads what another process then changes. `:memory:` is the memory store.
 * `nextTurn` runs a function once the requests that wait now have been heard: `setImmediate` in the real world.
 */
export const openSqlite = (path: string, nextTurn: (run: () => void) => void, lockWait = longestWait): Driver => {
  const database = new DatabaseSync(path, { timeout: lockWait, enableForeignKeyConstraints: false })
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY')
  const prepared = new Map<string, StatementSync>()
  const run: Run = ({ sql, values }) => {
    const statement = prepared.get(sql) ?? database.prepare(sql.replaceAll(/\$(\d+)/g, '?$1'))
    prepared.set(sql, statement)
    return statement.all(...values) as unknown as readonly Row[]
  }
  const queue = groupCommit(database, run, nextTurn)
  return {
    kind: 'sqlite',
    read: async (statement) => run(statement),
    write: queue.write,
    close: async () => {
      queue.flush()
      database.close()
    },
  }
}

const groupCommit = (database: DatabaseSync, run: Run, nextTurn: (run: () => void) => void) => {
  let waiting: Waiting[] = []
  const commitNext = (): void => {
    const batch = waiting.slice(0, stepsPerCommit)
    waiting = waiting.slice(stepsPerCommit)
    commit(database, run, batch)
  }
  const turn = (): void => {
    commitNext()
    if (waiting.length > 0) nextTurn(turn)
  }
  const write: Driver['write'] = (step) =>
    new Promise((resolve, reject) => {
      if (!database.isOpen) return reject(new Error('the store is closed'))
      if (waiting.length === 0) nextTurn(turn)
      waiting.push({ step, resolve, reject })
    })
  const flush = (): void => {
    while (waiting.length > 0) commitNext()
  }
  return { write, flush }
}

/** One transaction for the batch. A step that fails takes back only itself; a commit that fails rejects every step. */
const commit = (database: DatabaseSync, run: Run, batch: readonly Waiting[]) => {
  if (batch.length === 0) return
  const settle: (() => void)[] = []
  try {
    run({ sql: 'BEGIN IMMEDIATE', values: [] })
    for (const waiting of batch) settle.push(attempt(database, run, waiting))
    run({ sql: 'COMMIT', values: [] })
  } catch (error) {
    if (database.isTransaction) run({ sql: 'ROLLBACK', values: [] })
    const reason = translate(error)
    for (const { reject } of batch) reject(reason)
    return
  }
  for (const tell of settle) tell()
}

/** Runs one step and returns how to tell its caller once the batch is durable. */
const attempt = (database: DatabaseSync, run: Run, { step, resolve, reject }: Waiting): (() => void) => {
  try {
    const rows = runStep(run, step)
    return () => resolve(rows)
  } catch (error) {
    // A full disk or a broken page ends the whole transaction; what follows would then commit by itself.
    if (!database.isTransaction) throw error
    if (step.length > 1) database.exec('ROLLBACK TO step; RELEASE step')
    return () => reject(error)
  }
}

const runStep = (run: Run, [gate, ...rest]: Step): readonly (readonly Row[])[] => {
  if (rest.length === 0) return [run(gate)]
  run({ sql: 'SAVEPOINT step', values: [] })
  const first = run(gate)
  const rows = first.length === 0 ? [first] : [first, ...rest.map(run)]
  run({ sql: 'RELEASE step', values: [] })
  return rows
}

const translate = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === sqliteBusy
    ? new OAuthError('server:busy', {
        description: 'The database is busy. Try again in a few seconds.',
        headers: { 'retry-after': '2' },
        cause: error,
      })
    : error
