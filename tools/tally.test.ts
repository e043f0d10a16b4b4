import { expect, test } from 'vitest'
import { addTallies, parseVitestReport } from './tally.ts'

const report = (numPassedTests: number, numTotalTests: number) => () =>
  JSON.stringify({ numPassedTests, numTotalTests })

test('a phase counts its tests', () => {
  expect(parseVitestReport(report(7, 7), true)).toEqual({ passed: 7, failed: 0 })
  expect(parseVitestReport(report(5, 7), false)).toEqual({ passed: 5, failed: 2 })
})

test('a skipped test is a failed one', () => {
  expect(parseVitestReport(report(6, 7), true)).toEqual({ passed: 6, failed: 1 })
})

test('a phase that did not load all its files has failed, even if every test that ran has passed', () => {
  expect(parseVitestReport(report(7, 7), false)).toEqual({ passed: 7, failed: 1 })
})

test('a phase without a report has failed', () => {
  const unreadable = () => {
    throw new Error('ENOENT')
  }
  expect(parseVitestReport(unreadable, true)).toEqual({ passed: 0, failed: 1 })
})

test('tallies add up', () => {
  expect(
    addTallies([
      { passed: 1, failed: 0 },
      { passed: 2, failed: 3 },
    ]),
  ).toEqual({ passed: 3, failed: 3 })
})
