import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Round, Work } from './work.ts'

/** Medians over the rounds, and how the product compares with each other contestant. */
export type Report = {
  readonly work: string
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string }
  readonly at: string
  readonly rounds: number
  readonly requestsPerRound: number
  readonly connections: number
  readonly results: readonly Round[]
  /** Median over the rounds of (our rate ÷ theirs in the same round), and of (their CPU per request ÷ ours). */
  readonly ratios: Readonly<Record<string, { readonly rate: number; readonly cpu: number }>>
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1)
  return (low + high) / 2
}

const rounded = (value: number): number => Number(value.toPrecision(4))

const summary = (name: string, rounds: readonly Round[]): Round => {
  const of = (field: Exclude<keyof Round, 'name'>): number => rounded(median(rounds.map((round) => round[field])))
  return { name, rate: of('rate'), cpu: of('cpu'), p50: of('p50'), p99: of('p99') }
}

/** What a run says. */
export const reportOf = (work: Work, rounds: readonly Round[]): Report => {
  const names = work.contestants.map(({ name }) => name)
  const roundsOf = (name: string): readonly Round[] => rounds.filter((round) => round.name === name)
  const ours = roundsOf(names[0] ?? '')
  const compare = (name: string): { rate: number; cpu: number } => {
    const pairs = roundsOf(name).flatMap((their, index) => (ours[index] ? [{ their, our: ours[index] }] : []))
    return {
      rate: rounded(median(pairs.map(({ our, their }) => our.rate / their.rate))),
      cpu: rounded(median(pairs.map(({ our, their }) => their.cpu / our.cpu))),
    }
  }
  return {
    work: work.name,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    at: new Date().toISOString(),
    rounds: ours.length,
    requestsPerRound: work.requests,
    connections: work.connections,
    results: names.map((name) => summary(name, roundsOf(name))),
    ratios: Object.fromEntries(names.slice(1).map((name) => [name, compare(name)])),
  }
}

/** For people. `× rate` and `× CPU` say how many times better the product is than this contestant. */
export const formatTable = ({ work, machine, rounds, results, ratios }: Report): string =>
  [
    `${work}: medians of ${rounds} rounds on ${machine.cores} × ${machine.cpu}, Node ${machine.node}`,
    ['contestant', 'req/s', 'CPU µs', 'p50 ms', 'p99 ms', '× rate', '× CPU']
      .map((title) => title.padStart(14))
      .join(''),
    ...results.map(({ name, rate, cpu, p50, p99 }) =>
      [name, rate, cpu, p50, p99, ratios[name]?.rate ?? '', ratios[name]?.cpu ?? '']
        .map((value) => String(value).padStart(14))
        .join(''),
    ),
  ].join('\n')

/** Keeps the latest run of each work in `bench/results/`. */
export const saveReport = (report: Report): void => {
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${report.work}.json`), `${JSON.stringify(report, undefined, 2)}\n`)
}
