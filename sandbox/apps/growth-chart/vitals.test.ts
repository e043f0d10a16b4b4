import { expect, test } from 'vitest'
import type { Series } from '../kit/readings.ts'
import { vitalTrends } from './vitals.ts'

const now = Date.parse('2026-11-20') / 1000
const series = (code: string, unit: string): Series => ({
  code,
  name: code,
  unit,
  readings: [
    { at: Date.parse('2025-06-21') / 1000, value: 100 },
    { at: Date.parse('2026-06-21') / 1000, value: 110 },
  ],
})
const all = [series('8302-2', 'cm'), series('8480-6', 'mmHg'), series('8462-4', 'mmHg'), series('8867-4', 'per minute')]

test('a child’s growth comes first, with percentile bands of that sex', () => {
  const trends = vitalTrends(all, { birthDate: '2018-06-21', gender: 'male' }, now)
  expect(trends.map(({ title }) => title)).toEqual(['Height', 'Blood pressure', 'Heart rate'])
  expect(trends[0]?.bands?.map(({ name }) => name)).toEqual(['3rd to 97th percentile', '15th to 85th percentile'])
  expect(trends[1]?.series).toHaveLength(2)
  expect(trends[2]?.series[0]?.range).toBeUndefined()
})

test('an adult has usual ranges instead, and no bands', () => {
  const trends = vitalTrends(all, { birthDate: '1974-01-19', gender: 'male' }, now)
  expect(trends.map(({ title }) => title)).toEqual(['Blood pressure', 'Heart rate', 'Height'])
  expect(trends.every(({ bands }) => bands === undefined)).toBe(true)
  expect(trends[1]?.series[0]?.range).toEqual({ low: 60, high: 100 })
})

test('without sex or birth date nothing is compared with a curve', () => {
  expect(vitalTrends(all, { birthDate: '2018-06-21' }, now)[0]?.bands).toBeUndefined()
  expect(vitalTrends(all, undefined, now).every(({ bands }) => bands === undefined)).toBe(true)
})
