import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pages = ['docs/sdk.md', 'docs/migrate-from-fhirclient.md', 'packages/client/README.md'] as const
const folder = join(root, 'node_modules/.cache/client-documentation')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A block as a module of its own; what earlier blocks have set up is declared. */
function moduleOf(block: string): string {
  const has = (name: string): boolean => new RegExp(`const ${name} =`).test(block)
  const set = ['app', 'session'].filter((name) => !has(name) && new RegExp(`\\b${name}\\b`).test(block))
  const types = { app: "import('@gatehouse/client').App", session: "import('@gatehouse/client').Session" }
  const declared = Object.entries(types).filter(([name]) => set.includes(name))
  return `${declared.map(([name, type]) => `declare const ${name}: ${type}`).join('\n')}\n${block}\nexport {}\n`
}

test('every code block of the SDK’s documentation compiles', () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const blocks = pages.flatMap((page) =>
    [...read(page).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block = '']) => block),
  )
  expect(blocks.length).toBeGreaterThan(10)
  for (const [index, block] of blocks.entries()) writeFileSync(join(folder, `block-${index}.ts`), moduleOf(block))
  const options = { noUnusedLocals: false, incremental: false, tsBuildInfoFile: null }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, include: ['*.ts'] }),
  )
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' })
  expect([status, stdout]).toEqual([0, ''])
}, 60_000)

/** Quoted members of a union type. */
const members = (text: string, type: string): readonly string[] => {
  const [, body = ''] = new RegExp(`export type ${type} =([\\s\\S]*?)\\n\\n`).exec(text) ?? []
  return [...body.matchAll(/'([a-z-]+)'/g)].map(([, name = '']) => name)
}

test('SDK-34 every reason of an error is explained, and every explained reason exists', () => {
  const reasons = members(read('packages/client/src/errors.ts'), 'SmartReason')
  const errors = read('docs/sdk.md').split('## Errors')[1]?.split('\n## ')[0] ?? ''
  const explained = [...errors.matchAll(/^\| `([a-z-]+)` \| (?!When)/gm)].map(([, name = '']) => name)
  expect(reasons.length).toBeGreaterThan(20)
  expect(explained.toSorted()).toEqual(reasons.toSorted())
})

test('every option of fhirclient that is refused or settled is on the migration page', () => {
  const options = read('packages/client/src/fhirclient/options.ts')
  const table = read('docs/migrate-from-fhirclient.md')
  const tables = ['refused', 'settled', 'known'].map(
    (name) => options.split(`const ${name}:`)[1]?.split('\n\n')[0] ?? '',
  )
  const names = tables.flatMap((text) => [...text.matchAll(/^ {2}'?(\w+)'?[:,]/gm)].map(([, name = '']) => name))
  expect(names.length).toBeGreaterThan(15)
  for (const name of names.filter((one) => one !== 'client_id')) expect(table, name).toContain(`\`${name}\``)
})

test('every entry point is in the guide', () => {
  const { exports } = JSON.parse(read('packages/client/package.json'))
  for (const entry of Object.keys(exports)) expect(read('docs/sdk.md')).toContain(`@gatehouse/client${entry.slice(1)}`)
})
