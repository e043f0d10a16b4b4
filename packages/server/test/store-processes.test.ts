import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashSecret } from '../src/secret.ts'
import { caseContext } from '../src/store/contract/case.ts'
import { freshCode, freshRefreshToken, fullGrant } from '../src/store/contract/records.ts'
import type { Store } from '../src/store/store.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'
import { openByUrl, type Task } from './store-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-processes-'))
let postgres: TestPostgres | undefined
afterAll(() => {
  postgres?.stop()
  rmSync(folder, { recursive: true })
})

const databases = [
  { name: 'a SQLite file', fresh: async (name: string) => join(folder, `${name}.db`) },
  {
    name: 'PostgreSQL',
    fresh: async (name: string) => {
      postgres ??= await startPostgres()
      return postgres.createDatabase(name)
    },
  },
]

const startProcess = async (url: string): Promise<ChildProcess> => {
  const child = fork(join(import.meta.dirname, 'store-process.ts'), [url], { execArgv: ['--conditions=source'] })
  await answer(child)
  return child
}

/** The next message of a process; throws when it ends instead. */
const answer = async (child: ChildProcess): Promise<{ readonly results: readonly string[] }> => {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process ended with ${code}`)
  })
  const [message] = await Promise.race([once(child, 'message'), ended])
  return message
}

/** Gives the task to several processes at the same moment and returns what each attempt came to. */
const race = async (url: string, task: Task): Promise<readonly string[]> => {
  const children = await Promise.all(Array.from({ length: 4 }, () => startProcess(url)))
  const answers = children.map(answer)
  for (const child of children) child.send(task)
  return (await Promise.all(answers)).flatMap(({ results }) => results)
}

const winners = (results: readonly string[]): readonly [won: number, of: number] => [
  results.filter((result) => result === 'won').length,
  results.length,
]

describe.each(databases)('several processes on $name', ({ fresh }) => {
  let where: string
  let store: Store
  beforeAll(async () => {
    where = await fresh('shared')
    store = openByUrl(where)
    await store.migrate()
  })
  afterAll(() => store.close())

  test('THR-06 of 52 redemptions of one code, one wins', async () => {
    const context = caseContext(store, 1)
    const grant = fullGrant(context)
    const code = freshCode(context, grant)
    await store.grants.createWithCode(grant, { ...code, hash: hashSecret('the code') }, undefined)
    const results = await race(where, { kind: 'redeem', name: 'the code', times: 13, now: context.now })
    expect(winners(results)).toEqual([1, 52])
  })

  test('TOK-10 of 52 rotations of one refresh token, one wins', async () => {
    const context = caseContext(store, 2)
    const grant = fullGrant(context)
    const token = freshRefreshToken(context, grant)
    await store.grants.create(grant)
    await store.tokens.createRefreshToken(token)
    const results = await race(where, { kind: 'rotate', token, times: 13, now: context.now })
    expect(winners(results)).toEqual([1, 52])
  })

  test('THR-19 of 400 uses of one jti, one wins', async () => {
    const results = await race(where, { kind: 'use-once', name: 'jti', times: 100, now: 1 })
    expect(winners(results)).toEqual([1, 400])
  })

  test('TOK-14 kill -9 in the middle of 1,000 writes loses none that was acknowledged', async () => {
    const child = await startProcess(where)
    const acknowledged: string[] = []
    const half = new Promise<void>((resolve) => {
      child.on('message', ({ written }: { readonly written: string }) => {
        acknowledged.push(written)
        if (acknowledged.length === 300) resolve()
      })
    })
    child.send({ kind: 'write', name: 'crash', times: 1000 } satisfies Task)
    await half
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(acknowledged.length).toBeLessThan(1000)
    const lost = await Promise.all(acknowledged.map((id) => store.tokens.useOnce('write', id, 1)))
    expect(lost.filter(Boolean)).toEqual([])
  })

  test('a new database migrated by four processes at once is migrated once', async () => {
    const results = await race(await fresh('new'), { kind: 'use-once', name: 'x', times: 1, now: 1 })
    expect(winners(results)).toEqual([1, 4])
  })
})
