/** A process of its own that works on a store: started by `store-processes.test.ts`, told what to do by messages. */
import { hashSecret } from '../src/secret.ts'
import { openStore } from '../src/store/open.ts'
import { openPostgres } from '../src/store/postgres.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import type { Store } from '../src/store/store.ts'
import type { RefreshToken } from '../src/token/token-records.ts'

/** What a parent asks of this process. */
export type Task =
  | { readonly kind: 'redeem' | 'use-once'; readonly name: string; readonly times: number; readonly now: number }
  | { readonly kind: 'rotate'; readonly token: RefreshToken; readonly times: number; readonly now: number }
  | { readonly kind: 'write'; readonly name: string; readonly times: number }

/** The store behind a URL: `postgres://…` or the path of a SQLite file. */
export const openByUrl = (url: string): Store =>
  openStore(url.startsWith('postgres:') ? openPostgres(url) : openSqlite(url, setImmediate))

const attempt = async (store: Store, task: Task, number: number): Promise<string> => {
  switch (task.kind) {
    case 'redeem': {
      const result = await store.tokens.redeemCode(hashSecret(task.name), task.now)
      return typeof result === 'object' && !('kind' in result) ? 'won' : 'lost'
    }
    case 'use-once':
      return (await store.tokens.useOnce('race', task.name, task.now)) ? 'won' : 'lost'
    case 'rotate': {
      const successor = { ...task.token, hash: hashSecret(`${process.pid}-${number}`) }
      const result = await store.tokens.rotateRefreshToken(task.token.hash, { successor, sealed: 's' }, task.now)
      return result === 'rotated' ? 'won' : 'lost'
    }
    case 'write': {
      const id = `${task.name}-${number}`
      await store.tokens.useOnce('write', id, 1)
      process.send?.({ written: id })
      return id
    }
  }
}

/** Racing attempts start together; writes come in waves, so that a kill finds some done and some not. */
const run = async (store: Store, task: Task): Promise<readonly string[]> => {
  const results: string[] = []
  const wave = task.kind === 'write' ? 20 : task.times
  for (let first = 0; first < task.times; first += wave) {
    const numbers = Array.from({ length: wave }, (_, offset) => first + offset)
    results.push(...(await Promise.all(numbers.map((number) => attempt(store, task, number)))))
  }
  return results
}

const [, program = '', url] = process.argv
if (program.endsWith('store-process.ts') && url !== undefined) {
  const store = openByUrl(url)
  await store.migrate()
  process.on('message', async (task: Task) => {
    process.send?.({ results: await run(store, task) })
    await store.close()
    process.disconnect()
  })
  process.send?.({ ready: true })
}
