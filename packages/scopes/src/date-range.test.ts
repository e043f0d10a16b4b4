import { describe, expect, test } from 'vitest'
import { dateRange, periodRange } from './date-range.ts'

const iso = (text: string): readonly string[] | undefined => {
  const range = dateRange(text)
  return range && [new Date(range.from).toISOString(), new Date(range.to).toISOString()]
}

describe('dateRange', () => {
  test.each([
    ['2020', '2020-01-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z'],
    ['2020-12', '2020-12-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z'],
    ['2020-02-29', '2020-02-29T00:00:00.000Z', '2020-03-01T00:00:00.000Z'],
    ['2020-02-29T23:30:00-01:00', '2020-03-01T00:30:00.000Z', '2020-03-01T00:30:01.000Z'],
    ['2020-02-29T23:30:00.5Z', '2020-02-29T23:30:00.500Z', '2020-02-29T23:30:00.501Z'],
  ])('MS-14: %s is from %s to %s', (text, from, to) => expect(iso(text)).toEqual([from, to]))

  test.each([
    '',
    '20',
    '2020-13',
    '2020-00',
    '2021-02-29',
    '2020-1-1',
    '2020-01-01T10:00',
    '2020-01-01T10:00:00',
    '2020-01-01T25:00:00Z',
    ' 2020',
    '2020-01-01Z',
  ])('MS-13: %j is no date', (text) => expect(dateRange(text)).toBeUndefined())
})

describe('periodRange', () => {
  test('MS-14: includes both ends whole, and is open where none is stated', () => {
    expect(periodRange({ start: '2020', end: '2020' })).toEqual(dateRange('2020'))
    expect(periodRange({ start: '2020' })?.to).toBe(Infinity)
    expect(periodRange({ end: '2020' })?.from).toBe(-Infinity)
    expect(periodRange({ start: '2020', end: 'x' })).toBeUndefined()
    expect(periodRange({ start: 'x', end: '2020' })).toBeUndefined()
  })
})
