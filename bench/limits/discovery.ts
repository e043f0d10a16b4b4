import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { issuer } from '../scene.ts'
import type { Serve } from '../work.ts'

/** The bare core of discovery: bytes prepared once, as many as a real document has. */
export const serve: Serve = async () => {
  const bytes = Buffer.from(JSON.stringify({ issuer, padding: 'x'.repeat(2_000) }))
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length }
  const server = createServer((_request, response) => {
    response.writeHead(200, headers)
    response.end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seeds: [] }
}
