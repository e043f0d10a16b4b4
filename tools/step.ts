import { spawn } from 'node:child_process'

/** One command of a check; `command` is looked up in `node_modules/.bin`. */
export type Step = { readonly name: string; readonly command: string; readonly args: readonly string[] }

/** How a step ended. */
export type StepResult = { readonly ok: boolean; readonly seconds: number; readonly output: string }

/** Runs a step to its end, keeps what it prints, and never throws. */
export const runStep = ({ command, args }: Step): Promise<StepResult> =>
  new Promise((resolve) => {
    const started = performance.now()
    const output: Buffer[] = []
    const child = spawn(`node_modules/.bin/${command}`, args, {
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', (error) => output.push(Buffer.from(error.message)))
    child.on('close', (code) =>
      resolve({
        ok: code === 0,
        seconds: (performance.now() - started) / 1000,
        output: Buffer.concat(output).toString(),
      }),
    )
  })

/** Prints one line per step, and the whole output when it is wanted or the step failed. */
export const printResult = ({ name }: Step, { ok, seconds, output }: StepResult, whole = false): void => {
  if (whole || !ok) console.log(output.trimEnd())
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`)
}

/** Formatting and lint rules of `biome.json`; warnings count. */
export const lint: Step = { name: 'lint', command: 'biome', args: ['check', '--error-on-warnings', '.'] }

/** Every TypeScript file of the repository, product or not. */
export const types: Step = { name: 'types', command: 'tsc', args: ['-p', 'tsconfig.json'] }
