/** `npm run check`: what must hold before every commit, in under 30 s; lint, types and unit tests side by side. */
import { lint, printResult, runStep, type Step, types } from './step.ts'

const unit: Step = {
  name: 'unit tests, architecture, budgets',
  command: 'vitest',
  args: ['run', '--project', 'unit', '--reporter', 'dot'],
}

const results = await Promise.all(
  [lint, types, unit].map(async (step) => {
    const result = await runStep(step)
    printResult(step, result)
    return result.ok
  }),
)
process.exit(results.every(Boolean) ? 0 : 1)
