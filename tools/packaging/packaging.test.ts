import { execFileSync } from 'node:child_process'
import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { beforeAll, describe, expect, test } from 'vitest'
import { consumer, entriesOf, installed, packAndInstall, packages } from './packed.ts'

beforeAll(packAndInstall)

describe.each(packages)('@gatehouse/%s as published', (name) => {
  test('has a package.json that publint has no complaint about', async () => {
    const { messages } = await publint({ pkgDir: installed(name), level: 'warning' })
    expect(messages.map(({ code, path }) => `${code} at ${path.join('.')}`)).toEqual([])
  })

  test('carries no tests', () => {
    expect(globSync('{src,dist}/**/*.test*', { cwd: installed(name) })).toEqual([])
  })

  test.each(entriesOf(name))('%s loads in plain Node, without our source condition', (entry) => {
    const load = `import * as loaded from '${entry}'; console.log(typeof loaded)`
    const printed = execFileSync('node', ['--input-type=module', '--eval', load], { cwd: consumer, encoding: 'utf8' })
    expect(printed.trim()).toBe('object')
  })
})

test('types resolve for a strict consumer', () => {
  const lines = packages
    .flatMap(entriesOf)
    .flatMap((entry, index) => [
      `import type * as e${index} from '${entry}'`,
      `export type E${index} = keyof typeof e${index}`,
    ])
  writeFileSync(join(consumer, 'consumer.ts'), lines.join('\n'))
  const flags = ['--module', 'nodenext', '--target', 'es2024', '--strict', '--noEmit', '--types', 'node']
  const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc')
  expect(execFileSync(tsc, ['--ignoreConfig', ...flags, 'consumer.ts'], { cwd: consumer, encoding: 'utf8' })).toBe('')
})

test('the command runs from its package', () => {
  const command = join(installed('cli'), 'dist/main.js')
  const printed = execFileSync('node', [command, '--help'], { cwd: consumer, encoding: 'utf8' })
  expect(printed).toContain('gatehouse')
})
