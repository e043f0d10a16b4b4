import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inBoth, isPartOf, meaning, resourceScopes, scopes } from '../test/arbitraries.ts'
import { covers, equals, intersect } from './compare.ts'
import { parseScope, parseScopes } from './parse.ts'

const scope = parseScope
const isCovered = (a: string, b: string): boolean => covers(scope(a), scope(b))
const shared = (a: string, b: string): string | undefined => intersect(scope(a), scope(b))?.text

describe('covers', () => {
  test.each([
    ['patient/*.cruds', 'patient/Observation.rs'],
    ['patient/*.read', 'patient/Observation.rs'],
    ['patient/Observation.rs', 'patient/Observation.read'],
    ['patient/Observation.*', 'patient/Observation.cud'],
    ['patient/Observation.rs', 'patient/Observation.r?category=x'],
    ['patient/*.rs?_tag=x', 'patient/Observation.rs?_tag=x'],
    ['patient/Observation.rs?category=a,b', 'patient/Observation.rs?category=b'],
    ['patient/Observation.rs?category=a%2Cb', 'patient/Observation.rs?category=b,a'],
    ['patient/Observation.rs?category=a', 'patient/Observation.rs?code=c&category=a'],
    ['http://smarthealthit.org/fhir/scopes/patient/*.rs', 'patient/Patient.r'],
    ['launch/imagingstudy', 'launch/imagingstudy?role=x'],
    ['openid', 'http://openid.net/specs/openid-connect-core-1_0#openid'],
    ['offline_access', 'offline_access'],
    ['https://example.org/scope', 'https://example.org/scope'],
  ])('SC-09, SC-12, SC-23: %s covers %s', (a, b) => expect(isCovered(a, b)).toBe(true))

  test.each([
    ['user/*.cruds', 'patient/Observation.rs'],
    ['patient/*.cruds', 'user/Observation.r'],
    ['system/*.cruds', 'user/Observation.r'],
    ['patient/Observation.r', 'patient/Observation.rs'],
    ['patient/Observation.read', 'patient/Observation.c'],
    ['patient/Observation.write', 'patient/Observation.r'],
    ['patient/Observation.rs', 'patient/*.rs'],
    ['patient/Observation.rs', 'patient/Condition.rs'],
    ['patient/Observation.rs?category=a', 'patient/Observation.rs'],
    ['patient/Observation.rs?category=a', 'patient/Observation.rs?category=a,b'],
    ['patient/Observation.rs?category=a&code=c', 'patient/Observation.rs?category=a'],
    ['patient/Observation.rs?category=a%5C%2Cb', 'patient/Observation.rs?category=b'],
    ['patient/Observation.rs?category=a', 'patient/Observation.rs?category:not=a'],
    ['launch', 'launch/patient'],
    ['launch/patient', 'launch'],
    ['launch/imagingstudy?role=x', 'launch/imagingstudy'],
    ['openid', 'fhirUser'],
    ['offline_access', 'online_access'],
    ['https://example.org/scope', 'https://example.org/scope/more'],
    ['patient/*.cruds', 'patient/Foo.rs'],
    ['patient/Foo.rs', 'patient/Foo.rs'],
  ])('SC-12, SC-24: %s does not cover %s', (a, b) => expect(isCovered(a, b)).toBe(false))

  test.each([
    ['patient/Observation.r patient/Observation.s', 'patient/Observation.rs', true],
    ['patient/*.r patient/Observation.s', 'patient/Observation.read', true],
    ['openid fhirUser', 'fhirUser', true],
    ['patient/Observation.r user/Observation.s', 'patient/Observation.rs', false],
    ['patient/Observation.r patient/Observation.s?category=x', 'patient/Observation.rs', false],
    ['patient/Observation.rs patient/Condition.rs', 'patient/*.rs', false],
    ['launch openid', 'launch/patient', false],
    ['', 'openid', false],
  ])('SC-12, SC-23: whether %j together cover %s: %s', (all, b, answer) => {
    expect(covers(parseScopes(all), scope(b))).toBe(answer)
  })

  test('SC-12: is reflexive, transitive, and antisymmetric up to equality of meaning', () => {
    fc.assert(
      fc.property(scopes, scopes, scopes, (a, b, c) => {
        expect(covers(a, a)).toBe(true)
        if (covers(a, b) && covers(b, c)) expect(covers(a, c)).toBe(true)
        if (covers(a, b) && covers(b, a)) expect(meaning(a)).toEqual(meaning(b))
        expect(equals(a, b)).toBe(covers(a, b) && covers(b, a))
      }),
    )
  })

  test('SC-12: says yes exactly where everything is let through', () => {
    fc.assert(
      fc.property(resourceScopes, resourceScopes, (a, b) => {
        expect(covers(a, b)).toBe(isPartOf(meaning(b), meaning(a)))
      }),
      { numRuns: 300 },
    )
  })
})

describe('equals', () => {
  test('SC-09: the same meaning in v1 and v2, with and without prefix, in any order of parameters', () => {
    expect(equals(scope('user/Patient.read'), scope('user/Patient.rs'))).toBe(true)
    expect(equals(scope('http://smarthealthit.org/fhir/scopes/fhirUser'), scope('fhirUser'))).toBe(true)
    expect(equals(scope('user/Patient.r?_id=1&_tag=2'), scope('user/Patient.r?_tag=2&_id=1'))).toBe(true)
    expect(equals(scope('user/Patient.r'), scope('user/Patient.rs'))).toBe(false)
  })

  test('SC-10: malformed scopes are equal only letter by letter', () => {
    expect(equals(scope('user/Foo.r'), scope('user/Foo.r'))).toBe(true)
    expect(equals(scope('user/Foo.r'), scope('user/Foo.rs'))).toBe(false)
  })
})

describe('intersect', () => {
  test.each([
    ['patient/*.read', 'patient/Observation.rs', 'patient/Observation.read'],
    ['patient/*.rs', 'patient/Observation.read', 'patient/Observation.rs'],
    ['patient/Observation.*', 'patient/*.rs', 'patient/Observation.read'],
    ['patient/Observation.*', 'patient/*.cud', 'patient/Observation.write'],
    ['patient/Observation.read', 'patient/Observation.r', 'patient/Observation.r'],
    ['patient/Observation.read', 'patient/*.rs?_tag=x', 'patient/Observation.rs?_tag=x'],
    ['patient/Observation.rs?category=a', 'patient/Observation.rs?code=b', 'patient/Observation.rs?category=a&code=b'],
    ['patient/Observation.rs?category=a,b', 'patient/Observation.s?category=b', 'patient/Observation.s?category=b'],
    ['launch/list', 'launch/list?role=a', 'launch/list?role=a'],
  ])('SC-08: %s with %s leaves %s', (a, b, expected) => expect(shared(a, b)).toBe(expected))

  test('SC-08: what is asked comes back byte for byte when it is covered', () => {
    const asked = 'patient/Observation.rs?category=http%3A//x|y'
    expect(shared(asked, 'patient/*.rs')).toBe(asked)
  })

  test.each([
    ['patient/Observation.r', 'user/Observation.r'],
    ['patient/Observation.r', 'patient/Observation.s'],
    ['patient/Observation.r', 'patient/Condition.r'],
    ['openid', 'fhirUser'],
    ['openid', 'patient/*.rs'],
    ['patient/Foo.rs', 'patient/Foo.rs'],
  ])('SC-12: %s shares nothing with %s', (a, b) => expect(shared(a, b)).toBeUndefined())

  test('SC-12: is exactly what both let through', () => {
    fc.assert(
      fc.property(resourceScopes, resourceScopes, (a, b) => {
        const both = intersect(a, b)
        const expected = inBoth(meaning(a), meaning(b))
        expect(both === undefined ? new Set() : meaning(both)).toEqual(expected)
        if (both !== undefined) expect(parseScope(both.text)).toEqual(both)
      }),
      { numRuns: 300 },
    )
  })

  test('SC-12: is a lower bound, and the greatest', () => {
    fc.assert(
      fc.property(scopes, scopes, scopes, (a, b, c) => {
        const both = intersect(a, b)
        if (both !== undefined) expect(covers(a, both) && covers(b, both)).toBe(true)
        if (covers(a, c) && covers(b, c)) expect(both !== undefined && covers(both, c)).toBe(true)
      }),
    )
  })
})
