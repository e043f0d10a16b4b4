import { execFileSync } from 'node:child_process'
import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { publint } from 'publint'
import { beforeAll, describe, expect, test } from 'vitest'
import { consumer, installed, packAndInstall, packages } from './packed.ts'

beforeAll(packAndInstall)

describe.each(packages)('@gatehouse/%s as published', (name) => {
  test('has a package.json that publint has no complaint about', async () => {
    const { messages } = await publint({ pkgDir: installed(name), level: 'warning' })
    expect(messages.map(({ code, path }) => `${code} at ${path.join('.')}`)).toEqual([])
  })

  test('carries no tests', () => {
    expect(globSync('{src,dist}/**/*.test*', { cwd: installed(name) })).toEqual([])
  })

  test('loads in plain Node, without our source condition', () => {
    const load = `import * as loaded from '@gatehouse/${name}'; console.log(typeof loaded)`
    const printed = execFileSync('node', ['--input-type=module', '--eval', load], { cwd: consumer, encoding: 'utf8' })
    expect(printed.trim()).toBe('object')
  })
})

test('types resolve for a strict consumer', () => {
  const imports = packages.map((name) => `import type * as ${name} from '@gatehouse/${name}'`)
  const uses = packages.map((name) => `export type Of${name} = keyof typeof ${name}`)
  writeFileSync(join(consumer, 'consumer.ts'), [...imports, ...uses].join('\n'))
  const flags = ['--module', 'nodenext', '--target', 'es2024', '--strict', '--noEmit', '--types', 'node']
  const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc')
  expect(execFileSync(tsc, ['--ignoreConfig', ...flags, 'consumer.ts'], { cwd: consumer, encoding: 'utf8' })).toBe('')
})

test('the client stays small enough to be no excuse: 15 kB with gzip, all of it', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(installed('client'), 'dist/index.js')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  })
  const bytes = gzipSync(outputFiles[0]?.contents ?? new Uint8Array()).length
  expect(bytes).toBeGreaterThan(0)
  expect(bytes).toBeLessThanOrEqual(15_000)
})
