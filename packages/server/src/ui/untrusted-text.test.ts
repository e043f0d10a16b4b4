import { expect, test } from 'vitest'
import { asciiHost, mixesScripts, plainName } from './untrusted-text.ts'

test.each([
  ['Growth\n Chart ', 'Growth Chart'],
  ['Safe\u202Eexe.gnp', 'Safeexe.gnp'],
  ['a\u200Bb\uFEFFc\u0000d', 'abcd'],
  ['\u2066Clinic\u2069', 'Clinic'],
  ['Ｃｌｉｎｉｃ', 'Clinic'],
  ['<b>x</b>', '<b>x</b>'],
])('CON-24 %j is shown as %j', (asked, shown) => {
  expect(plainName(asked)).toBe(shown)
})

test('CON-24 a name of 10 kB is cut to what a heading holds', () => {
  expect([...plainName('x'.repeat(10_000))]).toHaveLength(60)
})

test.each([
  ['Pаypal', true],
  ['Growth Chart', false],
  ['Клиника Clinic', false],
  ['كتاب', false],
  ['健康 Health', false],
])('CON-24 mixed alphabets within a word of %s: %s', (name, mixed) => {
  expect(mixesScripts(name)).toBe(mixed)
})

test.each([
  ['https://аpp.example/x', 'xn--pp-6kc.example'],
  ['http://localhost:4010/cb', 'localhost:4010'],
  ['com.example.app:/cb', undefined],
  ['nonsense', undefined],
])('AID-05 the domain of %s is %s', (uri, host) => {
  expect(asciiHost(uri)).toBe(host)
})
