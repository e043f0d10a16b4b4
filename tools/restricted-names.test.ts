import { parseSync } from 'oxc-parser'
import { expect, test } from 'vitest'
import { findRestrictedNames } from './restricted-names.ts'

const namesIn = (text: string, imports: readonly { specifier: string; names: readonly string[] }[] = []) =>
  findRestrictedNames({
    path: 'x.ts',
    text,
    lines: 1,
    imports: imports.map((row) => ({ ...row, path: undefined, typeOnly: false, line: 1 })),
    exports: [],
    comments: [],
    program: parseSync('x.ts', text).program,
  }).map(({ name }) => name)

test.each([
  ['fetch("https://a")', ['fetch']],
  ['const f = { fetch }', ['fetch']],
  ['globalThis.fetch("https://a")', ['globalThis']],
  ['const t = Date.now()', ['Date.now']],
  ['const t = new Date()', ['new Date()']],
  ['const x = process.env.HOME', ['process']],
  ['setTimeout(() => console.log(1), 1)', ['setTimeout', 'console']],
  ['const x = [Math.random(), crypto.randomUUID()]', ['Math.random', 'crypto.randomUUID']],
])('finds the effect in %s', (text, names) => {
  expect(namesIn(text)).toEqual(names)
})

test.each([
  'env.fetch("https://a")',
  'const send = (fetch: typeof globalThis.fetch) => fetch("https://a")',
  'const send = ({ fetch }: Env) => fetch("https://a")',
  'const x = { process: 1, console: 2 }',
  'const t = new Date(1000).toISOString()',
  'type F = typeof fetch',
])('finds nothing in %s', (text) => {
  expect(namesIn(text)).toEqual([])
})

test('finds randomness imported from node:crypto, and leaves hashing alone', () => {
  expect(namesIn('', [{ specifier: 'node:crypto', names: ['randomBytes', 'createHash'] }])).toEqual(['randomBytes'])
})
