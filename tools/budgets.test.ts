import { describe, expect, test } from 'vitest'
import { measureFunctions } from './measure.ts'
import { isTable, isTest, lineAt, sourceFiles } from './source-tree.ts'

/** Numbers of `docs/concepts.md#budgets`; raising one needs a decision record. Tables and locales are exempt, tests from sizes. */
const limits = { fileLines: 350, functionLines: 70, parameters: 3, nesting: 3 }
const targets = { fileMedian: 90, fileP90: 220, functionP90: 40 }

const files = sourceFiles().filter(({ path }) => !isTable(path))
const code = files.filter(({ path }) => !isTest(path))
const functions = code.flatMap(measureFunctions)

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0

describe('a reader takes in a file, a function and a call at one look', () => {
  test(`no file is longer than ${limits.fileLines} lines: find its second noun`, () => {
    const long = code.filter(({ lines }) => lines > limits.fileLines)
    expect(long.map(({ path, lines }) => `${path} ${lines}`)).toEqual([])
  })

  test(`no function is longer than ${limits.functionLines} lines: separate parse, decide, answer`, () => {
    const long = functions.filter(({ lines }) => lines > limits.functionLines)
    expect(long.map(({ place, lines }) => `${place} ${lines}`)).toEqual([])
  })

  test(`no function takes more than ${limits.parameters} parameters`, () => {
    const wide = functions.filter(({ parameters }) => parameters > limits.parameters)
    expect(wide.map(({ place, parameters }) => `${place} ${parameters}`)).toEqual([])
  })

  test(`no control structure is deeper than ${limits.nesting}`, () => {
    const deep = functions.filter(({ nesting }) => nesting > limits.nesting)
    expect(deep.map(({ place, nesting }) => `${place} ${nesting}`)).toEqual([])
  })

  test('most files and functions are far smaller than the limit', () => {
    const lines = code.map(({ lines }) => lines)
    expect(quantile(lines, 0.5)).toBeLessThanOrEqual(targets.fileMedian)
    expect(quantile(lines, 0.9)).toBeLessThanOrEqual(targets.fileP90)
    expect(
      quantile(
        functions.map(({ lines }) => lines),
        0.9,
      ),
    ).toBeLessThanOrEqual(targets.functionP90)
  })
})

describe('nothing is left for later', () => {
  const inComments = (pattern: RegExp): string[] =>
    files.flatMap(({ path, text, comments }) =>
      comments.filter(({ value }) => pattern.test(value)).map(({ start }) => `${path}:${lineAt(text, start)}`),
    )

  test('no reminders in comments', () => {
    expect(inComments(/\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([])
  })

  test('no silenced compiler, no silenced linter without a reason', () => {
    expect(inComments(/@ts-(ignore|nocheck)|biome-ignore(?! [^:]+: \S)/)).toEqual([])
  })

  test('no skipped or lonely test', () => {
    const pattern = /\b(test|it|describe)\.(only|skip|todo|fails)\b|\b(xit|xtest|fit|fdescribe)\(/
    const tests = files.filter(({ path, text }) => isTest(path) && pattern.test(text))
    expect(tests.map(({ path }) => path)).toEqual([])
  })
})
