import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { caseContext } from '../src/store/contract/case.ts'
import { storeContract } from '../src/store/contract/contract.ts'
import { openStore } from '../src/store/open.ts'
import { openPostgres } from '../src/store/postgres.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import type { Store } from '../src/store/store.ts'
import { startPostgres } from './postgres.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-store-'))
afterAll(() => rmSync(folder, { recursive: true }))

const stores: readonly { readonly name: string; readonly open: () => Promise<{ store: Store; stop?: () => void }> }[] =
  [
    { name: 'memory', open: async () => ({ store: openStore(openSqlite(':memory:', setImmediate)) }) },
    { name: 'SQLite file', open: async () => ({ store: openStore(openSqlite(join(folder, 'a.db'), setImmediate)) }) },
    {
      name: 'PostgreSQL',
      open: async () => {
        const postgres = await startPostgres()
        return { store: openStore(openPostgres(await postgres.createDatabase('contract'))), stop: postgres.stop }
      },
    },
  ]

describe.each(stores)('store contract on $name', ({ open }) => {
  let opened: { store: Store; stop?: () => void }
  beforeAll(async () => {
    opened = await open()
    await opened.store.migrate()
  })
  afterAll(async () => {
    await opened.store.close()
    opened.stop?.()
  })
  storeContract.forEach(({ title, run }, number) => {
    test(title, () => run(caseContext(opened.store, number)))
  })
})
