import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { type AppName, buildApp, contentSecurityPolicy } from './apps/build.ts'
import type { AppConfig } from './apps/kit/config.ts'
import { type Listening, listenOnLoopback } from './loopback.ts'

/** A demo app and where it is served: a port, and so an origin, of its own. */
export type HostedApp = { readonly name: AppName; readonly port: number; readonly config: AppConfig }

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The file that a path means: itself, or the page of a folder. Undefined for what is not there, or not below `root`. */
export function findFile(root: string, pathname: string): string | undefined {
  let path: string
  try {
    path = normalize(decodeURIComponent(pathname))
  } catch {
    return undefined
  }
  if (path.includes('\0') || path.split('/').includes('..')) return undefined
  const candidates = extname(path) === '' ? [join(root, path, 'index.html')] : [join(root, path)]
  return candidates.find(
    (file) => file.startsWith(root) && statSync(file, { throwIfNoEntry: false })?.isFile() === true,
  )
}

function serveFiles(root: string, policy: string): RequestListener {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const file = request.method === 'GET' || request.method === 'HEAD' ? findFile(root, pathname) : undefined
    const headers = {
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    }
    if (file === undefined) {
      response.writeHead(404, { ...headers, 'content-type': 'text/plain' }).end('Nothing here.\n')
      return
    }
    response.writeHead(200, { ...headers, 'content-type': types[extname(file)] ?? 'application/octet-stream' })
    response.end(readFileSync(file))
  }
}

/** Builds an app into `folder` and serves it. `origins` are the servers it may talk to. */
export async function hostApp(app: HostedApp, folder: string, origins: readonly string[]): Promise<Listening> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await buildApp(app.name, folder, app.config)
  return listenOnLoopback(app.port, serveFiles(folder, contentSecurityPolicy(origins)))
}
