/**
 * `npm run conformance -- [area …] [--server URL]`: the tests of this folder whose path has the area in it (`peers`, `launch`,
 * `fhirclient` …; all without one). With `--server`, against the sandbox that already runs at this issuer and keeps its data
 * in `.sandbox` (or `--folder`).
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { readFacts } from './sandbox-process.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { server: { type: 'string' }, folder: { type: 'string', default: '.sandbox' } },
})

const runningAt = (issuer: string): string => {
  const found = readFacts(values.folder).ehr.issuer
  if (found === issuer.replace(/\/$/, '')) return values.folder
  console.error(`The sandbox in ${values.folder} is ${found}, not ${issuer}.`)
  process.exit(1)
}

const env = values.server === undefined ? process.env : { ...process.env, GATEHOUSE_SANDBOX: runningAt(values.server) }
const { status } = spawnSync('node_modules/.bin/vitest', ['run', '--project', 'e2e', ...positionals], {
  stdio: 'inherit',
  env,
})
process.exit(status ?? 1)
