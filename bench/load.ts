/** The load process: makes the requests of a round ready, then sends them over kept connections as fast as answers come. */
import { openConnection } from './connection.ts'
import type { Reply, Round, Sender, Target, Work } from './work.ts'
import { works } from './works.ts'

/** What a round measures on this side. */
export type LoadResult = Omit<Round, 'name' | 'cpu'> & {
  readonly requests: number
  readonly refused: string | undefined
}

type Order = { readonly work: string; readonly target: Target }

let ready: { readonly work: Work; readonly target: Target; readonly sender: Sender } | undefined

const prepare = async ({ work: name, target }: Order): Promise<void> => {
  const work = works.find((candidate) => candidate.name === name)
  if (!work) throw new Error(`unknown work ${name}`)
  ready = { work, target, sender: await work.prepare(target, work) }
}

const run = async (): Promise<LoadResult> => {
  if (!ready) throw new Error('prepare first')
  const { work, target, sender } = ready
  const latencies: number[] = []
  let left = work.requests
  let refused: string | undefined
  const connections = await Promise.all(
    Array.from({ length: work.connections }, () => openConnection(new URL(target.url))),
  )
  const started = performance.now()
  const drive = async (index: number): Promise<void> => {
    while (left-- > 0 && refused === undefined) {
      const sent = performance.now()
      const reply = await connections[index]?.send(sender.next(index))
      latencies.push(performance.now() - sent)
      if (reply && !sender.accept(reply, index)) refused = describeReply(reply)
    }
  }
  await Promise.all(connections.map((_, index) => drive(index)))
  const seconds = (performance.now() - started) / 1000
  for (const connection of connections) connection.close()
  latencies.sort((a, b) => a - b)
  const quantile = (share: number): number => latencies[Math.floor(share * (latencies.length - 1))] ?? 0
  const requests = latencies.length
  return { rate: requests / seconds, p50: quantile(0.5), p99: quantile(0.99), requests, refused }
}

const describeReply = ({ status, body }: Reply): string => `${status} ${body.subarray(0, 300).toString()}`

const obey = async (order: Order | 'run'): Promise<LoadResult | 'ready'> => {
  if (order === 'run') return run()
  await prepare(order)
  return 'ready'
}

process.on('message', async (order: Order | 'run') => process.send?.(await obey(order)))
