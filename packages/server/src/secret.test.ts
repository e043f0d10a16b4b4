import { expect, test } from 'vitest'
import { deriveKey, hashSecret, newSecret, sameSecret } from './secret.ts'

const masterKey = 'A'.repeat(43)

test('TOK-10 a handle has 256 bits in form-safe characters and is stored only as its hash', () => {
  const secret = newSecret({ random: (bytes) => new Uint8Array(bytes).fill(7) })
  expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(hashSecret(secret)).toMatch(/^[0-9a-f]{64}$/)
  expect(hashSecret(secret)).not.toContain(secret)
})

test('THR-39 comparison says equal only for equal texts, of any length', () => {
  expect(sameSecret('a', 'a')).toBe(true)
  expect(sameSecret('a', 'b')).toBe(false)
  expect(sameSecret('a', 'aa')).toBe(false)
})

test('a derived key belongs to one purpose', () => {
  expect(deriveKey({ masterKey }, 'form')).toEqual(deriveKey({ masterKey }, 'form'))
  expect(deriveKey({ masterKey }, 'form')).not.toEqual(deriveKey({ masterKey }, 'link'))
})
