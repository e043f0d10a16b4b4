import { expect, test } from 'vitest'
import { cleanText } from './clean-text.ts'

test.each([
  ['HbA1c', 'HbA1c'],
  ['  two \n\t words ', 'two words'],
  ['e\u0301', 'é'],
  ['a\u202eb\u200bc\u0000d', 'a b c d'],
  ['<script>alert(1)</script>', 'script alert(1) /script'],
  ['\ud800x', 'x'],
  ['\u202e', ''],
  ['', ''],
])('CON-24: %j becomes %j', (text, clean) => expect(cleanText(text)).toBe(clean))

test('CON-24: a long name is cut between characters, in time', () => {
  expect(cleanText('ab '.repeat(100_000))).toHaveLength(80)
  expect(Array.from(cleanText('😀'.repeat(100)))).toHaveLength(80)
  expect(cleanText('a'.repeat(80))).toBe('a'.repeat(80))
})
