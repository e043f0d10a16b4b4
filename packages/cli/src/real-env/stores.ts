import { type Driver, openSqlite } from '@gatehouse/server/store'
import { CliError } from '../cli-error.ts'

/** The driver a store URL names: `sqlite:<path>` or `postgres://…`. */
export const openDriver = async (url: string): Promise<Driver> => {
  if (url.startsWith('sqlite:')) return openSqliteFile(url.slice('sqlite:'.length))
  const { openPostgres } = await loadPostgres()
  return openPostgres(url)
}

const openSqliteFile = (path: string): Driver => {
  try {
    return openSqlite(path, setImmediate)
  } catch (error) {
    throw new CliError(
      `the SQLite file ${path} cannot be opened: ${error instanceof Error ? error.message : 'unknown reason'}`,
      'Check that its folder exists and that the user who runs gatehouse may write there.',
      error,
    )
  }
}

/** `pg` is installed only where it is used: a SQLite site needs none. */
const loadPostgres = async (): Promise<typeof import('@gatehouse/server/postgres')> => {
  try {
    return await import('@gatehouse/server/postgres')
  } catch (error) {
    throw new CliError(
      'the store is PostgreSQL, and its library is not installed',
      'Run `npm install pg` beside gatehouse.',
      error,
    )
  }
}
