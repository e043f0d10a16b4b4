import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allowAnyDestination, checkDestination, isAllowedAddress } from './outbound.ts'

const strict = { allow: [] }

describe('THR-21 hosts that are not for us', () => {
  test.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://127.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://127.0.0.1./',
    'https://①②⑦.⓪.⓪.①/',
    'https://127。0。0。1/',
    'https://%31%32%37.0.0.1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://172.31.255.254/',
    'https://192.168.1.1/',
    'https://3232235777/',
    'https://169.254.169.254/latest/meta-data/',
    'https://0xA9FEA9FE/',
    'https://169.254.170.2/v2/credentials',
    'https://100.100.100.200/',
    'https://100.64.0.1/',
    'https://192.0.0.192/',
    'https://168.63.129.16/',
    'https://192.0.2.1/',
    'https://198.18.0.1/',
    'https://198.51.100.7/',
    'https://203.0.113.7/',
    'https://224.0.0.1/',
    'https://240.0.0.1/',
    'https://255.255.255.255/',
    'https://[::]/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b::169.254.169.254]/',
    'https://[64:ff9b:1::a00:1]/',
    'https://[fe80::1]/',
    'https://[fec0::1]/',
    'https://[fc00::1]/',
    'https://[fd00:ec2::254]/',
    'https://[ff02::1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
    'https://[2001:db8::1]/',
    'https://[100::1]/',
    'https://[4000::1]/',
  ])('%s', (url) => {
    expect(checkDestination(new URL(url), strict)).toBe('address')
  })

  test.each([
    ['https://localhost/', 'host'],
    ['https://LOCALHOST./', 'host'],
    ['https://x.localhost/', 'host'],
    ['https://metadata/', 'host'],
    ['https://metadata.google.internal/', 'host'],
    ['https://printer.local/', 'host'],
    ['https://router.home.arpa/', 'host'],
    ['https://intranet/', 'host'],
    ['http://app.example/', 'scheme'],
    ['ftp://app.example/', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['gopher://app.example/', 'scheme'],
    ['data:,x', 'scheme'],
    ['https://user@app.example/', 'credentials'],
    ['https://app.example:pw@10.0.0.1/', 'credentials'],
    ['https://app.example:22/', 'port'],
    ['https://app.example:25/', 'port'],
  ])('%s → %s', (url, answer) => {
    expect(checkDestination(new URL(url), strict)).toBe(answer)
  })
})

test.each([
  'https://app.example/jwks',
  'https://app.example:8443/jwks',
  'https://app.example./jwks',
  'https://8.8.8.8/',
  'https://[2606:4700::1111]/',
  'https://[::ffff:8.8.8.8]/',
  'https://[64:ff9b::808:808]/',
])('%s is reached', (url) => {
  expect(checkDestination(new URL(url), strict)).toBe('allowed')
})

describe('exceptions', () => {
  const rules = { allow: ['backend.hospital.internal', '10.1.0.0/16', 'fd12::/16', '127.0.0.1'] }
  test.each([
    ['https://backend.hospital.internal/jwks', 'allowed'],
    ['https://other.hospital.internal/jwks', 'host'],
    ['https://10.1.200.3:444/', 'allowed'],
    ['https://10.2.0.1/', 'address'],
    ['https://[fd12::7]/', 'allowed'],
    ['https://[fd13::7]/', 'address'],
    ['https://127.0.0.1:8443/', 'allowed'],
    ['http://127.0.0.1:8443/', 'scheme'],
    ['https://127.0.0.2/', 'address'],
  ])('%s → %s', (url, answer) => {
    expect(checkDestination(new URL(url), rules)).toBe(answer)
  })

  test('a range opens its addresses to names too, and nothing else', () => {
    expect([isAllowedAddress('10.1.2.3', rules), isAllowedAddress('10.2.2.3', rules)]).toEqual([true, false])
    expect(isAllowedAddress('::ffff:10.1.2.3', rules)).toBe(true)
    expect(isAllowedAddress('not an address', rules)).toBe(false)
  })

  test('the sandbox may reach its own apps', () => {
    const sandbox = { allow: [], [allowAnyDestination]: true } as const
    expect(checkDestination(new URL('http://localhost:4010/jwks'), sandbox)).toBe('allowed')
    expect(isAllowedAddress('127.0.0.1', sandbox)).toBe(true)
  })
})

test('THR-21 no spelling of an IPv6 or mapped address makes a private IPv4 address public', () => {
  const byte = fc.integer({ min: 0, max: 255 })
  const isPrivate = ([a, b]: readonly number[]): boolean =>
    a === 10 || a === 127 || a === 0 || (a === 169 && b === 254) || (a === 192 && b === 168)
  fc.assert(
    fc.property(fc.constantFrom(10, 127, 0, 169, 192), byte, byte, byte, (a, b, c, d) => {
      const octets = a === 169 ? [a, 254, c, d] : a === 192 ? [a, 168, c, d] : [a, b, c, d]
      fc.pre(isPrivate(octets))
      const text = octets.join('.')
      for (const address of [text, `::ffff:${text}`, `64:ff9b::${text}`])
        expect(isAllowedAddress(address, strict)).toBe(false)
    }),
  )
})
