/**
 * ECDSA signatures in their two spellings: node:crypto speaks DER, JWS wants the two integers side by side (RFC 7518 §3.4).
 * Node can convert, but asking it to costs more than half a signature; these few byte moves cost about a microsecond.
 */

/** DER → r ‖ s, each `size` bytes. `der` is what node:crypto made, so its form is not in doubt. */
export const derToJose = (der: Uint8Array, size: number): Uint8Array => {
  const jose = new Uint8Array(2 * size)
  const first = (der[1] ?? 0) & 0x80 ? 3 : 2
  const afterR = copyInteger(der, first, jose.subarray(0, size))
  copyInteger(der, afterR, jose.subarray(size))
  return jose
}

/** r ‖ s → DER, or `undefined` when the length is not that of two integers of `size` bytes. */
export const joseToDer = (jose: Uint8Array, size: number): Uint8Array | undefined => {
  if (jose.length !== 2 * size) return undefined
  const r = derInteger(jose.subarray(0, size))
  const s = derInteger(jose.subarray(size))
  const length = r.length + s.length
  const head = length < 0x80 ? [0x30, length] : [0x30, 0x81, length]
  return Uint8Array.of(...head, ...r, ...s)
}

const copyInteger = (der: Uint8Array, at: number, target: Uint8Array): number => {
  const end = at + 2 + (der[at + 1] ?? 0)
  const start = Math.max(at + 2, end - target.length)
  target.set(der.subarray(start, end), target.length - (end - start))
  return end
}

const derInteger = (bytes: Uint8Array): readonly number[] => {
  const firstUsed = bytes.findIndex((byte) => byte !== 0)
  const digits = [...bytes.subarray(firstUsed === -1 ? bytes.length - 1 : firstUsed)]
  const padded = (digits[0] ?? 0) & 0x80 ? [0, ...digits] : digits
  return [0x02, padded.length, ...padded]
}
