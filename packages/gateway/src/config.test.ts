import { expect, test } from 'vitest'
import { allowInsecureHttp, type ConfigInput, parseConfig } from './config.ts'

const input: ConfigInput = {
  issuers: [{ issuer: 'https://auth.test' }],
  locations: [
    {
      base: 'https://fhir.test/r4',
      issuer: 'https://auth.test',
      upstream: { url: 'http://10.0.0.1/fhir' },
      userReach: 'all',
    },
  ],
  linkKeys: [{ id: 'k', key: Buffer.alloc(32).toString('base64url') }],
}
const [location] = input.locations
const withLocation = (change: object): unknown => ({ ...input, locations: [{ ...location, ...change }] })

test('a configuration with what is needed is parsed and frozen', () => {
  const config = parseConfig(input)
  expect(config.locations[0]?.upstream.versioning).toBe('versioned')
  expect(Object.isFrozen(config.locations[0]?.upstream)).toBe(true)
})

test.each([
  ['without userReach', withLocation({ userReach: undefined })],
  ['with an unknown key', { ...input, permissive: true }],
  ['with an unknown key of a location', withLocation({ enforce: false })],
  ['with a trailing slash', withLocation({ base: 'https://fhir.test/r4/' })],
  ['with a base on plain http', withLocation({ base: 'http://fhir.test/r4' })],
  ['with an issuer that is not listed', withLocation({ issuer: 'https://other.test' })],
  ['with userReach upstream and nothing to tell the upstream', withLocation({ userReach: 'upstream' })],
  ['with HMAC signatures', { ...input, issuers: [{ issuer: 'https://auth.test', algorithms: ['HS256'] }] }],
  ['without link keys', { ...input, linkKeys: [] }],
  ['with audit switched off', { ...input, audit: { required: false } }],
  ['with a type moved to shared that holds patients', withLocation({ shared: ['Contract'] })],
])('GW-22: a configuration %s is refused', (_title, wrong) => {
  expect(() => parseConfig(wrong)).toThrow()
})

test('plain http needs the symbol that no file can hold', () => {
  expect(() => parseConfig(withLocation({ base: 'http://fhir.test/r4' }), { [allowInsecureHttp]: true })).not.toThrow()
})
