/** `npm test`: everything, in the order of rising cost. Prints one closing line `N passed, N failed`. */
import { spawnSync } from 'node:child_process'

const run = (command: string, ...args: string[]): boolean =>
  spawnSync(`node_modules/.bin/${command}`, args, { stdio: 'inherit' }).status === 0

const ok =
  run('biome', 'check', '--error-on-warnings', '.') && run('tsc', '-p', 'tsconfig.json') && run('vitest', 'run')
console.log(ok ? '1 passed, 0 failed' : '0 passed, 1 failed')
process.exit(ok ? 0 : 1)
