import { OAuthError } from '../errors/oauth-error.ts'

/** What a column may hold. Times are integer seconds; structured values are JSON text. */
export type Value = string | number | null

/** One row by column name. */
export type Row = Readonly<Record<string, Value>>

/** SQL with `$1` placeholders, in the subset both databases speak. */
export type Statement = { readonly sql: string; readonly values: readonly Value[] }

/**
 * One atomic step of one or more statements. With more than one, the first is the gate: when it returns no row, the rest does
 * not run and nothing is written. So a condition and its consequences need no transaction that leaks out.
 */
export type Step = readonly [gate: Statement, ...rest: readonly Statement[]]

/**
 * The port to a SQL database. `write` resolves only after a durable commit, with the rows of each statement that ran;
 * `read` sees committed data only. Both reject with what the database said, or `OAuthError` `server:busy` when it is
 * overloaded or locked.
 */
export type Driver = {
  readonly kind: 'sqlite' | 'postgres'
  readonly read: (statement: Statement) => Promise<readonly Row[]>
  readonly write: (step: Step) => Promise<readonly (readonly Row[])[]>
  readonly close: () => Promise<void>
}

/**
 * A statement and its values. Throws `request:malformed` for a text with a NUL: PostgreSQL cannot hold one, so no record has
 * it, and only someone who probes us sends it.
 */
export const sql = (text: string, ...values: readonly Value[]): Statement => {
  if (values.some((value) => typeof value === 'string' && value.includes('\0')))
    throw new OAuthError('request:malformed', { description: 'A value holds a NUL character.' })
  return { sql: text, values }
}

/** Runs one statement durably and returns its rows. */
export const writeOne = async (driver: Driver, statement: Statement): Promise<readonly Row[]> =>
  (await driver.write([statement]))[0] ?? []

/** Whether the gate of a step let it pass. */
export const passed = async (driver: Driver, step: Step): Promise<boolean> =>
  ((await driver.write(step))[0]?.length ?? 0) > 0
