import type { Readable } from 'node:stream'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { type Answer, fhirJson, type Input } from './answer.ts'
import { handle } from './app.ts'
import { refuse } from './denial.ts'
import { deny } from './denial-reasons.ts'
import type { Gateway } from './gateway.ts'
import { corsHeaders, standingHeaders } from './headers.ts'

/**
 * Fastify around the gateway. The only file that knows it. Routing is not Fastify's: a router that decodes, normalises or
 * guesses would be a second reader of the path, and two readers are how paths are smuggled. Spec: GW-08, THR-34
 */
export const mount = (gateway: Gateway): FastifyInstance => {
  const app = fastify({ bodyLimit: gateway.config.limits.bodyBytes, rewriteUrl: () => '/', requestTimeout: 60_000 })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.all('/', async (request, reply) => {
    const answer = await handle(toInput(request, reply), gateway)
    reply.code(answer.status)
    for (const [name, value] of answer.headers) reply.header(name, value)
    return reply.send(asPayload(answer))
  })
  app.setErrorHandler((error, request, reply) => {
    const answer = edgeError(error)
    reply.code(answer.status)
    for (const [name, value] of [
      ...answer.headers,
      ...standingHeaders,
      ...corsHeaders(gateway.config, toInput(request, reply)),
    ])
      reply.header(name, value)
    return reply.send(asPayload(answer))
  })
  app.addHook('onClose', async () => gateway.stop())
  return app
}

/**
 * Text stays text where its media type says the charset: head and body then leave in one write. Otherwise bytes, so that
 * Fastify does not complete the media type.
 */
const asPayload = ({ headers, body }: Answer): string | Buffer | Readable => {
  if (typeof body === 'string') return headers[0] === fhirJson ? body : Buffer.from(body)
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : body
}

/** What Fastify itself refuses, in our own terms. */
const edgeError = (error: unknown): Answer => {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) return refuse(deny('too-large'))
  return refuse(deny(typeof status === 'number' && status < 500 ? 'malformed-body' : 'unexpected-fault'))
}

const none = new Uint8Array()

const toInput = (request: FastifyRequest, reply: FastifyReply): Input => {
  const { raw } = request
  return {
    method: raw.method ?? '',
    target: request.originalUrl,
    headers: distinctHeaders(raw.rawHeaders),
    body: request.body instanceof Uint8Array ? request.body : none,
    remoteAddress: request.ip,
    signal: abortOnClose(reply),
  }
}

/** Node joins some repeated headers and drops others; a doubled `Authorization` has to be seen as what it is. Spec: THR-34 */
const distinctHeaders = (raw: readonly string[]): Input['headers'] => {
  const headers: Record<string, string | readonly string[]> = {}
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase()
    const value = raw[at + 1] ?? ''
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined
    headers[name] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value]
  }
  return headers
}

/** Ends the work upstream when the client has gone. On the answer, not on the socket: a kept connection serves many. */
const abortOnClose = ({ raw }: FastifyReply): AbortSignal => {
  const controller = new AbortController()
  raw.once('close', () => raw.writableFinished || controller.abort())
  return controller.signal
}
