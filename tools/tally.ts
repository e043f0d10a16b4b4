/** How many tests passed and failed. */
export type Tally = { readonly passed: number; readonly failed: number }

/** Sum of all phases. */
export const addTallies = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
  failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
})

/**
 * Counts of a vitest JSON report. Skipped tests count as failed, and so does a run that ended badly without a failed test
 * (a file that did not load, a report that was never written): what did not run has not passed.
 */
export const parseVitestReport = (read: () => string, exitedWell: boolean): Tally => {
  const { passed, failed } = readCounts(read)
  return { passed, failed: failed === 0 && !exitedWell ? 1 : failed }
}

const readCounts = (read: () => string): Tally => {
  try {
    const report = JSON.parse(read())
    const passed = Number(report.numPassedTests)
    if (!Number.isInteger(passed)) throw new Error('not a vitest report')
    return { passed, failed: Number(report.numTotalTests) - passed }
  } catch {
    return { passed: 0, failed: 1 }
  }
}
