import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { derToJose, joseToDer } from './ecdsa.ts'

for (const [curve, size, hash] of [
  ['P-256', 32, 'sha256'],
  ['P-384', 48, 'sha384'],
] as const) {
  test(`${curve}: both spellings convert to each other for many signatures`, () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve })
    for (let round = 0; round < 150; round += 1) {
      const message = Buffer.from(`message ${round}`)
      const der = sign(hash, message, privateKey)
      const jose = derToJose(der, size)
      expect(jose).toHaveLength(2 * size)
      expect(verify(hash, message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, jose)).toBe(true)
      expect(Buffer.from(joseToDer(jose, size) ?? [])).toEqual(der)
    }
  })
}

test('integers with leading zeros and with the high bit set survive', () => {
  const jose = new Uint8Array(64)
  jose[31] = 1
  jose[32] = 0x80
  const der = joseToDer(jose, 32)
  expect(derToJose(der ?? new Uint8Array(), 32)).toEqual(jose)
})

test('a signature of another length is none', () => {
  expect(joseToDer(new Uint8Array(63), 32)).toBeUndefined()
})
