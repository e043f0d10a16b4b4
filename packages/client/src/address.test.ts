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

/** True when the address is under the base, or was refused for being elsewhere. */
function isUnderOrRefused(base: string, asked: string): boolean {
  try {
    const { origin, pathname, username, hash } = addressOf(base, asked)
    const root = new URL(base.replace(/\/?$/, '/'))
    const under = origin === root.origin && `${pathname}/`.startsWith(root.pathname)
    return under && username === '' && hash === '' && !/(^|\/)\.\.(\/|$)/.test(pathname)
  } catch (error) {
    return error instanceof SmartError && error.reason === 'foreign-url'
  }
}

test('SDK-17 whatever is asked for, the address is under the base or refused', () => {
  const path = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 8 }).map((all) => all.join('')),
  )
  fc.assert(fc.property(fc.constantFrom(...bases), path, isUnderOrRefused))
})

test('SDK-17 paths, rooted paths and absolute addresses under the base are all the same place', () => {
  for (const asked of ['Patient/1?a=b', '/Patient/1?a=b', 'https://ehr.example/fhir/Patient/1?a=b#x']) {
    expect(addressOf('https://ehr.example/fhir', asked).href).toBe('https://ehr.example/fhir/Patient/1?a=b')
  }
})
