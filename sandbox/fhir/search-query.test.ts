import type { SearchParameter } from '@medplum/fhirtypes'
import { expect, test } from 'vitest'
import { type Pair, readSearch, type SearchRules } from './search-query.ts'

const parameter = (
  code: string,
  type: SearchParameter['type'],
  target?: SearchParameter['target'],
): SearchParameter => ({
  resourceType: 'SearchParameter',
  url: `http://example.org/${code}`,
  name: code,
  status: 'active',
  description: code,
  base: ['Observation'],
  code,
  type,
  ...(target === undefined ? {} : { target }),
})

const known = [
  parameter('patient', 'reference', ['Patient']),
  parameter('subject', 'reference', ['Patient', 'Group']),
  parameter('category', 'token'),
  parameter('date', 'date'),
  parameter('name', 'string'),
]
const rules: SearchRules = { parameters: () => known, fhirBase: 'http://127.0.0.1:1/fhir/R4', strict: false }
const read = (pairs: readonly Pair[], strict = false) => readSearch('Observation', pairs, { ...rules, strict })

test('parameters the engine evaluates go through, with the page added', () => {
  expect(
    read([
      ['patient', 'Patient/a'],
      ['category', 's|c'],
      ['_count', '5'],
    ]),
  ).toEqual({
    kind: 'search',
    applied: [
      ['patient', 'Patient/a'],
      ['category', 's|c'],
    ],
    page: { count: 5, offset: 0 },
    engine: [
      ['patient', 'Patient/a'],
      ['category', 's|c'],
      ['_count', '5'],
      ['_offset', '0'],
    ],
  })
})

test('an unknown parameter is left out, and refused when the caller is strict', () => {
  expect(read([['shoe-size', '41']])).toMatchObject({ kind: 'search', applied: [] })
  expect(read([['shoe-size', '41']], true)).toEqual({
    kind: 'refused',
    why: 'unknown search parameter "shoe-size" of Observation',
  })
})

test('a modifier that the engine ignores is always refused, one that it knows is not', () => {
  expect(read([['name:exact', 'a']])).toMatchObject({ kind: 'refused' })
  expect(read([['category:not', 'a']])).toMatchObject({ applied: [['category:not', 'a']] })
  expect(read([['date:missing', 'true']])).toMatchObject({ applied: [['date:missing', 'true']] })
})

test('references may be typed by modifier, absolute on this server, or a bare id', () => {
  expect(read([['subject:Group', '7']])).toMatchObject({ applied: [['subject', 'Group/7']] })
  expect(read([['patient', 'http://127.0.0.1:1/fhir/R4/Patient/a']])).toMatchObject({
    applied: [['patient', 'Patient/a']],
  })
  expect(read([['subject', 'a']])).toMatchObject({ applied: [['subject', 'Patient/a,Group/a']] })
  expect(read([['patient', 'http://elsewhere.example/Patient/a']])).toMatchObject({
    applied: [['patient', 'http://elsewhere.example/Patient/a']],
  })
})

test('sorting: unknown codes are refused when strict, and the engine gets the rules in reverse', () => {
  expect(read([['_sort', '-date,category']])).toMatchObject({
    applied: [['_sort', '-date,category']],
    engine: [
      ['_sort', 'category,-date'],
      ['_count', '50'],
      ['_offset', '0'],
    ],
  })
  expect(read([['_sort', 'weight']], true)).toMatchObject({ kind: 'refused' })
})

test('a count of the matches has no entries; a page that is no number is refused', () => {
  expect(read([['_summary', 'count']])).toMatchObject({ page: { count: 0, offset: 0 } })
  expect(read([['_count', 'many']])).toMatchObject({ kind: 'refused' })
  expect(read([['_count', '5000']])).toMatchObject({ page: { count: 1000, offset: 0 } })
})

test('only references can be chained, and reverse chains are unknown', () => {
  expect(read([['patient.name', 'a']], true)).toMatchObject({ applied: [['patient.name', 'a']] })
  expect(read([['category.name', 'a']], true)).toMatchObject({ kind: 'refused' })
  expect(read([['_has:Provenance:target:agent', 'a']], true)).toMatchObject({ kind: 'refused' })
})
