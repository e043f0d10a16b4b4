import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOf } from './address.ts'
import { SmartError } from './errors.ts'

const bases = [
  'https://ehr.example/fhir',
  'https://ehr.example/fhir/',
  'https://ehr.example',
  'https://ehr.example/t/a%20b/r4',
]
const pieces = fc.constantFrom(
  '..',
  '.',
  '/',
  '\\',
  '//',
  '@',
  ':',
  '?',
  '#',
  '%2e',
  '%2F',
  'fhir',
  'Patient',
  'https:',
  'evil.example',
  '\t',
  ' ',
)

test('SDK-17 whatever is asked for, the address is under the base or refused', () => {
  const path = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.array(pieces, { maxLength: 8 }).map((all) => all.join('')),
  )
  fc.assert(
    fc.property(fc.constantFrom(...bases), path, (base, asked) => {
      try {
        const { origin, pathname, username, hash } = addressOf(base, asked)
        const root = new URL(base.replace(/\/?$/, '/'))
        expect([origin, username, hash]).toEqual([root.origin, '', ''])
        expect(`${pathname}/`.startsWith(root.pathname)).toBe(true)
        expect(pathname).not.toMatch(/(^|\/)\.\.(\/|$)/)
      } catch (error) {
        if (!(error instanceof SmartError)) throw error
        expect(error.reason).toBe('foreign-url')
      }
    }),
  )
})

test('SDK-17 paths, rooted paths and absolute addresses under the base are all the same place', () => {
  for (const asked of ['Patient/1?a=b', '/Patient/1?a=b', 'https://ehr.example/fhir/Patient/1?a=b#x']) {
    expect(addressOf('https://ehr.example/fhir', asked).href).toBe('https://ehr.example/fhir/Patient/1?a=b')
  }
})
