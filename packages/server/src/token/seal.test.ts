import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { openText, sealText } from './seal.ts'

test('TOK-10 a sealed text opens with its secret and purpose only', () => {
  const sealed = sealText('the successor', { secret: 'old token', purpose: 'succ' }, randomBytes(12))
  expect(openText(sealed, { secret: 'old token', purpose: 'succ' })).toBe('the successor')
  expect(() => openText(sealed, { secret: 'other token', purpose: 'succ' })).toThrow()
  expect(() => openText(sealed, { secret: 'old token', purpose: 'keys' })).toThrow()
})

test('a changed byte is noticed', () => {
  const seal = { secret: 'old token', purpose: 'succ' }
  const changed = Buffer.from(sealText('the successor', seal, randomBytes(12)), 'base64url')
  changed[14] = (changed[14] ?? 0) ^ 1
  expect(() => openText(changed.toString('base64url'), seal)).toThrow()
})
