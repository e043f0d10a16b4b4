import type { GatewayConfigInput } from '@gatehouse/gateway'
import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import type { Json } from '../../packages/gateway/src/fhir/json.ts'
import { type Fixture, fhirUrl, openFixture } from '../../packages/gateway/test/fixture.ts'
import { honestUpstream } from '../../packages/gateway/test/upstream/honest.ts'
import { changeIn, differenceIn, type Exchange, leakIn, linksIn } from './judge.ts'
import { type Ask, asks } from './requests.ts'
import { backendClient, claims } from './tokens.ts'
import { own, twin, universe } from './universe.ts'
import type { OpenUpstream, Upstream } from './upstreams.ts'

/** A walk: some tokens of A's, and requests made one after the other, each with one of them. */
export type Walk = {
  readonly tokens: readonly Json[]
  readonly steps: readonly { readonly ask: Ask; readonly token: number }[]
}

const walks = fc.record({
  tokens: fc.array(claims, { minLength: 1, maxLength: 2 }),
  steps: fc.array(fc.record({ ask: asks, token: fc.nat(1) }), { minLength: 1, maxLength: 24, size: 'max' }),
})

/** What a run found. */
export type Found = {
  readonly requests: number
  /** How many answers had each status: a run in which everything is refused proves nothing. */
  readonly statuses: ReadonlyMap<number, number>
  /** The shrunk counterexample, ready to print. */
  readonly failure?: { readonly kind: 'leak' | 'change'; readonly text: string }
}

/** Something of B's showed or changed. */
class BoundaryError extends Error {
  readonly kind: 'leak' | 'change'
  readonly exchange: Exchange
  readonly claims: Json

  constructor(kind: 'leak' | 'change', text: string, { exchange, claims }: { exchange: Exchange; claims: Json }) {
    super(text)
    this.kind = kind
    this.exchange = exchange
    this.claims = claims
  }
}

const patientOnly = (input: GatewayConfigInput): GatewayConfigInput => ({
  ...input,
  locations: input.locations.map((location) => ({
    ...location,
    userReach: 'none' as const,
    systemReach: { [backendClient]: { patients: [own] }, app: { patients: [] } },
  })),
  limits: { perClientPerMinute: 1_000_000, perPatientPerMinute: 1_000_000 },
})

/** A gateway whose upstream is exchanged between walks. Each walk has a grant of its own, so that nothing remembered crosses over. */
export type Stage = { readonly fixture: Fixture; readonly begin: (upstream: Upstream) => string }

/** Opens such a gateway. */
export const openStage = (): Stage => {
  let current: Upstream | undefined
  let walk = 0
  const upstream = honestUpstream([])
  const fixture = openFixture({
    upstream,
    config: patientOnly,
    env: {
      audit: async () => {},
      upstream: (request) => (current ?? { send: upstream.send }).send(request),
    },
  })
  const begin = (next: Upstream): string => {
    current = next
    walk += 1
    fixture.logged.length = 0
    return `grant-${walk}`
  }
  return { fixture, begin }
}

/** Sends one request of a walk. */
export const send = async (
  { fixture }: Stage,
  ask: Exchange['sent'] & { readonly headers: Readonly<Record<string, string>> },
  claimed: Json,
): Promise<Exchange> => {
  const reply = await fixture.request({
    method: ask.method as NonNullable<InjectOptions['method']>,
    url: `/fhir${ask.target}`,
    headers: ask.headers,
    claims: claimed,
    ...(ask.body !== '' && { payload: ask.body }),
  })
  const { method, target, body } = ask
  return { sent: { method, target, body }, status: reply.status, headers: reply.headers, text: reply.text }
}

/** The request of a step, its links resolved against what was answered before; `undefined` when there is none to follow. */
export const resolveAsk = (ask: Ask, links: ReadonlyMap<string, string>) => {
  if (ask.kind === 'plain') return { ...ask, body: ask.body ?? '' }
  const target = links.get(ask.relation)
  if (target === undefined) return undefined
  return { method: 'GET', target: ask.tampered ? `${target.slice(0, -3)}AAA` : target, headers: {}, body: '' }
}

/** One gateway on a walk, with what it last linked to. */
type Side = {
  readonly stage: Stage
  readonly upstream: Upstream
  readonly grant: string
  links: ReadonlyMap<string, string>
}

const openSide = async (stage: Stage, opening: Promise<Upstream>): Promise<Side> => {
  const upstream = await opening
  return { stage, upstream, grant: stage.begin(upstream), links: new Map() }
}

type Step = { readonly ask: Ask; readonly claims: Json }

const step = async (side: Side, { ask, claims }: Step): Promise<Exchange | undefined> => {
  const resolved = resolveAsk(ask, side.links)
  if (resolved === undefined) return undefined
  const exchange = await send(side.stage, resolved, { ...claims, grant_id: side.grant, jti: side.grant })
  const found = linksIn(exchange.text, fhirUrl)
  if (found.size > 0) side.links = found
  return exchange
}

type Sides = { readonly side: Side; readonly without: Side | undefined; readonly count: (status: number) => void }

const take = async (walk: Walk, { side, without, count }: Sides): Promise<void> => {
  for (const { ask, token } of walk.steps) {
    const claims = walk.tokens[token % walk.tokens.length] ?? {}
    const exchange = await step(side, { ask, claims })
    const alone = without && (await step(without, { ask, claims }))
    if (exchange === undefined) continue
    count(exchange.status)
    const writes = await side.upstream.writes()
    const leak = leakIn(exchange, writes) ?? (alone && differenceIn(exchange, alone))
    if (leak !== undefined) throw new BoundaryError('leak', leak, { exchange, claims })
    const change = changeIn(writes)
    if (change !== undefined) throw new BoundaryError('change', change, { exchange, claims })
  }
}

const walksPerRound = 40

/** An upstream to walk before, and the same without B where answers can be compared. */
export type Target = { readonly open: OpenUpstream; readonly compared: boolean }

/** Walks until this many requests were made, or something of B's showed or changed. Spec: THR-22, THR-23, GW-37 */
export const runBoundary = async (
  { open, compared }: Target,
  { requests, seed }: { readonly requests: number; readonly seed: number },
): Promise<Found> => {
  const stages = [openStage(), openStage()] as const
  const statuses = new Map<number, number>()
  let made = 0
  const count = (status: number): void => {
    made += 1
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  const property = fc.asyncProperty(walks, async (walk) => {
    const side = await openSide(stages[0], open(universe))
    const without = compared ? await openSide(stages[1], open(twin)) : undefined
    await take(walk, { side, without, count })
  })
  for (let round = 0; made < requests; round += 1) {
    const details = await fc.check(property, { seed: seed + round, numRuns: walksPerRound })
    if (details.failed)
      return { requests: made, statuses, failure: failureOf(details.errorInstance, details.counterexample?.[0]) }
  }
  for (const { fixture } of stages) await fixture.app.close()
  return { requests: made, statuses }
}

const failureOf = (error: unknown, walk: Walk | undefined): NonNullable<Found['failure']> => {
  if (!(error instanceof BoundaryError)) throw error
  const { sent, status, text } = error.exchange
  const lines = [
    `${error.kind}: ${error.message}`,
    `token: ${JSON.stringify(error.claims)}`,
    `request: ${sent.method} ${sent.target}`,
    `body: ${sent.body}`,
    `answer: ${status} ${text.slice(0, 2000)}`,
    `walk: ${JSON.stringify(walk)}`,
  ]
  return { kind: error.kind, text: lines.join('\n') }
}
