import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import * as client from '@gatehouse/client'
import { build, type Metafile, type OutputFile } from 'esbuild'
import { expect, test } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const { dependencies, sideEffects, peerDependencies, optionalDependencies } = JSON.parse(
  readFileSync(`${root}package.json`, 'utf8'),
)

test('SDK-40 the SDK depends on scopes and oauth4webapi, and on nothing else', () => {
  expect(Object.keys(dependencies).sort()).toEqual(['@gatehouse/scopes', 'oauth4webapi'])
  expect([sideEffects, peerDependencies, optionalDependencies]).toEqual([false, undefined, undefined])
})

test('the index exports at most 15 values', () => {
  expect(Object.keys(client).sort()).toEqual([
    'SmartError',
    'allowInsecureRequests',
    'allowLaunchWithoutGesture',
    'buildLaunch',
    'checkAnswer',
    'completeLaunch',
    'discover',
    'openSession',
    'redeem',
    'startLaunch',
  ])
})

type Bundle = { readonly files: readonly OutputFile[]; readonly outputs: Metafile['outputs'] }

/** Bundles as an app would: everything of the index and the browser's platform. */
async function bundle(splitting: boolean): Promise<Bundle> {
  const contents = "export * from '@gatehouse/client'; export * from '@gatehouse/client/browser'"
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root },
    outdir: '/out',
    bundle: true,
    splitting,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    conditions: ['source'],
  })
  return { files: outputFiles, outputs: metafile.outputs }
}

const sizeOf = (files: readonly OutputFile[]): number =>
  files.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0)

/** The files a page loads before the app does anything: the entry and what it imports at once. */
function startOf({ files, outputs }: Bundle): readonly OutputFile[] {
  const name = (path: string): string => path.split('/').at(-1) ?? ''
  const [entry = ''] = Object.keys(outputs).filter((path) => name(path).startsWith('stdin'))
  const wanted = new Set([entry])
  for (const path of wanted) {
    for (const used of outputs[path]?.imports ?? []) if (used.kind === 'import-statement') wanted.add(used.path)
  }
  const names = new Set([...wanted].map(name))
  return files.filter(({ path }) => names.has(name(path)))
}

test('SDK-40 an app starts with at most 12 kB gz (15 kB fails); the protocol arrives when it is used', async () => {
  const split = await bundle(true)
  const start = sizeOf(startOf(split))
  const text = startOf(split)
    .map((file) => file.text)
    .join('')
  expect(start).toBeLessThan(12_000)
  expect(text).not.toMatch(/code_verifier|client_assertion/)
})

test('SDK-40 all of it in one file is at most 26 kB gz', async () => {
  expect(sizeOf((await bundle(false)).files)).toBeLessThan(26_000)
})

test('SDK-41 nothing of Node is in the browser’s bundle', async () => {
  const { outputs } = await bundle(false)
  const used = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))
  expect(used.filter((path) => /node\.ts|node:/.test(path))).toEqual([])
})
