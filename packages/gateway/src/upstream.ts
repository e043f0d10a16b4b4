import { Readable } from 'node:stream'
import { type Dispatcher, errors, Pool } from 'undici'
import type { Config, LocationConfig } from './config.ts'
import { type Env, type UpstreamAnswer, UpstreamError, type UpstreamRequest } from './env.ts'

/** Connection pools to the servers behind the gateway, one per location, with its credential and time limits. */
export type Upstreams = { readonly send: Env['upstream']; readonly close: () => Promise<void> }

/** Opens the pools of a configuration. The only file that knows undici. Spec: BS-05 */
export const openUpstreams = ({ locations }: Config): Upstreams => {
  const pools = new Map(locations.map((location) => [location.base, openPool(location)]))
  return {
    send: (request) => {
      const pool = pools.get(request.location)
      return pool === undefined ? Promise.reject(new UpstreamError('failed')) : pool.send(request)
    },
    close: async () => {
      await Promise.all([...pools.values()].map(({ close }) => close()))
    },
  }
}

const openPool = ({ upstream }: LocationConfig) => {
  const { origin, pathname } = new URL(upstream.url)
  const { credential, timeouts } = upstream
  const mutual =
    credential !== undefined && 'clientCertificate' in credential ? credential.clientCertificate : undefined
  const pool = new Pool(origin, {
    connections: upstream.connections,
    headersTimeout: timeouts.headersSeconds * 1000,
    bodyTimeout: timeouts.idleSeconds * 1000,
    connect: {
      timeout: timeouts.connectSeconds * 1000,
      minVersion: 'TLSv1.2',
      ...(upstream.certificateAuthority !== undefined && { ca: upstream.certificateAuthority }),
      ...(mutual !== undefined && { cert: mutual.certificate, key: mutual.key }),
    },
  })
  const authorization = authorizationHeader(credential)
  const prefix = pathname.replace(/\/$/, '')
  return {
    send: (request: UpstreamRequest): Promise<UpstreamAnswer> => {
      const path =
        request.target === '' || request.target.startsWith('?')
          ? `${prefix}${request.target}`
          : `${prefix}/${request.target}`
      const headers = authorization === undefined ? request.headers : { ...request.headers, authorization }
      return dispatch(pool, request, { path, headers })
    },
    close: () => pool.close(),
  }
}

const authorizationHeader = (credential: LocationConfig['upstream']['credential']): string | undefined => {
  if (credential === undefined || 'clientCertificate' in credential) return undefined
  if ('bearer' in credential) return `Bearer ${credential.bearer}`
  const { user, password } = credential.basic
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

type Where = { readonly path: string; readonly headers: Readonly<Record<string, string>> }

const dispatch = (pool: Pool, request: UpstreamRequest, where: Where): Promise<UpstreamAnswer> =>
  new Promise((resolve, reject) => {
    const handler =
      request.take === 'stream' ? streaming(request, resolve, reject) : collecting(request, resolve, reject)
    pool.dispatch({ ...where, method: request.method as Dispatcher.HttpMethod, body: request.body ?? null }, handler)
  })

type Settle = readonly [resolve: (answer: UpstreamAnswer) => void, reject: (fault: UpstreamError) => void]

const headersOf = (headers: Readonly<Record<string, string | string[] | undefined>>): UpstreamAnswer['headers'] => {
  const plain: Record<string, string | undefined> = {}
  for (const name in headers) {
    const value = headers[name]
    plain[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return plain
}

/** A client that goes away ends the work upstream. */
const abortWith = ({ signal }: UpstreamRequest, controller: Dispatcher.DispatchController): void => {
  const abort = (): void => controller.abort(new UpstreamError('aborted'))
  if (signal?.aborted) abort()
  else signal?.addEventListener('abort', abort, { once: true })
}

const collecting = (request: UpstreamRequest, ...[resolve, reject]: Settle): Dispatcher.DispatchHandler => {
  const chunks: Buffer[] = []
  let size = 0
  let status = 0
  let headers: UpstreamAnswer['headers'] = {}
  return {
    onRequestStart: (controller) => abortWith(request, controller),
    onResponseStart: (_controller, code, received) => {
      status = code
      headers = headersOf(received)
    },
    onResponseData: (controller, chunk) => {
      size += chunk.length
      if (size > request.maxBytes) controller.abort(new UpstreamError('too-large'))
      else chunks.push(chunk)
    },
    onResponseEnd: () =>
      resolve({ status, headers, body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) }),
    onResponseError: (_controller, error) => reject(faultOf(error)),
  }
}

const streaming = (request: UpstreamRequest, ...[resolve, reject]: Settle): Dispatcher.DispatchHandler => {
  let body: Readable | undefined
  return {
    onRequestStart: (controller) => abortWith(request, controller),
    onResponseStart: (controller, status, received) => {
      if (status < 200) return
      const stream = new Readable({
        read: () => controller.resume(),
        destroy: (error, done) => {
          if (error !== null) controller.abort(error)
          done(error)
        },
      })
      body = stream
      resolve({ status, headers: headersOf(received), body: stream })
    },
    onResponseData: (controller, chunk) => {
      if (body?.push(chunk) === false) controller.pause()
    },
    onResponseEnd: () => void body?.push(null),
    onResponseError: (_controller, error) => {
      const fault = faultOf(error)
      if (body === undefined) reject(fault)
      else body.destroy(fault)
    },
  }
}

const faultOf = (error: Error): UpstreamError => {
  if (error instanceof UpstreamError) return error
  const isTimeout =
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError
  return new UpstreamError(isTimeout ? 'timeout' : 'failed', error)
}
