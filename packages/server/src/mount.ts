import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { type Answer, type Endpoint, empty, type Input, type Pair, withHeaders } from './answer.ts'
import { forwardedCertificate } from './clients/certificate.ts'
import type { Env } from './env.ts'
import { OAuthError } from './errors/oauth-error.ts'
import { type Feature, isOn } from './features.ts'

/** A line of the map. `cors: 'any'` answers every origin without credentials: what is public or carries its own token. Spec: AL-16, AL-17, IN-22 */
export type Route = {
  readonly methods: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[]
  /** Below the issuer URL; `:name` is a path parameter. */
  readonly path: string
  /** Also served with the issuer's path behind its own, where RFC 8414 §3.1 looks for a document of the host. */
  readonly pathBehind?: true
  readonly endpoint: Endpoint<Env>
  readonly feature: Feature
  readonly cors: 'any' | 'none'
  /** Who reads its errors: a person (a page) or a program (JSON). */
  readonly errors: 'page' | 'json'
}

/** Where an error met the edge; `input` is absent when the request could not even be read. */
export type Place = { readonly route: Pick<Route, 'errors'>; readonly input: Input | undefined; readonly env: Env }

/** How errors become answers; `app.ts` passes `errors/`. */
export type ErrorEdge = (error: unknown, place: Place) => Answer

/** The largest request body, in bytes. Registration documents are the largest thing we take. */
const bodyLimit = 256 * 1024

const corsHeaders: readonly Pair[] = [
  ['access-control-allow-origin', '*'],
  ['access-control-expose-headers', 'WWW-Authenticate, DPoP-Nonce, ETag, Retry-After, Date'],
]

const preflightHeaders: readonly Pair[] = [
  ...corsHeaders,
  ['access-control-allow-methods', 'GET, POST, PUT, DELETE, OPTIONS'],
  ['access-control-allow-headers', 'Authorization, Content-Type, Accept, DPoP, If-Match, If-None-Match'],
  ['access-control-max-age', '600'],
]

/** Below which path a map is mounted, and how its errors are answered. */
export type Mounting = { readonly prefix: string; readonly answerError: ErrorEdge }

/** The path of the issuer's URL, below which every public route stands. */
export const issuerPath = ({ config }: Pick<Env, 'config'>): string =>
  new URL(config.issuer).pathname.replace(/\/$/, '')

/** Fastify with a map mounted. The only file that knows Fastify. */
export const mount = async (
  routes: readonly Route[],
  env: Env,
  { prefix, answerError }: Mounting,
): Promise<FastifyInstance> => {
  const app = fastify({
    bodyLimit,
    requestTimeout: 15_000,
    trustProxy: [...env.config.listen.trustedProxies],
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 512 },
  })
  await app.register(cookie)
  await app.register(formbody, { parser: (text) => ({ pairs: [...new URLSearchParams(text)] }) })
  const open = routes.filter(({ feature }) => isOn(feature, env.config))
  for (const route of [...open, ...open.flatMap((one) => otherMethods(one, open))])
    for (const url of urlsOf(route, prefix)) mountRoute(app, { route, url }, { env, answerError })
  const answering = open.filter(({ cors }) => cors === 'any')
  for (const url of new Set(answering.flatMap((route) => urlsOf(route, prefix))))
    app.options(url, (_request, reply) => send(reply, withHeaders(empty(204), preflightHeaders)))
  app.setNotFoundHandler((_request, reply) =>
    send(reply, answerError(notFound(), { route: nowhere, input: undefined, env })),
  )
  return app
}

/** Where a route is served: under the issuer's path, and for RFC 8414 also with that path behind. */
const urlsOf = ({ path, pathBehind }: Route, prefix: string): readonly string[] =>
  pathBehind && prefix !== '' ? [`${prefix}${path}`, `${path}${prefix}`] : [`${prefix}${path}`]

const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const

/** A route that answers 405 for the methods a path does not have. Each path is looked at once. Spec: RFC-03 */
const otherMethods = (route: Route, routes: readonly Route[]): readonly Route[] => {
  const same = routes.filter(({ path }) => path === route.path)
  const allowed = same.flatMap((one) => one.methods)
  const refused = methods.filter((method) => !allowed.includes(method))
  if (same[0] !== route || refused.length === 0) return []
  const endpoint = async (): Promise<Answer> => {
    throw new OAuthError('request:method', {
      description: `Use ${allowed.join(' or ')} here.`,
      headers: { allow: allowed.join(', ') },
    })
  }
  return [{ ...route, methods: refused, endpoint }]
}

const notFound = (): OAuthError =>
  new OAuthError('request:not-found', { description: 'There is nothing at this path.' })

/** Where a request is that no route takes: whoever asks is more likely a program than a person. */
const nowhere: Pick<Route, 'errors'> = { errors: 'json' }

const mountRoute = (
  app: FastifyInstance,
  { route, url }: { readonly route: Route; readonly url: string },
  { env, answerError }: { readonly env: Env; readonly answerError: ErrorEdge },
): void => {
  const finish = (reply: FastifyReply, answer: Answer): FastifyReply => {
    env.count('requests', { method: reply.request.method, route: route.path, status: `${answer.status}` })
    return send(reply, route.cors === 'any' ? withHeaders(answer, corsHeaders) : answer)
  }
  app.route({
    method: [...route.methods],
    url,
    handler: async (request, reply) => {
      let input: Input | undefined
      try {
        input = toInput(request, env)
        return finish(reply, await route.endpoint(input, env))
      } catch (error) {
        return finish(reply, answerError(error, { route, input, env }))
      }
    },
    errorHandler: (error, _request, reply) =>
      finish(reply, answerError(translate(error), { route, input: undefined, env })),
  })
}

/** What Fastify itself refuses (body too large, unknown media type, JSON that does not parse) in our own terms. */
const translate = (error: unknown): unknown => {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined
  if (status === 413)
    return new OAuthError('request:too-large', { description: `The body is larger than ${bodyLimit} bytes.` })
  if (status === 415)
    return new OAuthError('request:content-type', {
      description: 'Send application/x-www-form-urlencoded, or application/json where JSON is asked for.',
    })
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new OAuthError('request:malformed', { description: 'The body could not be parsed.', cause: error })
  return error
}

const toInput = (request: FastifyRequest, env: Env): Input => {
  const url = new URL(request.raw.url ?? '/', env.config.issuer)
  const body: unknown = request.body
  const isForm =
    typeof body === 'object' &&
    body !== null &&
    (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  const headers = rawHeaders(request)
  return {
    method: request.method,
    url,
    path: request.params as Readonly<Record<string, string>>,
    query: [...url.searchParams],
    form: isForm ? ((body as { pairs?: Pair[] }).pairs ?? []) : undefined,
    json: isForm ? undefined : body,
    headers,
    cookies: Object.fromEntries(Object.entries(request.cookies).map(([name, value]) => [name, value ?? ''])),
    remoteAddress: request.ip,
    clientCertificate: forwardedCertificate(
      headers['client-cert'],
      request.raw.socket.remoteAddress,
      env.config.listen,
    ),
  }
}

/** Node joins some repeated headers and drops others; a doubled `Authorization` must be seen as what it is. Spec: THR-34 */
const rawHeaders = (request: FastifyRequest): Input['headers'] => {
  const headers: Record<string, string | readonly string[]> = {}
  const sent = request.raw.rawHeaders
  for (let at = 0; at + 1 < sent.length; at += 2) {
    const name = (sent[at] ?? '').toLowerCase()
    const value = sent[at + 1] ?? ''
    const before = headers[name]
    headers[name] = before === undefined ? value : [before, value].flat()
  }
  return headers
}

const send = (reply: FastifyReply, answer: Answer): FastifyReply => {
  reply.code(answer.status)
  for (const [name, value] of answer.headers) reply.header(name, value)
  return reply.send(answer.body)
}
