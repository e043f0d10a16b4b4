import type { FastifyInstance } from 'fastify'
import { type Answer, json, noStore } from './answer.ts'
import type { Env } from './env.ts'
import { answerErrorAsJson } from './errors/answer-error.ts'
import { type ErrorEdge, mount, type Route } from './mount.ts'
import { token } from './token/token.ts'

const live = async (): Promise<Answer> => noStore(json(200, { status: 'ok' }))

const ready = async (_input: unknown, env: Env): Promise<Answer> => {
  await env.store.check()
  return noStore(json(200, { status: 'ok' }))
}

/** THE MAP: every public route in protocol order. Read top to bottom: the life of a launch. */
const publicRoutes: readonly Route[] = [
  { methods: ['POST'], path: '/token', endpoint: token, feature: 'core', cors: 'any', errors: 'json' },
  { methods: ['GET'], path: '/health/live', endpoint: live, feature: 'core', cors: 'none', errors: 'json' },
  { methods: ['GET'], path: '/health/ready', endpoint: ready, feature: 'core', cors: 'none', errors: 'json' },
]

const errorEdge: ErrorEdge = (error, { input, env }) => answerErrorAsJson(error, input, env)

/** The public application: what browsers, apps and gateways reach. */
export const publicApp = (env: Env): Promise<FastifyInstance> => mount(publicRoutes, env, errorEdge)
