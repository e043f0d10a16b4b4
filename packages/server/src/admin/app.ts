import type { FastifyInstance } from 'fastify'
import { type Answer, json, noStore } from '../answer.ts'
import type { Env } from '../env.ts'
import { answerErrorAsJson } from '../errors/answer-error.ts'
import { mount, type Route } from '../mount.ts'
import { openApiDocument } from './openapi.ts'
import { operations } from './operations.ts'

/**
 * For operators, on a listener of their own: health, metrics and the admin API. This folder owns what an operator may do and
 * how it is asked for; the command line calls the same functions.
 */

/** What every line of this map shares: a program asks, no browser of another origin may. */
const forOperators = { feature: 'core', cors: 'none', errors: 'json' } as const

const live = async (): Promise<Answer> => noStore(json(200, { status: 'ok' }))

const ready = async (_input: unknown, env: Env): Promise<Answer> => {
  await env.store.check()
  return noStore(json(200, { status: 'ok' }))
}

const openApi = async (): Promise<Answer> => json(200, openApiDocument())

/** The operators' application. `metricsText` is the page Prometheus reads. */
export const operatorApp = (env: Env, metricsText: () => Promise<string>): Promise<FastifyInstance> => {
  const metrics = async (): Promise<Answer> =>
    noStore({ status: 200, headers: [['content-type', 'text/plain; version=0.0.4']], body: await metricsText() })
  const routes: readonly Route[] = [
    { methods: ['GET'], path: '/health/live', endpoint: live, ...forOperators },
    { methods: ['GET'], path: '/health/ready', endpoint: ready, ...forOperators },
    { methods: ['GET'], path: '/metrics', endpoint: metrics, ...forOperators },
    { methods: ['GET'], path: '/openapi.json', endpoint: openApi, ...forOperators },
    ...operations.map(({ operation, endpoint }) => ({
      methods: [operation.method],
      path: operation.path,
      endpoint,
      ...forOperators,
    })),
  ]
  return mount(routes, env, { prefix: '', answerError: (error, { input }) => answerErrorAsJson(error, input, env) })
}
