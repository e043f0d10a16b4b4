import type { FastifyInstance } from 'fastify'
import { type Answer, json, noStore } from './answer.ts'
import { authorize } from './authorize/authorize.ts'
import { consent } from './authorize/consent.ts'
import { selectContext } from './authorize/select-context.ts'
import type { Env } from './env.ts'
import { answerErrorAsJson } from './errors/answer-error.ts'
import { answerErrorAsPage, errorPage } from './errors/error-page.ts'
import { type ErrorEdge, mount, type Route } from './mount.ts'
import { signIn } from './sign-in/sign-in.ts'
import { signOut } from './sign-in/sign-out.ts'
import { stylePath } from './ui/page.ts'
import { stylesheet } from './ui/stylesheet.ts'

/** What a person's browser opens: no other origin may read it, and its errors are pages. */
const forPeople = { feature: 'core', cors: 'none', errors: 'page' } as const

const live = async (): Promise<Answer> => noStore(json(200, { status: 'ok' }))

const ready = async (_input: unknown, env: Env): Promise<Answer> => {
  await env.store.check()
  return noStore(json(200, { status: 'ok' }))
}

/** THE MAP: every public route in protocol order. Read top to bottom: the life of a launch. */
const publicRoutes: readonly Route[] = [
  { methods: ['GET', 'POST'], path: '/authorize', endpoint: authorize, ...forPeople },
  { methods: ['GET', 'POST'], path: '/sign-in', endpoint: signIn, ...forPeople },
  { methods: ['GET', 'POST'], path: '/context', endpoint: selectContext, ...forPeople },
  { methods: ['GET', 'POST'], path: '/consent', endpoint: consent, ...forPeople },
  { methods: ['GET', 'POST'], path: '/sign-out', endpoint: signOut, ...forPeople },
  { methods: ['GET'], path: '/errors/:urn/instances/:id', endpoint: errorPage, ...forPeople },
  { methods: ['GET'], path: stylePath, endpoint: stylesheet, ...forPeople },
  { methods: ['GET'], path: '/health/live', endpoint: live, feature: 'core', cors: 'none', errors: 'json' },
  { methods: ['GET'], path: '/health/ready', endpoint: ready, feature: 'core', cors: 'none', errors: 'json' },
]

const errorEdge: ErrorEdge = (error, { route, input, env }) =>
  route.errors === 'page' ? answerErrorAsPage(error, input, env) : answerErrorAsJson(error, input, env)

/** The public application: what browsers, apps and gateways reach. */
export const publicApp = (env: Env): Promise<FastifyInstance> => mount(publicRoutes, env, errorEdge)
