/** Which vital signs are drawn, in what order, and what is usual for them. Pure. */

import { valueAt } from '../../patients/growth.ts'
import type { Band, Trend } from '../kit/chart.ts'
import type { Range, Series } from '../kit/readings.ts'
import { type Json, text } from '../kit/words.ts'

/** LOINC codes of one picture; blood pressure has two lines. */
type Picture = { readonly title: string; readonly codes: readonly string[]; readonly usual?: readonly Range[] }

const growth: readonly Picture[] = [
  { title: 'Height', codes: ['8302-2'] },
  { title: 'Weight', codes: ['29463-7'] },
  { title: 'Head circumference', codes: ['9843-4', '8287-5'] },
  { title: 'Body mass index', codes: ['39156-5'] },
]
const signs: readonly Picture[] = [
  { title: 'Blood pressure', codes: ['8480-6', '8462-4'], usual: [{ low: 90, high: 130 }, { high: 80 }] },
  { title: 'Heart rate', codes: ['8867-4'], usual: [{ low: 60, high: 100 }] },
  { title: 'Oxygen saturation', codes: ['2708-6', '59408-5'], usual: [{ low: 95 }] },
  { title: 'Respiratory rate', codes: ['9279-1'], usual: [{ low: 12, high: 20 }] },
  { title: 'Temperature', codes: ['8310-5'], usual: [{ low: 36.1, high: 37.5 }] },
  { title: 'Weight', codes: ['29463-7'] },
  { title: 'Body mass index', codes: ['39156-5'], usual: [{ low: 18.5, high: 25 }] },
  { title: 'Height', codes: ['8302-2'] },
]

const isChild = (patient: Json | undefined, now: number): boolean => {
  const born = Date.parse(text(patient?.birthDate) ?? '')
  return now - born / 1000 < 18 * 365.25 * 86_400
}

/** The pictures for a patient, growth first for children. `now` in seconds. */
export function vitalTrends(series: readonly Series[], patient: Json | undefined, now: number): readonly Trend[] {
  const child = isChild(patient, now)
  const pictures = child ? [...growth, ...signs.slice(0, 5)] : signs
  return pictures.flatMap(({ title, codes, usual = [] }) => {
    const found = codes.flatMap((code, line) => {
      const one = series.find((candidate) => candidate.code === code)
      if (one === undefined) return []
      const range = one.range ?? (child ? undefined : usual[line])
      return [range === undefined ? one : { ...one, range }]
    })
    const [first] = found
    if (first === undefined) return []
    const bands = child ? growthBands(first, patient) : []
    return [{ title, unit: first.unit, series: found, ...(bands.length > 0 ? { bands } : {}) }]
  })
}

const measures = { '8302-2': 'height', '29463-7': 'weight', '9843-4': 'head', '8287-5': 'head' } as const

/** 3rd to 97th and 15th to 85th percentile over the months that were measured. Demonstration curves, not for care. */
function growthBands({ code, readings }: Series, patient: Json | undefined): readonly Band[] {
  const measure = Object.entries(measures).find(([known]) => known === code)?.[1]
  const sex = patient?.gender
  const born = Date.parse(text(patient?.birthDate) ?? '') / 1000
  const last = readings.at(-1)
  if (measure === undefined || last === undefined || Number.isNaN(born) || (sex !== 'female' && sex !== 'male'))
    return []
  const month = 30.4375 * 86_400
  const months = Array.from({ length: 25 }, (_, step) => (step * (last.at - born)) / 24 / month)
  const band = (name: string, score: number): Band => ({
    name,
    edges: months.map((age) => ({
      at: Math.round(born + age * month),
      low: valueAt({ measure, sex, months: age }, -score),
      high: valueAt({ measure, sex, months: age }, score),
    })),
  })
  return [band('3rd to 97th percentile', 1.88), band('15th to 85th percentile', 1.04)]
}
