import { expect, test } from 'vitest'
import { OAuthError } from './errors/oauth-error.ts'
import { optional, parseParameters, required } from './parameters.ts'

const reasonOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return error instanceof OAuthError ? error.reason : String(error)
  }
  return 'accepted'
}

test('RFC-03 a parameter without value counts as omitted and an unknown one is kept aside', () => {
  const parameters = parseParameters([
    ['scope', ''],
    ['colour', 'blue'],
  ])
  expect(optional(parameters, 'scope')).toBeUndefined()
  expect(reasonOf(() => required(parameters, 'scope'))).toBe('request:missing-parameter')
})

test('RFC-03 a repeated parameter is refused, unless it may be repeated', () => {
  const twice = [
    ['resource', 'a'],
    ['resource', 'b'],
  ] as const
  expect(reasonOf(() => parseParameters(twice))).toBe('request:repeated-parameter')
  expect(parseParameters(twice, ['resource']).get('resource')).toEqual(['a', 'b'])
})

test('control characters, endless values and endless lists are refused', () => {
  expect(reasonOf(() => parseParameters([['client_id', 'a\u0000b']]))).toBe('request:malformed')
  expect(reasonOf(() => parseParameters([['code', 'x'.repeat(40_000)]]))).toBe('request:too-large')
  const many = Array.from({ length: 65 }, (_, index) => [`p${index}`, 'v'] as const)
  expect(reasonOf(() => parseParameters(many))).toBe('request:too-large')
})
