/**
 * `npm run check`: what must hold before every commit, in under 30 s. Lint, types and unit tests run side by side;
 * the output of a step is printed only when it fails.
 */
import { spawn } from 'node:child_process'

const steps: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['unit tests, architecture, budgets', 'vitest', 'run', '--project', 'unit', '--reporter', 'dot'],
]

const results = await Promise.all(
  steps.map(
    ([name, command, ...args]) =>
      new Promise<boolean>((resolve) => {
        const started = performance.now()
        const child = spawn(`node_modules/.bin/${command}`, args, { env: { ...process.env, NO_COLOR: '1' } })
        const output: Buffer[] = []
        child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
        child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
        child.on('error', (error) => output.push(Buffer.from(error.message)))
        child.on('close', (code) => {
          const seconds = ((performance.now() - started) / 1000).toFixed(1)
          console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
          if (code !== 0) console.log(Buffer.concat(output).toString())
          resolve(code === 0)
        })
      }),
  ),
)
process.exit(results.every(Boolean) ? 0 : 1)
