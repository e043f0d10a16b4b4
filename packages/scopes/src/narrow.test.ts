import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inBoth, isPartOf, meaning, meaningOfAll, resourceScopes, scopes } from '../test/arbitraries.ts'
import { factor } from './factor.ts'
import { formatScopes } from './format.ts'
import type { Narrowed } from './narrow.ts'
import { narrow } from './narrow.ts'
import { parseScopes } from './parse.ts'

const narrowed = (requested: string, allowed: string): Narrowed => narrow(parseScopes(requested), parseScopes(allowed))
const granted = (requested: string, allowed: string): string => formatScopes(narrowed(requested, allowed).granted)
const reasons = (requested: string, allowed: string): readonly string[] =>
  narrowed(requested, allowed).refused.map(({ scope, reason }) => `${scope.text}: ${reason}`)

describe('narrow', () => {
  test.each([
    ['one wider scope', 'patient/Observation.rs', 'patient/*.cruds'],
    ['v1 by v2', 'patient/Observation.read', 'patient/Observation.rs'],
    ['v2 by v1', 'patient/Observation.rs', 'patient/Observation.read'],
    ['letters of several scopes', 'patient/Observation.rs', 'patient/Observation.r patient/Observation.s'],
    ['a type and the wildcard', 'patient/Observation.rs', 'patient/*.r patient/Observation.s'],
    ['a URI spelling', 'http://smarthealthit.org/fhir/scopes/launch/patient', 'launch/patient'],
    [
      'an encoded query',
      'patient/Observation.rs?category=http%3A//x%7Cy',
      'patient/Observation.rs?category=http://x|y',
    ],
    ['a date', 'patient/Observation.rs?date=ge2020-01-01,2019&_lastUpdated=lt2024', 'patient/*.rs'],
    ['a query on every type', 'patient/*.rs?_tag=x', 'patient/*.rs'],
    ['any role', 'launch/list?role=https://example.org/r', 'launch/list'],
    ['everything else', 'openid fhirUser offline_access __x', '__x offline_access fhirUser openid'],
  ])('CON-17, IN-04, SC-12: what %s covers is granted byte for byte', (_, requested, allowed) => {
    expect(granted(requested, allowed)).toBe(requested)
    expect(reasons(requested, allowed)).toEqual([])
  })

  test.each([
    ['patient/Observation.cruds', 'patient/Observation.rs', 'patient/Observation.rs'],
    ['patient/Observation.*', 'patient/Observation.rs', 'patient/Observation.read'],
    ['patient/*.read', 'patient/Patient.rs patient/Encounter.r', 'patient/Patient.read patient/Encounter.r'],
    ['patient/*.rs', 'patient/Patient.r patient/Patient.s', 'patient/Patient.rs'],
    ['patient/*.rs', 'patient/Patient.rs patient/Patient.r', 'patient/Patient.rs'],
    ['patient/Condition.rs', 'patient/Condition.rs?category=x', 'patient/Condition.rs?category=x'],
    [
      'patient/Condition.rs?category=x,y',
      'patient/Condition.rs?category=x patient/Condition.r?category=y',
      'patient/Condition.rs?category=x patient/Condition.r?category=y',
    ],
  ])('SC-08, SC-13, SC-25: of %s, where %s is allowed, %s is granted', (requested, allowed, expected) => {
    expect(granted(requested, allowed)).toBe(expected)
    expect(reasons(requested, allowed)).toEqual([`${requested}: partly-allowed`])
  })

  test('SC-13: a part that is granted anyway is not granted again; what was asked word by word is', () => {
    expect(granted('patient/*.rs patient/Patient.rs', 'patient/Patient.rs')).toBe('patient/Patient.rs')
    expect(granted('patient/*.r patient/Patient.rs', 'patient/Patient.rs')).toBe('patient/Patient.rs')
    expect(granted('patient/Patient.r patient/Patient.rs', 'patient/*.rs')).toBe('patient/Patient.r patient/Patient.rs')
  })

  test.each([
    ['patient/Observation.rs', 'user/*.cruds', 'not-allowed'],
    ['patient/Observation.rs', 'patient/Condition.cruds', 'not-allowed'],
    ['patient/Observation.rs', '', 'not-allowed'],
    ['offline_access', 'online_access', 'not-allowed'],
    ['launch/list', 'launch/list?role=a', 'not-allowed'],
    ['https://example.org/a', 'https://example.org/b', 'not-allowed'],
    ['patient/Foo.rs', 'patient/Foo.rs patient/*.rs', 'unknown-type'],
    ['patient/Observation.dus', 'patient/Observation.cruds', 'unordered-interactions'],
    ['patient/Observation.rs?code:in=x', 'patient/*.cruds', 'unsupported-query'],
    ['patient/Observation.rs?patient.birthdate=x', 'patient/*.cruds', 'unsupported-query'],
    ['patient/Observation.rs?_filter=x', 'patient/*.cruds', 'unsupported-query'],
    ['patient/Observation.rs?value-quantity=5', 'patient/*.cruds', 'unsupported-query'],
    ['patient/Observation.rs?code-value-string=x', 'patient/*.cruds', 'unsupported-query'],
    ['patient/Observation.rs?date=ap2020', 'patient/*.cruds', 'unsupported-query'],
    ['patient/Observation.rs?category=a,', 'patient/*.cruds', 'unsupported-query'],
    ['patient/Observation.rs?date=soon', 'patient/*.cruds', 'unsupported-query'],
    ['patient/Observation.rs?date=ge2020,ap2021', 'patient/*.cruds', 'unsupported-query'],
    ['patient/*.rs?category=x', 'patient/*.cruds', 'unsupported-query'],
    ['patient/Observation.rs', 'patient/Observation.rs?code:in=x', 'not-allowed'],
  ])('SC-10, SC-16, SC-28: %s, where %j is allowed, is refused: %s', (requested, allowed, reason) => {
    expect(narrowed(requested, allowed).granted).toEqual([])
    expect(reasons(requested, allowed)).toEqual([`${requested}: ${reason}`])
  })

  test('CON-10: grants nothing that was not requested, and nothing that is not allowed', () => {
    fc.assert(
      fc.property(fc.array(scopes, { maxLength: 4 }), fc.array(scopes, { maxLength: 4 }), (requested, allowed) => {
        const sum = meaningOfAll(narrow(requested, allowed).granted)
        expect(isPartOf(sum, meaningOfAll(requested))).toBe(true)
        expect(isPartOf(sum, meaningOfAll(allowed))).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  test('CON-10: refuses nothing of a resource scope that is allowed', () => {
    fc.assert(
      fc.property(resourceScopes, fc.array(resourceScopes, { maxLength: 4 }), (requested, allowed) => {
        const both = inBoth(meaning(requested), meaningOfAll(allowed))
        expect(meaningOfAll(narrow([requested], allowed).granted)).toEqual(both)
      }),
      { numRuns: 200 },
    )
  })

  test('SC-28: every requested scope is granted by its text or has a reason', () => {
    fc.assert(
      fc.property(fc.array(scopes, { maxLength: 4 }), fc.array(scopes, { maxLength: 4 }), (requested, allowed) => {
        const { granted: given, refused } = narrow(requested, allowed)
        for (const scope of requested) {
          const isWhole = given.some(({ text }) => text === scope.text)
          expect(isWhole || refused.some((one) => one.scope === scope)).toBe(true)
        }
      }),
    )
  })
})

describe('factor', () => {
  test('SC-13: joins letters and drops what is covered, and means the same', () => {
    fc.assert(
      fc.property(fc.array(resourceScopes, { maxLength: 5 }), (all) => {
        const shortest = factor(all)
        expect(meaningOfAll(shortest)).toEqual(meaningOfAll(all))
        expect(shortest.length).toBeLessThanOrEqual(all.length)
        expect(factor(shortest)).toEqual(shortest)
      }),
      { numRuns: 200 },
    )
  })
})
