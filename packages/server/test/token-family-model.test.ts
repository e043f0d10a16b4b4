import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashSecret } from '../src/secret.ts'
import type { TestEnv } from './env.ts'
import { aClient, newCode, type TokenWorld, tokenWorld } from './token-world.ts'

/**
 * The contract of rotation as a model of a few lines, run beside the real server and store in random order. A generation
 * is a position in the chain of tokens the rightful client has seen.
 */
type Model = {
  /** Seconds since start at which each generation was first used. */
  readonly usedAt: (number | undefined)[]
  now: number
  state: 'active' | 'suspended' | 'revoked'
}

type Real = { readonly world: TokenWorld; readonly tokens: string[] }

const window = 30

/** What the contract says about presenting generation `index` now; TOK-10, TOK-11, TOK-17. */
const expectation = ({ usedAt, now, state }: Model, index: number): 'rotated' | 'replayed' | 'reuse' | 'refused' => {
  if (state !== 'active') return 'refused'
  const first = usedAt[index]
  if (first === undefined) return 'rotated'
  return now - first <= window && usedAt[index + 1] === undefined ? 'replayed' : 'reuse'
}

const refresh = async ({ world, tokens }: Real, index: number, form: Record<string, string> = {}) => {
  const request = { grant_type: 'refresh_token', refresh_token: tokens[index], client_id: aClient.id, ...form }
  const answer = await world.post(request)
  return { status: answer.statusCode, body: answer.json() }
}

type Command = fc.AsyncCommand<Model, Real>

const command = (
  name: string,
  run: Command['run'],
  check: (model: Readonly<Model>) => boolean = () => true,
): Command => ({
  run,
  check,
  toString: () => name,
})

/** Presents the token `back` generations before the newest one. */
const present = (back: number): Command =>
  command(`present(-${back})`, async (model, real) => {
    const index = Math.max(0, real.tokens.length - 1 - back)
    const expected = expectation(model, index)
    const { status, body } = await refresh(real, index)
    if (expected === 'rotated') {
      expect(status).toBe(200)
      expect(real.tokens).not.toContain(body.refresh_token)
      real.tokens.push(body.refresh_token)
      model.usedAt[index] = model.now
    } else if (expected === 'replayed') {
      expect([status, body.refresh_token]).toEqual([200, real.tokens[index + 1]])
    } else {
      expect([status, body.error]).toEqual([400, 'invalid_grant'])
      if (expected === 'reuse') model.state = 'revoked'
    }
  })

/** Two requests with the newest token at once. */
const presentTwice = command(
  'presentTwice',
  async (model, real) => {
    const index = real.tokens.length - 1
    const both = await Promise.all([refresh(real, index), refresh(real, index)])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    const [successor, ...others] = new Set(both.map(({ body }) => String(body.refresh_token)))
    expect(others).toEqual([])
    real.tokens.push(String(successor))
    model.usedAt[index] = model.now
  },
  ({ state }) => state === 'active',
)

/** A thief who holds a token but not the client; the client asking for more scope. Neither may change anything. */
const nuisance = (form: Record<string, string>): Command =>
  command(`nuisance(${JSON.stringify(form)})`, async (_model, real) => {
    expect((await refresh(real, real.tokens.length - 1, form)).status).toBe(400)
  })

const pass = (seconds: number): Command =>
  command(`pass(${seconds})`, async (model, { world }) => {
    world.env.clock.advance(seconds)
    model.now += seconds
  })

/** Suspends and resumes, as an identity check and a person would. */
const toggle = command(
  'toggle',
  async (model, { world: { env } }) => {
    const suspend = model.state === 'active'
    const done = suspend
      ? await env.store.grants.suspend('g', 'organization_changed', env.now())
      : await env.store.grants.resume('g', {}, env.now())
    expect(done).toBe(true)
    model.state = suspend ? 'suspended' : 'active'
  },
  ({ state }) => state !== 'revoked',
)

const commands = fc.commands(
  [
    fc.integer({ min: 0, max: 3 }).map(present),
    fc.constant(present(0)),
    fc.constant(presentTwice),
    fc.constantFrom({ client_id: 'thief' }, { scope: 'patient/*.cruds' }).map(nuisance),
    fc.constantFrom(1, 29, 30, 31, 3600).map(pass),
    fc.constant(toggle),
  ],
  { maxCommands: 30 },
)

/** TOK-14: what is consumed stays as evidence, and no raw token is ever in the store. */
const checkEvidence = async (env: TestEnv, { tokens }: Real): Promise<void> => {
  for (const text of tokens) {
    const presented = await env.store.tokens.presentRefreshToken(hashSecret(text))
    expect(presented?.token.grantId).toBe('g')
    expect(JSON.stringify(presented)).not.toContain(text)
  }
}

test('TOK-10 TOK-11 TOK-13 TOK-14 TOK-17 in any order of events the server does what the contract says', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (plan) => {
      const world = await tokenWorld()
      await world.env.store.clients.create({ ...aClient, id: 'thief' })
      const first = (await world.redeem(await newCode(world.env, { grant: { id: 'g' } }))).json().refresh_token
      const real: Real = { world, tokens: [first] }
      await fc.asyncModelRun(() => ({ model: { usedAt: [], now: 0, state: 'active' } satisfies Model, real }), plan)
      await checkEvidence(world.env, real)
    }),
    { numRuns: 60 },
  )
})
