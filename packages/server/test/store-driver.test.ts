import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Driver, sql, writeOne } from '../src/store/driver.ts'
import { currentVersion, migrate, schemaVersion } from '../src/store/migrations.ts'
import { openPostgres } from '../src/store/postgres.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-driver-'))
let postgres: TestPostgres | undefined
afterAll(() => {
  postgres?.stop()
  rmSync(folder, { recursive: true })
})

const drivers: readonly { readonly name: string; readonly open: () => Promise<Driver> }[] = [
  { name: 'SQLite', open: async () => openSqlite(join(folder, 'driver.db'), setImmediate) },
  {
    name: 'PostgreSQL',
    open: async () => {
      postgres = await startPostgres()
      return openPostgres(await postgres.createDatabase('driver'))
    },
  },
]

const insert = (id: string) => sql('INSERT INTO things (id, n) VALUES ($1, 1) RETURNING id', id)

describe.each(drivers)('the $name driver', ({ open }) => {
  let driver: Driver
  beforeAll(async () => {
    driver = await open()
    await writeOne(driver, sql('CREATE TABLE things (id TEXT PRIMARY KEY, n BIGINT NOT NULL)'))
  })
  afterAll(() => driver.close())

  const ids = async (): Promise<readonly unknown[]> =>
    (await driver.read(sql('SELECT id FROM things ORDER BY id'))).map((row) => row.id)

  test('a gate that lets through runs the rest and returns the rows of each statement', async () => {
    const rows = await driver.write([insert('a'), sql('UPDATE things SET n = n + 1 WHERE id = $1 RETURNING n', 'a')])
    expect(rows.map((each) => each.map((row) => ({ ...row })))).toEqual([[{ id: 'a' }], [{ n: 2 }]])
  })

  test('a gate without a row runs nothing else', async () => {
    const gate = sql('UPDATE things SET n = 9 WHERE id = $1 RETURNING id', 'nobody')
    expect(await driver.write([gate, insert('b')])).toEqual([[]])
    expect(await ids()).toEqual(['a'])
  })

  test('of steps that arrive together the one that fails takes back only itself, whole', async () => {
    const results = await Promise.allSettled([
      driver.write([insert('c')]),
      driver.write([insert('d'), insert('a')]),
      driver.write([insert('a')]),
      driver.write([insert('e'), insert('f')]),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(await ids()).toEqual(['a', 'c', 'e', 'f'])
  })

  test('one value may stand in several places, and text stays text whatever it holds', async () => {
    const hostile = `x'); DROP TABLE things; --$1`
    await writeOne(driver, sql('INSERT INTO things (id, n) VALUES ($1, $2)', hostile, 5))
    const twice = sql('SELECT n FROM things WHERE id = $1 AND $2 = n AND id = $1', hostile, 5)
    expect((await driver.read(twice)).length).toBe(1)
  })

  test('more steps than one commit holds are all done, in order', async () => {
    const numbers = Array.from({ length: 1200 }, (_, number) => number)
    const add = sql('INSERT INTO things (id, n) VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET n = things.n + 1', 'many')
    await Promise.all(numbers.map(() => driver.write([add])))
    expect((await driver.read(sql('SELECT n FROM things WHERE id = $1', 'many')))[0]?.n).toBe(1200)
  })

  test('a schema newer than the program is refused with what to do', async () => {
    await migrate(driver)
    expect(await currentVersion(driver)).toBe(schemaVersion)
    await writeOne(driver, sql('INSERT INTO schema_versions (version) VALUES ($1)', schemaVersion + 7))
    await expect(migrate(driver)).rejects.toThrow(`schema version ${schemaVersion + 7}`)
  })

  test('a closed store refuses', async () => {
    const other =
      driver.kind === 'sqlite' ? openSqlite(':memory:', setImmediate) : openPostgres('postgres://127.0.0.1/x')
    await other.close()
    await expect(other.write([insert('z')])).rejects.toThrow()
    await expect(other.read(sql('SELECT 1 AS one'))).rejects.toThrow()
  })
})

test('SQLite: a file that another process keeps locked answers "busy", and works once it is free', async () => {
  const path = join(folder, 'locked.db')
  const driver = openSqlite(path, setImmediate, 20)
  await writeOne(driver, sql('CREATE TABLE things (id TEXT PRIMARY KEY, n BIGINT)'))
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  await expect(driver.write([insert('a')])).rejects.toMatchObject({ reason: 'server:busy' })
  other.exec('COMMIT')
  await driver.write([insert('a')])
  other.close()
  await driver.close()
})

test('PostgreSQL: a server that does not answer is "busy", not an internal error', async () => {
  const driver = openPostgres('postgres://127.0.0.1:1/nowhere')
  await expect(driver.read(sql('SELECT 1 AS one'))).rejects.toMatchObject({ reason: 'server:busy' })
  await driver.close()
})
