import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPartOf, meaningOfAll, scopes } from '../test/arbitraries.ts'
import { formatScopes } from './format.ts'
import { parseScopes } from './parse.ts'
import { withoutSwallowed } from './swallow.ts'

const left = (text: string): string => formatScopes(withoutSwallowed(parseScopes(text)))

describe('withoutSwallowed', () => {
  test.each([
    ['patient/Observation.rs patient/Observation.rs?category=x', 'patient/Observation.rs?category=x'],
    ['patient/Observation.read patient/Observation.rs?category=x', 'patient/Observation.rs?category=x'],
    [
      'patient/Observation.cruds patient/Observation.rs?category=x',
      'patient/Observation.cud patient/Observation.rs?category=x',
    ],
    [
      'patient/Observation.* patient/Observation.rs?category=x',
      'patient/Observation.write patient/Observation.rs?category=x',
    ],
  ])('ONC-35: of %s, %s is left', (text, expected) => expect(left(text)).toBe(expected))

  test.each([
    'patient/Condition.rs patient/Observation.rs?category=x',
    'http://smarthealthit.org/fhir/scopes/patient/Condition.rs patient/Observation.rs?category=x',
    'user/*.rs patient/Observation.rs?category=x',
    'user/Observation.rs patient/Observation.rs?category=x',
    'patient/Observation.cud patient/Observation.rs?category=x',
    'patient/*.cud patient/Observation.rs?category=x',
    'patient/*.rs patient/*.rs?_tag=x',
    'openid offline_access launch/patient patient/*.rs',
  ])('ONC-35: %s stays as it is', (text) => expect(left(text)).toBe(text))

  test('ONC-35: a wildcard is spelled out for the other types that are about people', () => {
    const texts = withoutSwallowed(parseScopes('patient/*.read patient/Observation.rs?category=x')).map(
      ({ text }) => text,
    )
    expect(texts).toContain('patient/Condition.read')
    expect(texts).toContain('patient/Observation.rs?category=x')
    expect(texts).not.toContain('patient/*.read')
    expect(texts).not.toContain('patient/Observation.read')
    expect(texts).not.toContain('patient/StructureMap.read')
    expect(texts).toHaveLength(90)
    expect(withoutSwallowed(parseScopes('patient/*.rs patient/Observation.crs?category=x'))).toHaveLength(90)
  })

  test('ONC-35: takes away only', () => {
    fc.assert(
      fc.property(fc.array(scopes, { maxLength: 4 }), (all) => {
        expect(isPartOf(meaningOfAll(withoutSwallowed(all)), meaningOfAll(all))).toBe(true)
      }),
    )
  })
})
