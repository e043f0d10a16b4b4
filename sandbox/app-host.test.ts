import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findFile } from './app-host.ts'

const home = mkdtempSync(join(tmpdir(), 'gatehouse-app-'))
const root = join(home, 'site')
mkdirSync(join(root, 'launch'), { recursive: true })
writeFileSync(join(root, 'index.html'), 'start')
writeFileSync(join(root, 'launch', 'index.html'), 'launch')
writeFileSync(join(root, 'main.js'), 'code')
writeFileSync(join(home, 'secret.js'), 'no')
afterAll(() => rmSync(home, { recursive: true }))

test('a path is a file, or the page of a folder', () => {
  expect(findFile(root, '/')).toBe(join(root, 'index.html'))
  expect(findFile(root, '/launch')).toBe(join(root, 'launch', 'index.html'))
  expect(findFile(root, '/main.js')).toBe(join(root, 'main.js'))
})

test.each(['/none', '/none.js', '/../secret.js', '/%2e%2e/secret.js', '/..%2fsecret.js', '/%00.js', '/%zz'])(
  '%s is nothing',
  (path) => {
    expect(findFile(root, path)).toBeUndefined()
  },
)
