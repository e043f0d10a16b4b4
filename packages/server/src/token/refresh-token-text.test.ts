import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { looksLikeRefreshToken, newRefreshToken } from './refresh-token-text.ts'

const env = { random: randomBytes }

test('IN-15 refresh tokens have one fixed form of form-safe characters', () => {
  for (let round = 0; round < 50; round += 1)
    expect(newRefreshToken(env)).toMatch(/^srt_[0-9A-Za-z]{12}_[A-Za-z0-9_-]{43}_[0-9a-f]{8}$/)
})

test('a refresh token is recognised, one with a changed character is not', () => {
  const token = newRefreshToken(env)
  expect(looksLikeRefreshToken(token)).toBe(true)
  const changed = token.replace(/.(?=_[0-9a-f]{8}$)/, (last) => (last === 'A' ? 'B' : 'A'))
  expect(looksLikeRefreshToken(changed)).toBe(false)
  expect(looksLikeRefreshToken(`${token} `)).toBe(false)
  expect(looksLikeRefreshToken('eyJhbGciOiJFUzI1NiJ9.e30.AA')).toBe(false)
})
