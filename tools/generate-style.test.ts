import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { styleModule } from './generate-style.ts'

const generated = readFileSync(new URL('../packages/server/src/ui/style.data.ts', import.meta.url), 'utf8')

test('the served stylesheet is the one in style.css (node --conditions=source tools/generate-style.ts)', () => {
  expect(generated === styleModule()).toBe(true)
})

test('the stylesheet is smaller than 20 kB', () => {
  expect(Buffer.byteLength(generated)).toBeLessThan(20_000)
})
