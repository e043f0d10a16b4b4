/** `npm run bench -- <work> … [--json] [--rounds 5]`: interleaved rounds, medians, ratios; see `bench/work.ts`. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { LoadResult } from './load.ts'
import { formatTable, reportOf, saveReport } from './report.ts'
import type { Contestant, Round, Target, Work } from './work.ts'
import { works } from './works.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } },
})

type Running = { readonly contestant: Contestant; readonly child: ChildProcess; readonly target: Target }

const start = (script: string, ...args: readonly string[]): ChildProcess =>
  fork(join(import.meta.dirname, script), args, {
    execArgv: ['--conditions=source'],
    // What a contestant prints is not our result.
    stdio: ['ignore', 2, 2, 'ipc'],
  })

/** Sends a message and waits for the answer; a child that dies instead is an error. */
const ask = async <Answer>(child: ChildProcess, message?: object | string): Promise<Answer> => {
  const ended = new AbortController()
  const answer = once(child, 'message', { signal: ended.signal })
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.slice(2).join(' ')} ended with ${code}`)
  })
  if (message !== undefined) child.send(message)
  try {
    const [first] = await Promise.race([answer, exit])
    return first
  } finally {
    exit.catch(() => undefined)
    ended.abort()
  }
}

const measure = async (work: Work, { contestant, child, target }: Running, load: ChildProcess): Promise<Round> => {
  await ask(load, { work: work.name, target })
  const before = await ask<number>(child, 'cpu')
  const { rate, p50, p99, requests, refused } = await ask<LoadResult>(load, 'run')
  const cpu = ((await ask<number>(child, 'cpu')) - before) / requests
  if (refused !== undefined) throw new Error(`${work.name}: ${contestant.name} answered ${refused}`)
  return { name: contestant.name, rate, cpu, p50, p99 }
}

const startAll = async (work: Work, children: ChildProcess[]): Promise<readonly Running[]> => {
  const running: Running[] = []
  for (const contestant of work.contestants) {
    const child = start('contestant.ts', contestant.module, work.name)
    children.push(child)
    running.push({ contestant, child, target: await ask<Target>(child) })
  }
  return running
}

/** Runs all contestants in turn; who begins changes from round to round, and the first round only warms up. */
const runWork = async (work: Work, rounds: number): Promise<readonly Round[]> => {
  const load = start('load.ts')
  const children = [load]
  const measured: Round[] = []
  try {
    const running = await startAll(work, children)
    for (let round = 0; round <= rounds; round++) {
      const first = round % running.length
      const turns = [...running.slice(first), ...running.slice(0, first)]
      for (const turn of turns) measured.push(await measure(work, turn, load))
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
  }
  return measured.slice(work.contestants.length)
}

/** All works when none is named; `gateway` means every work whose name begins so. */
const chosenBy = (word: string): readonly Work[] => {
  const exact = works.filter(({ name }) => name === word)
  return exact.length > 0 ? exact : works.filter(({ name }) => name.startsWith(`${word}-`))
}

const chosen = positionals.length === 0 ? works : positionals.flatMap(chosenBy)
if (chosen.length === 0) {
  console.error(`No such work. There is: ${works.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}
for (const work of chosen) {
  const report = reportOf(work, await runWork(work, Number(values.rounds)))
  saveReport(report)
  console.log(values.json ? JSON.stringify(report) : formatTable(report))
}
