/**
 * Turns a demo app into a static site: one folder of files that any web server can serve from an origin of its own.
 */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import type { AppConfig } from './kit/config.ts'

/** The apps that can be built: folder names beside this file. */
export type AppName = 'patient-portal' | 'growth-chart'

/** Addresses inside an app that show its one page: the start, the way back, where an EHR opens it. */
const places = ['/', '/launch'] as const

/**
 * Builds an app into `outDir`: `index.html` (also under `/launch` and the path of the redirect URI), `main.js` with its chunks
 * and `style.css`. No inline script or style, so that a strict Content-Security-Policy holds.
 */
export async function buildApp(name: AppName, outDir: string, config: AppConfig): Promise<void> {
  const folder = join(import.meta.dirname, name)
  await build({
    entryPoints: { main: join(folder, 'main.ts'), style: join(folder, 'style.css') },
    outdir: outDir,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    conditions: ['source'],
    define: { appConfig: JSON.stringify(config) },
    logLevel: 'error',
  })
  const page = await readFile(join(folder, 'index.html'), 'utf8')
  await copyFile(join(folder, 'icon.svg'), join(outDir, 'icon.svg'))
  for (const place of new Set([...places, new URL(config.redirectUri).pathname])) {
    const file = join(outDir, place, 'index.html')
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, page)
  }
}

/**
 * The `Content-Security-Policy` an app works under. `origins` are the servers it talks to: FHIR server and authorization
 * server.
 */
export const contentSecurityPolicy = (origins: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${origins.join(' ')}`,
    `form-action 'self' ${origins.join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
