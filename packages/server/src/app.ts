import type { FastifyInstance } from 'fastify'
import { type Answer, json, noStore } from './answer.ts'
import { authorize } from './authorize/authorize.ts'
import { consent } from './authorize/consent.ts'
import { consentPreview } from './authorize/consent-preview.ts'
import { pushedRequest } from './authorize/pushed-request.ts'
import { selectContext } from './authorize/select-context.ts'
import { attestationChallenge } from './clients/challenge.ts'
import { limitGuesses } from './clients/limit-guesses.ts'
import { register } from './clients/register.ts'
import { registeredClient } from './clients/registered-client.ts'
import { brands } from './discovery/brands.ts'
import { jwks } from './discovery/jwks.ts'
import { openidConfiguration } from './discovery/openid-configuration.ts'
import { scopeDescriptions } from './discovery/scope-descriptions.ts'
import { smartConfiguration } from './discovery/smart-configuration.ts'
import type { Env } from './env.ts'
import { answerErrorAsJson } from './errors/answer-error.ts'
import { answerErrorAsPage, errorPage } from './errors/error-page.ts'
import type { Feature } from './features.ts'
import { manage } from './grants/manage.ts'
import { receipt } from './grants/receipt.ts'
import { createLaunch } from './launch/create-launch.ts'
import { style } from './launch/style.ts'
import { type ErrorEdge, issuerPath, mount, type Route } from './mount.ts'
import { signIn } from './sign-in/sign-in.ts'
import { signOut } from './sign-in/sign-out.ts'
import { finishUpstream, startUpstream } from './sign-in/upstream.ts'
import { introspect } from './token/introspect.ts'
import { revocationFeed } from './token/revocation-feed.ts'
import { revoke } from './token/revoke.ts'
import { token } from './token/token.ts'
import { userinfo } from './token/userinfo.ts'
import { withLanguage } from './ui/language.ts'
import { stylePath } from './ui/page.ts'
import { stylesheet } from './ui/stylesheet.ts'

const live = async (): Promise<Answer> => noStore(json(200, { status: 'ok' }))

const ready = async (_input: unknown, env: Env): Promise<Answer> => {
  await env.store.check()
  return noStore(json(200, { status: 'ok' }))
}

/** What programs call from any origin; errors are JSON. */
const api = (methods: Route['methods'], path: string, endpoint: Route['endpoint']): Route => ({
  methods,
  path,
  endpoint,
  feature: 'core',
  cors: 'any',
  errors: 'json',
})
/** What a person's browser opens: no other origin may read it, and its errors are pages. */
const page = (path: string, endpoint: Route['endpoint']): Route => ({
  methods: ['GET', 'POST'],
  path,
  endpoint,
  feature: 'core',
  cors: 'none',
  errors: 'page',
})
const get = (path: string, endpoint: Route['endpoint']): Route => api(['GET'], path, endpoint)
const post = (path: string, endpoint: Route['endpoint']): Route => api(['POST'], path, endpoint)

/** The same, only while a feature is on. */
const on = (feature: Feature, route: Route): Route => ({ ...route, feature })

/** The same for programs that are no browser: no origin is answered. */
const sameOrigin = (route: Route): Route => ({ ...route, cors: 'none' })

/** THE MAP: every public route in protocol order. Read top to bottom: the life of a launch. */
const publicRoutes: readonly Route[] = [
  get('/.well-known/smart-configuration', smartConfiguration),
  get('/.well-known/openid-configuration', openidConfiguration),
  { ...get('/.well-known/oauth-authorization-server', openidConfiguration), pathBehind: true },
  get('/.well-known/smart-scope-descriptions', scopeDescriptions),
  get('/jwks', jwks),
  get('/brands', brands),
  on('attestation', post('/challenge', attestationChallenge)),
  on('registration', post('/register', register)),
  on('registration', api(['GET', 'PUT', 'DELETE'], '/register/:id', registeredClient)),
  sameOrigin(post('/launch', limitGuesses(createLaunch))),
  post('/par', limitGuesses(pushedRequest)),
  page('/authorize', authorize),
  page('/sign-in', withLanguage(signIn)),
  page('/sign-in/with/:provider', startUpstream),
  page('/sign-in/callback', finishUpstream),
  page('/context', withLanguage(selectContext)),
  page('/consent', withLanguage(consent)),
  post('/token', limitGuesses(token)),
  api(['GET', 'POST'], '/userinfo', userinfo),
  post('/introspect', limitGuesses(introspect)),
  sameOrigin(get('/revocations', revocationFeed)),
  post('/revoke', limitGuesses(revoke)),
  page('/grants', withLanguage(manage)),
  page('/receipts/:id', withLanguage(receipt)),
  page('/sign-out', withLanguage(signOut)),
  page('/errors/:urn/instances/:id', withLanguage(errorPage)),
  page('/developer/consent-preview', withLanguage(consentPreview)),
  page(stylePath, stylesheet),
  get('/style/:file', style),
  sameOrigin(get('/health/live', live)),
  sameOrigin(get('/health/ready', ready)),
]

const errorEdge: ErrorEdge = (error, { route, input, env }) =>
  route.errors === 'page' ? answerErrorAsPage(error, input, env) : answerErrorAsJson(error, input, env)

/** The public application: what browsers, apps and gateways reach. */
export const publicApp = (env: Env): Promise<FastifyInstance> =>
  mount(publicRoutes, env, { prefix: issuerPath(env), answerError: errorEdge })
