/** `npm test`: everything, in the order of rising cost. Its last line is `N passed, N failed`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDebianPackages } from './debian-packages.ts'
import { lint, printResult, runStep, type Step, types } from './step.ts'
import { addTallies, parseVitestReport, type Tally } from './tally.ts'

const reports = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))

/** A phase is one command (counts as one test) or one vitest project (counts its tests). */
type Phase = Step & { readonly report?: string }

const project = (name: string, title: string): Phase => {
  const report = join(reports, `${name}.json`)
  const reporters = ['--reporter', 'default', '--reporter', 'json', `--outputFile.json=${report}`]
  return { name: title, command: 'vitest', args: ['run', '--project', name, ...reporters], report }
}

const generator = (title: string, script: string): Phase => ({
  name: title,
  command: 'node',
  args: ['--conditions=source', script, '--check'],
})

const phases: readonly Phase[] = [
  lint,
  types,
  project('unit', 'unit tests, architecture, budgets'),
  project('http', 'store contract and HTTP behaviour'),
  project('e2e', 'end to end in Chromium, independent clients'),
  project('packaging', 'packaging'),
  generator('requirement table is current', 'tools/requirements.ts'),
  generator('generated pages are current', 'tools/docs.ts'),
]

const runPhase = async (phase: Phase): Promise<Tally> => {
  const result = await runStep(phase)
  printResult(phase, result, phase.report !== undefined)
  if (phase.report === undefined) return { passed: result.ok ? 1 : 0, failed: result.ok ? 0 : 1 }
  return parseVitestReport(() => readFileSync(phase.report ?? '', 'utf8'), result.ok)
}

const tallies: Tally[] = [ensureDebianPackages() ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }]
for (const phase of phases) tallies.push(await runPhase(phase))
rmSync(reports, { recursive: true })

const { passed, failed } = addTallies(tallies)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
