import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as scopes from './index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)

/** Runs a block; each line `expression // → JSON` gives what it says and what it is. */
const run = (code: string): readonly (readonly [said: unknown, is: unknown])[] => {
  const body = code.replaceAll(/^(.*) \/\/ → (.*)$/gm, (_, expression, said) => `seen.push([${said}, ${expression}])`)
  return new Function(
    'scopes',
    `const { ${Object.keys(scopes).join(', ')} } = scopes; const seen = []; ${body}; return seen`,
  )(scopes)
}

test.each(blocks.map((code, index) => [index + 1, code] as const))('example %i of the README is true', (_, code) => {
  const seen = run(code)
  expect(seen.length).toBeGreaterThan(0)
  for (const [said, is] of seen) expect(is).toEqual(said)
})

test('the README names every value of the public surface, and there are at most 15', () => {
  const names = Object.keys(scopes)
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
  expect(names.length).toBeLessThanOrEqual(15)
})
