import { createServer, type RequestListener, type Server } from 'node:http'

/** Something that listens until it is closed. */
export type Listening = { readonly close: () => Promise<void> }

/** Another program has the port. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken'
  readonly port: number

  constructor(port: number) {
    super(`port ${port} is taken`)
    this.port = port
  }
}

const isCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(isCode(error, 'EADDRINUSE') ? new PortTaken(port) : error))
    server.listen(port, host, () => resolve())
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** Throws `PortTaken` for the first port that another program holds: said before any work is done. */
export async function checkPorts(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const probe = createServer()
    await listen(probe, port, '127.0.0.1')
    await close(probe)
  }
}

/**
 * Listens on `localhost` and nowhere else: on 127.0.0.1 and, where the computer has IPv6, on ::1. Requests that name
 * another host are refused, so that no web page can reach the sandbox by a name of its own.
 */
export async function listenOnLoopback(port: number, listener: RequestListener): Promise<Listening> {
  const hosts = new Set(['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`))
  const guarded: RequestListener = (request, response) => {
    if (hosts.has(request.headers.host ?? '')) return listener(request, response)
    response.writeHead(421, { 'content-type': 'text/plain' })
    response.end('This address is not of the sandbox.\n')
  }
  const servers = [createServer(guarded), createServer(guarded)] as const
  await listen(servers[0], port, '127.0.0.1')
  const six = await listen(servers[1], port, '::1').then(
    () => true,
    () => false,
  )
  const open = six ? [...servers] : [servers[0]]
  return {
    close: async () => {
      await Promise.all(open.map(close))
    },
  }
}
