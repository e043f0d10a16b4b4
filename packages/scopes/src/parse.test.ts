import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText } from '../test/arbitraries.ts'
import { formatScope, formatScopes } from './format.ts'
import { parseScope, parseScopes } from './parse.ts'
import type { Scope } from './scope.ts'

const withoutText = ({ text: _, ...rest }: Scope): Omit<Scope, 'text'> => rest
const laboratory = 'http://terminology.hl7.org/CodeSystem/observation-category|laboratory'

describe('parseScope', () => {
  test.each([
    ['patient/Observation.rs', ['r', 's'], 'v2'],
    ['patient/Observation.cruds', ['c', 'r', 'u', 'd', 's'], 'v2'],
    ['patient/Observation.read', ['r', 's'], 'v1'],
    ['patient/Observation.write', ['c', 'u', 'd'], 'v1'],
    ['patient/Observation.*', ['c', 'r', 'u', 'd', 's'], 'v1'],
  ])('SC-01, SC-09: reads %s', (text, interactions, syntax) => {
    expect(parseScope(text)).toEqual({
      kind: 'resource',
      text,
      level: 'patient',
      type: 'Observation',
      interactions,
      syntax,
      query: [],
    })
  })

  test('SC-01: reads every level and the wildcard', () => {
    for (const level of ['patient', 'user', 'system']) {
      expect(parseScope(`${level}/*.s`)).toMatchObject({ kind: 'resource', level, type: '*' })
    }
  })

  test('SC-14: reads the query of a granular scope, raw and percent-encoded alike', () => {
    const query = [{ name: 'category', value: laboratory }]
    expect(parseScope(`patient/Observation.rs?category=${laboratory}`)).toMatchObject({ query })
    expect(parseScope(`patient/Observation.rs?category=${encodeURIComponent(laboratory)}`)).toMatchObject({ query })
  })

  test('SC-14: decodes once, after splitting; a plus stays a plus', () => {
    const text = 'user/Observation.s?code=a%26b%3Dc&date=ge2020-01-01T00:00:00+02:00&code:in=%2525=x'
    expect(parseScope(text)).toMatchObject({
      query: [
        { name: 'code', value: 'a&b=c' },
        { name: 'date', value: 'ge2020-01-01T00:00:00+02:00' },
        { name: 'code:in', value: '%25=x' },
      ],
    })
  })

  test.each([
    ['', 'empty'],
    ['patient/Observation.rs\tuser/*.rs', 'bad-character'],
    ['patient/Observation.rs?code="x"', 'bad-character'],
    ['patient/Observation.rs?code=a\\,b', 'bad-character'],
    ['patient/Observation.rs\n', 'bad-character'],
    ['øpenid', 'bad-character'],
    ['patient/Foo.rs', 'unknown-type'],
    ['patient/observation.rs', 'unknown-type'],
    ['patient/__proto__.rs', 'unknown-type'],
    ['patient/constructor.rs', 'unknown-type'],
    ['patient/.rs', 'unknown-type'],
    ['patient/', 'unknown-type'],
    ['patient/**.rs', 'unknown-type'],
    ['patient/Observation', 'missing-interactions'],
    ['patient/Observation.', 'missing-interactions'],
    ['patient/Observation?category=x', 'missing-interactions'],
    ['patient/Observation.x', 'unknown-interaction'],
    ['patient/Observation.rs.s', 'unknown-interaction'],
    ['patient/Observation.Read', 'unknown-interaction'],
    ['patient/Observation.readwrite', 'unknown-interaction'],
    ['patient/Observation.constructor', 'unknown-interaction'],
    ['patient/Observation.rr', 'repeated-interaction'],
    ['patient/Observation.dus', 'unordered-interactions'],
    ['patient/Observation.sr', 'unordered-interactions'],
    ['patient/Observation.read?category=x', 'query-on-v1'],
    ['patient/Observation.*?category=x', 'query-on-v1'],
    ['patient/Observation.rs?', 'bad-query'],
    ['patient/Observation.rs?category', 'bad-query'],
    ['patient/Observation.rs?category=', 'bad-query'],
    ['patient/Observation.rs?=x', 'bad-query'],
    ['patient/Observation.rs?a=b&', 'bad-query'],
    ['patient/Observation.rs?a=b&&c=d', 'bad-query'],
    ['patient/Observation.rs?category=%', 'bad-encoding'],
    ['patient/Observation.rs?category=%zz', 'bad-encoding'],
    ['patient/Observation.rs?category=%ff', 'bad-encoding'],
    ['patient/Observation.rs?category=a%00', 'bad-encoding'],
    ['patient/Observation.rs?cat%0Aegory=a', 'bad-encoding'],
    ['launch/', 'bad-launch-context'],
    ['launch/Patient', 'bad-launch-context'],
    ['launch/foo', 'bad-launch-context'],
    ['launch?role=x', 'bad-launch-context'],
    ['launch/patient/1', 'bad-launch-context'],
    ['launch/list?role=', 'bad-role'],
    ['launch/list?role=a&role=b', 'bad-role'],
    ['launch/list?rule=a', 'bad-role'],
    ['launch/list?role=%', 'bad-role'],
    ['http://smarthealthit.org/fhir/scopes/patient/Foo.rs', 'unknown-type'],
  ])('SC-10, IX-15: keeps %j as malformed, because %s', (text, reason) => {
    expect(parseScope(text)).toEqual({ kind: 'malformed', text, reason })
  })

  test.each([
    ['launch', {}],
    ['launch/patient', { context: 'patient' }],
    ['launch/encounter', { context: 'encounter' }],
    ['launch/imagingstudy', { context: 'imagingstudy' }],
    ['launch/list?role=https%3A//example.org/a?b=c', { context: 'list', role: 'https://example.org/a?b=c' }],
  ])('CX-01, CX-02, CX-03, CX-04: reads %s', (text, rest) => {
    expect(parseScope(text)).toEqual({ kind: 'launch', text, ...rest })
  })

  test.each([
    ['http://smarthealthit.org/fhir/scopes/patient/*.r', 'patient/*.r'],
    ['http://smarthealthit.org/fhir/scopes/launch/patient', 'launch/patient'],
    ['http://smarthealthit.org/fhir/scopes/fhirUser', 'fhirUser'],
    ['http://smarthealthit.org/fhir/scopes/online_access', 'online_access'],
    ['http://openid.net/specs/openid-connect-core-1_0#openid', 'openid'],
    ['http://openid.net/specs/openid-connect-core-1_0#profile', 'profile'],
    ['http://openid.net/specs/openid-connect-core-1_0#offline_access', 'offline_access'],
  ])('SC-29, SC-30: %s is %s, and keeps its spelling', (text, short) => {
    expect(parseScope(text)).toEqual({ ...parseScope(short), text })
    expect(formatScope(parseScope(text))).toBe(short)
  })

  test.each([
    '__custom',
    '__patient/Observation.rs',
    'https://gatehouse.dev/codes/client-registry.read',
    'http://smarthealthit.org/fhir/scopes/unheard-of',
    'http://smarthealthit.org/fhir/scopes/openid',
    'http://openid.net/specs/openid-connect-core-1_0#patient/*.rs',
    'email',
    'OpenID',
    'launcher',
    'Patient/Observation.rs',
    'patient',
  ])('SC-31: %s belongs to another vocabulary', (text) => {
    expect(parseScope(text)).toEqual({ kind: 'other', text })
  })

  test('SC-01: is total, keeps the text, and its canonical spelling reads back to the same scope', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const scope = parseScope(text)
        expect(scope.text).toBe(text)
        const canonical = formatScope(scope)
        expect(withoutText(parseScope(canonical))).toEqual(withoutText(scope))
        expect(formatScope(parseScope(canonical))).toBe(canonical)
      }),
    )
  })
})

describe('parseScopes', () => {
  test('SC-14: splits at spaces only, keeps order and spelling, drops exact repeats', () => {
    const text = '  openid patient/Observation.rs?code=a%20b  openid patient/Observation.read patient/Observation.rs '
    expect(formatScopes(parseScopes(text))).toBe(
      'openid patient/Observation.rs?code=a%20b patient/Observation.read patient/Observation.rs',
    )
    expect(parseScopes('')).toEqual([])
    expect(parseScopes('   ')).toEqual([])
  })

  test.each([
    ['one long name', 'a'.repeat(100_000)],
    ['letters', `patient/Observation.${'r'.repeat(100_000)}`],
    ['parameters', `patient/Observation.rs?${'a=b&'.repeat(25_000)}`],
    ['percent signs', `patient/Observation.rs?a=${'%'.repeat(100_000)}`],
    ['encoded bytes', `patient/Observation.rs?a=${'%25'.repeat(33_000)}`],
    ['slashes and dots', `patient/${'./'.repeat(50_000)}`],
    ['spaces', ' '.repeat(100_000)],
    ['many scopes', Array.from({ length: 8_000 }, (_, index) => `x${index}/y.rs`).join(' ')],
    ['roles', `launch/list?role=${'role='.repeat(20_000)}`],
  ])('SC-10: 100 kB of %s are read in linear time', (_, text) => {
    const start = performance.now()
    parseScopes(text)
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})
