import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Pool } from 'undici'
import type { Serve } from '../work.ts'

/** Starts the prepared FHIR server and tells its origin; it ends with this process. */
export const startUpstream = async (base: string): Promise<string> => {
  const [origin] = await once(fork(join(import.meta.dirname, '../upstream.ts'), [base]), 'message')
  return String(origin)
}

/**
 * The raw limit of the gateway: every byte streamed to and from the upstream, nothing looked at. For the filtered search,
 * the body is parsed once, as any filter must, and sent on as it came.
 */
export const serve: Serve = async (work) => {
  const upstream = new Pool(await startUpstream('http://upstream.example/fhir'), { connections: 64 })
  const parses = work === 'gateway-search'
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    if (parses) {
      upstream.request({ path, method: 'GET' }).then(async ({ statusCode, body }) => {
        const text = await body.text()
        JSON.parse(text)
        response.writeHead(statusCode, {
          'content-type': 'application/fhir+json',
          'content-length': Buffer.byteLength(text),
        })
        response.end(text)
      })
      return
    }
    upstream.stream({ path, method: 'GET', opaque: response }, ({ statusCode, headers, opaque }) => {
      const to = opaque as typeof response
      return to.writeHead(statusCode, headers as Record<string, string>)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seeds: ['none'] }
}
