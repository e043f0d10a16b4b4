import { expect, test } from 'vitest'
import { age, concept, day, numberText, personName, plain, unitText } from './words.ts'

test('concepts are said by their text, then by a display, without the terminology’s brackets', () => {
  expect(concept({ text: 'Viral sinusitis (disorder)' })).toBe('Viral sinusitis')
  expect(concept({ coding: [{ code: '1' }, { display: 'Asthma' }] })).toBe('Asthma')
  expect(concept(undefined)).toBeUndefined()
  expect(plain('Glucose [Mass/volume] in Serum or Plasma')).toBe('Glucose')
  expect(plain('Leukocytes [#/volume] in Blood by Automated count')).toBe('Leukocytes')
})

test('dates are as exact as they were recorded', () => {
  expect(day('2026-11-20', 'en-GB')).toBe('20 November 2026')
  expect(day('2026-11-20T23:30:00+01:00', 'en-GB')).toBe('20 November 2026')
  expect(day('2026-11', 'en-GB')).toBe('November 2026')
  expect(day('2026')).toBe('2026')
  expect(day(null)).toBeUndefined()
})

test('ages are in years, months below two years, days below one month', () => {
  const today = new Date('2026-11-20T12:00:00Z')
  expect(age('2018-06-21', today)).toBe('8 years')
  expect(age('2018-11-21', today)).toBe('7 years')
  expect(age('2025-09-30', today)).toBe('13 months')
  expect(age('2026-11-02', today)).toBe('18 days')
  expect(age('2018', today)).toBeUndefined()
})

test('a person is called by the official name', () => {
  const name = [
    { use: 'nickname', given: ['Pepe'] },
    { use: 'official', given: ['José', 'Miguel'], family: 'Rivera' },
  ]
  expect(personName({ name })).toBe('José Miguel Rivera')
  expect(personName({})).toBe('Name not recorded')
})

test('units and numbers are as people write them', () => {
  expect(unitText('10*3/uL')).toBe('thousand/µL')
  expect(unitText('{copies}/mL')).toBe('copies/mL')
  expect(unitText('mg/dL')).toBe('mg/dL')
  expect(numberText(158.7513, 'en')).toBe('158.8')
  expect(numberText(1.016, 'en')).toBe('1.02')
})
