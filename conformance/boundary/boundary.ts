import fc from 'fast-check'
import { type Fixture, openFixture, type Reply } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { hostileUpstream } from '../../packages/gateway/test/upstream/hostile.ts'
import { canary, foreign, scene, sceneWithoutB } from '../bypass/scene.ts'
import { ask, comparable, hiddenState } from '../bypass/ways.ts'
import { type Attempt, attempts } from './generate.ts'

/** An upstream under attack: how to open a gateway before it, and what is B's in it as text. */
export type Target = {
  readonly open: () => Promise<{
    readonly fixture: Fixture
    readonly hidden: () => Promise<string>
    readonly close: () => Promise<void>
  }>
  /** The same upstream without B, where answers must be the same as with; `undefined`: not compared. */
  readonly openWithoutB?: () => Promise<Fixture>
}

/** What the attack found. */
export type Findings = {
  readonly requests: number
  readonly leaks: readonly string[]
  readonly changes: readonly string[]
  readonly faults: readonly string[]
}

/** The in-memory upstreams. */
export const targets: Readonly<Record<'honest' | 'hostile', Target>> = {
  honest: {
    open: async () => inMemory(openFixture({ upstream: honestUpstream(scene) })),
    openWithoutB: async () => openFixture({ upstream: honestUpstream(sceneWithoutB) }),
  },
  hostile: { open: async () => inMemory(openFixture({ upstream: hostileUpstream(scene, { foreign }) })) },
}

const inMemory = (fixture: Fixture) => ({
  fixture,
  hidden: async () => hiddenState(fixture.upstream),
  close: async () => undefined,
})

/** Requests sent to one upstream before it is opened afresh: what A writes and deletes must not use the scene up. */
const sequence = 100

/**
 * Runs generated requests with patient A's tokens and looks for anything of B's in the answers, for anything of B's changed, and,
 * where it can be compared, for any answer that differs when B does not exist. Spec: THR-22, GW-37
 */
export const attack = async (target: Target, requests: number, seed: number): Promise<Findings> => {
  const generated = fc.sample(attempts, { numRuns: requests, seed })
  const leaks: string[] = []
  const changes: string[] = []
  const faults: string[] = []
  for (let from = 0; from < generated.length; from += sequence) {
    const { fixture, hidden, close } = await target.open()
    const alone = await target.openWithoutB?.()
    const before = await hidden()
    for (const attempt of generated.slice(from, from + sequence)) {
      const reply = await send(fixture, attempt)
      const other = alone === undefined ? undefined : await send(alone, attempt)
      if (isLeak(reply, other)) leaks.push(describe(attempt, reply, other))
    }
    for (const { event, cause } of fixture.logged)
      if (event === 'request.fault') faults.push(String((cause as Error | undefined)?.stack ?? cause))
    if ((await hidden()) !== before) changes.push(`in requests ${from} to ${from + sequence} of seed ${seed}`)
    await close()
  }
  return { requests: generated.length, leaks, changes, faults }
}

const send = (fixture: Fixture, { scope, request, body, headers }: Attempt): Promise<Reply> =>
  ask(fixture, {
    request,
    claims: { scope, fhirUser: 'http://gateway.test/fhir/Patient/A' },
    ...(body !== undefined && { body }),
    ...(headers && { headers }),
  })

const isLeak = (reply: Reply, other: Reply | undefined): boolean =>
  `${reply.text}${JSON.stringify(reply.headers)}`.includes(canary('B')) ||
  reply.text.includes('4711') ||
  (other !== undefined && JSON.stringify(comparable(reply)) !== JSON.stringify(comparable(other)))

const describe = (attempt: Attempt, reply: Reply, other: Reply | undefined): string =>
  [
    JSON.stringify(attempt),
    `  with B:    ${reply.status} ${reply.text.slice(0, 600)}`,
    other && `  without B: ${other.status} ${other.text.slice(0, 600)}`,
  ]
    .filter(Boolean)
    .join('\n')
