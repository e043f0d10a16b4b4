/**
 * `node --conditions=source bench/store.ts [--postgres]`: the stores alone, without HTTP or signatures: durable inserts and
 * refresh rotations per second at several concurrencies, and what group commit is worth.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hashSecret } from '../packages/server/src/secret.ts'
import { caseContext } from '../packages/server/src/store/contract/case.ts'
import { freshRefreshToken, fullGrant } from '../packages/server/src/store/contract/records.ts'
import type { Driver } from '../packages/server/src/store/driver.ts'
import { openStore } from '../packages/server/src/store/open.ts'
import { openPostgres } from '../packages/server/src/store/postgres.ts'
import { openSqlite } from '../packages/server/src/store/sqlite.ts'
import type { Store } from '../packages/server/src/store/store.ts'
import { startPostgres } from '../packages/server/test/postgres.ts'

const { values } = parseArgs({
  options: { postgres: { type: 'boolean', default: false }, seconds: { type: 'string', default: '3' } },
})
const milliseconds = Number(values.seconds) * 1000

/** How often per second, and CPU time of this process per turn in microseconds: the figure that a busy machine does not bend. */
type Speed = { readonly rate: number; readonly cpu: number }

/** Every lane does its work over and over until the time is over. */
const measureLanes = async (lanes: number, work: (lane: number, turn: number) => Promise<unknown>): Promise<Speed> => {
  const before = process.cpuUsage()
  const started = performance.now()
  const run = async (lane: number): Promise<number> => {
    let turn = 0
    while (performance.now() - started < milliseconds) await work(lane, turn++)
    return turn
  }
  const turns = await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)))
  const done = turns.reduce((sum, each) => sum + each, 0)
  const { user, system } = process.cpuUsage(before)
  return { rate: (done / (performance.now() - started)) * 1000, cpu: (user + system) / done }
}

const inserts = (store: Store, lanes: number): Promise<Speed> =>
  measureLanes(lanes, (lane, turn) =>
    store.tokens.useOnce(`insert-${lanes}`, `${lane}-${turn}-assertion-id`, 2_000_000_000),
  )

const rotations = async (store: Store, lanes: number): Promise<Speed> => {
  const context = caseContext(store, lanes)
  const grants = Array.from({ length: lanes }, (_, lane) => fullGrant(context, `rotate-${lane}`))
  const current = grants.map((grant, lane) => freshRefreshToken(context, grant, `rotate-${lane}`))
  for (const grant of grants) await store.grants.create(grant)
  for (const token of current) await store.tokens.createRefreshToken(token)
  return measureLanes(lanes, async (lane, turn) => {
    const token = current[lane]
    if (token === undefined) throw new Error('no lane')
    await store.tokens.presentRefreshToken(token.hash)
    const successor = { ...token, hash: hashSecret(`${lanes}-${lane}-${turn}`) }
    const sealed = 'x'.repeat(120)
    if ((await store.tokens.rotateRefreshToken(token.hash, { successor, sealed }, context.now + turn)) === 'lost')
      throw new Error('lost a race nobody ran')
    current[lane] = successor
  })
}

const measure = async (name: string, driver: Driver): Promise<void> => {
  const store = openStore(driver)
  await store.migrate()
  for (const lanes of [1, 16, 32, 128]) {
    const figures = Object.entries({ inserts: await inserts(store, lanes), rotations: await rotations(store, lanes) })
    const texts = figures.map(([what, { rate, cpu }]) => `${what} ${Math.round(rate)}/s (${Math.round(cpu)} µs)`)
    console.log(`${name}, ${lanes} at once: ${texts.join(', ')}`)
  }
  await store.close()
}

if (values.postgres) {
  const postgres = await startPostgres()
  await measure('PostgreSQL', openPostgres(await postgres.createDatabase('bench')))
  postgres.stop()
} else {
  const folder = mkdtempSync(join(process.cwd(), 'node_modules/.cache/bench-store-'))
  await measure('SQLite file', openSqlite(join(folder, 'bench.db'), setImmediate))
  await measure('SQLite, memory', openSqlite(':memory:', setImmediate))
  rmSync(folder, { recursive: true })
}
