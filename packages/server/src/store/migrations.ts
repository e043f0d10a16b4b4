import { type Driver, type Statement, sql, writeOne } from './driver.ts'
import { tables } from './tables.ts'

/**
 * The schema's history: numbered, forward only, each step all or nothing. A published migration is never edited; a change of
 * mind is a new number. New columns are nullable or have a default, so that the previous version keeps running meanwhile.
 */
const migrations: readonly { readonly version: number; readonly statements: readonly string[] }[] = [
  { version: 1, statements: tables },
  {
    version: 2,
    statements: ['CREATE TABLE brands (id TEXT PRIMARY KEY, version BIGINT NOT NULL, document TEXT NOT NULL)'],
  },
]

/** The database is newer than this program. The message says what to do. */
export class SchemaTooNewError extends Error {
  override readonly name = 'SchemaTooNewError'
}

/** The schema version this code was written for. */
export const schemaVersion = migrations.length

const versionTable = sql('CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT PRIMARY KEY)')

/** The version the database is at; 0 when it is empty. Only reads. */
export const currentVersion = async (driver: Driver): Promise<number> => {
  try {
    const [row] = await driver.read(sql('SELECT COALESCE(MAX(version), 0) AS version FROM schema_versions'))
    return Number(row?.version ?? 0)
  } catch (error) {
    if (error instanceof Error && /no such table|relation .* does not exist/.test(error.message)) return 0
    throw error
  }
}

/**
 * Brings the schema to `schemaVersion`. Safe when several nodes start at once: the row of a version is the gate of its
 * statements. Throws `SchemaTooNewError` when the database is newer than this code, because old code would misread it.
 */
export const migrate = async (driver: Driver): Promise<void> => {
  await writeOne(driver, versionTable)
  const version = await currentVersion(driver)
  if (version > schemaVersion)
    throw new SchemaTooNewError(
      `the database has schema version ${version}, this program knows up to ${schemaVersion}: run the newer program, or restore a backup of the older schema`,
    )
  for (const migration of migrations.slice(version)) {
    const rest: Statement[] = migration.statements.map((text) => sql(text))
    await driver.write([
      sql(
        'INSERT INTO schema_versions (version) VALUES ($1) ON CONFLICT (version) DO NOTHING RETURNING version',
        migration.version,
      ),
      ...rest,
    ])
  }
}
