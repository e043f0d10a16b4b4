import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileQuery } from './match.ts'

const bases = { publicBase: 'http://public.test/fhir', upstreamBase: 'http://upstream.test/fhir' }

type Coding = { readonly system?: string; readonly code?: string }

const word = fc.constantFrom('a', 'A', 'b', 'ab')
const coding: fc.Arbitrary<Coding> = fc
  .tuple(fc.constantFrom(undefined, 'urn:s', 'urn:t'), fc.option(word, { nil: undefined }))
  .map(([system, code]) => ({ ...(system !== undefined && { system }), ...(code !== undefined && { code }) }))
const concept = fc.record({ coding: fc.array(coding, { maxLength: 3 }), text: word })

type Asked = { readonly system: string | undefined; readonly code: string; readonly form: string }

const asked: fc.Arbitrary<Asked> = fc
  .constantFrom('code', 'system|code', '|code', 'system|')
  .chain((form) => fc.record({ system: fc.constantFrom('urn:s', 'urn:t'), code: word, form: fc.constant(form) }))

const formatAsked = ({ system, code, form }: Asked): string =>
  form.replace('system', String(system)).replace('code', code)

/** R4 search §token, read sentence by sentence: which codings a value selects. */
const selects = ({ system, code, form }: Asked, found: Coding): boolean => {
  if (form === 'code') return found.code === code
  if (form === '|code') return found.system === undefined && found.code === code
  if (form === 'system|') return found.system === system
  return found.system === system && found.code === code
}

test('SC-15, ONC-33: the compiled matcher selects the codings that the specification’s sentences select', () => {
  fc.assert(
    fc.property(
      fc.array(concept, { maxLength: 3 }),
      fc.array(asked, { minLength: 1, maxLength: 3 }),
      fc.array(asked, { maxLength: 2 }),
      (category, some, more) => {
        const queries = [some, more].filter((values) => values.length > 0)
        const query = queries.map((values) => ({ name: 'category', value: values.map(formatAsked).join(',') }))
        const matches = compileQuery('Observation', query, { bases })
        const codings = category.flatMap((each) => each.coding)
        const expected = queries.every((values) =>
          values.some((value) => codings.some((found) => selects(value, found))),
        )
        expect(matches?.({ resourceType: 'Observation', category })).toBe(expected)
      },
    ),
  )
})

const day = fc.tuple(fc.constantFrom(2019, 2020, 2021), fc.integer({ min: 1, max: 28 })).map(([year, date]) => ({
  text: `${year}-03-${String(date).padStart(2, '0')}`,
  number: year * 100 + date,
}))

test('SC-15: the compiled matcher compares days as days', () => {
  const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le'] as const
  const agrees = (prefix: (typeof prefixes)[number], left: number, right: number): boolean =>
    ({
      eq: left === right,
      ne: left !== right,
      gt: left > right,
      lt: left < right,
      ge: left >= right,
      le: left <= right,
    })[prefix]
  fc.assert(
    fc.property(day, day, fc.constantFrom(...prefixes), (found, value, prefix) => {
      const matches = compileQuery('Condition', [{ name: 'recorded-date', value: `${prefix}${value.text}` }], { bases })
      expect(matches?.({ resourceType: 'Condition', recordedDate: found.text })).toBe(
        agrees(prefix, found.number, value.number),
      )
    }),
  )
})
