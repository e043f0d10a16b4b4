import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a limit answers to a form. */
export type BareAnswer = (form: URLSearchParams, request: IncomingMessage) => Promise<string>

/** The least an HTTP server can be: the whole body, one function, one JSON text. Tells its URL. */
export const listenBare = async (answer: BareAnswer): Promise<string> => {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', async () => {
      const text = await answer(new URLSearchParams(body), request)
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      response.end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
