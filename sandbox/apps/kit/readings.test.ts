import { expect, test } from 'vitest'
import { rangeText, standing, toSeries } from './readings.ts'

const observation = (at: string, value: number, over: object = {}): { readonly [member: string]: unknown } => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ code: '718-7', display: 'Hemoglobin [Mass/volume] in Blood' }] },
  effectiveDateTime: at,
  valueQuantity: { value, unit: 'g/dL' },
  ...over,
})

test('observations of one code become one series in the order of time', () => {
  const [series, ...rest] = toSeries([observation('2026-02-01', 13), observation('2025-02-01', 12)])
  expect(rest).toEqual([])
  expect(series).toMatchObject({ code: '718-7', name: 'Hemoglobin', unit: 'g/dL' })
  expect(series?.readings.map(({ value }) => value)).toEqual([12, 13])
})

test('blood pressure is two series, mistakes and words are none', () => {
  const component = [
    { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 120, unit: 'mm[Hg]' } },
    { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: 80, unit: 'mm[Hg]' } },
  ]
  const pressure = observation('2026-02-01', 0, {
    code: { coding: [{ code: '85354-9' }] },
    valueQuantity: undefined,
    component,
  })
  expect(toSeries([pressure]).map(({ name, unit }) => `${name} ${unit}`)).toEqual(['Systolic mmHg', 'Diastolic mmHg'])
  expect(toSeries([observation('2026-02-01', 1, { status: 'entered-in-error' })])).toEqual([])
  expect(toSeries([observation('2026-02-01', 1, { valueQuantity: undefined, valueString: 'high' })])).toEqual([])
  expect(toSeries([observation('no date', 1)])).toEqual([])
})

test('a value stands above, below or in the usual range, which may be open', () => {
  const range = { low: 70, high: 99 }
  expect([69, 70, 99, 100].map((value) => standing(value, range))).toEqual(['below', 'usual', 'usual', 'above'])
  expect(standing(500, { low: 95 })).toBe('usual')
  expect(standing(500, undefined)).toBe('unknown')
  expect([rangeText(range, 'mg/dL'), rangeText({ high: 3 }, 'mg/L'), rangeText({ low: 60 }, '')]).toEqual([
    '70 to 99 mg/dL',
    'up to 3 mg/L',
    '60 or more',
  ])
})
