import { createServer, type RequestListener } from 'node:http'

/** A developer's own app on the port that the sandbox's demo clients name in their redirect URIs. */
export type Tool = {
  readonly origin: string
  /** The URL of the next request to the redirect URI, in full. */
  readonly callback: () => Promise<URL>
  readonly close: () => Promise<void>
}

/** Listens at the origin of the redirect URI. `pages` answers everything; without it every request gets a short page. */
export const openTool = async (redirectUri: string, pages?: RequestListener): Promise<Tool> => {
  const { origin, port, pathname } = new URL(redirectUri)
  const arrived: URL[] = []
  let waiting: ((url: URL) => void) | undefined
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', origin)
    if (url.pathname === pathname && waiting !== undefined) waiting(url)
    else if (url.pathname === pathname) arrived.push(url)
    if (pages !== undefined) return pages(request, response)
    response.writeHead(200, { 'content-type': 'text/html' })
    return response.end('<!doctype html><title>Back at the app</title><h1>Back at the app</h1>')
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(Number(port), 'localhost', resolve))
  return {
    origin,
    callback: () => {
      const known = arrived.shift()
      if (known !== undefined) return Promise.resolve(known)
      return new Promise((resolve) => {
        waiting = (url) => {
          waiting = undefined
          resolve(url)
        }
      })
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
