import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { openText, sealText } from './seal.ts'

const key = randomBytes(32)

test('TOK-10 a sealed text opens with its key only', () => {
  const sealed = sealText('the successor', key, randomBytes(12))
  expect(openText(sealed, key)).toBe('the successor')
  expect(() => openText(sealed, randomBytes(32))).toThrow()
})

test('a changed byte is noticed', () => {
  const changed = Buffer.from(sealText('the successor', key, randomBytes(12)), 'base64url')
  changed[14] = (changed[14] ?? 0) ^ 1
  expect(() => openText(changed.toString('base64url'), key)).toThrow()
})
