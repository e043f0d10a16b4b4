import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** The command line as a person gets it: a process of its own in a folder of its own. */
export type Shell = {
  readonly folder: string
  readonly run: (argv: readonly string[], input?: string) => Promise<Outcome>
}

/** What a command printed and how it ended. */
export type Outcome = { readonly code: number | null; readonly out: string; readonly err: string }

const program = join(import.meta.dirname, '../src/main.ts')

/** A new, empty folder to type commands in, removed after the tests of its file or group. Not to be opened inside a test. */
export const openShell = (variables: Readonly<Record<string, string>> = {}): Shell => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return {
    folder,
    run: (argv, input = '') =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, ['--conditions=source', program, ...argv], {
          cwd: folder,
          env: { ...process.env, ...variables },
        })
        const chunks = { out: '', err: '' }
        child.stdout.on('data', (chunk) => {
          chunks.out += chunk
        })
        child.stderr.on('data', (chunk) => {
          chunks.err += chunk
        })
        child.on('close', (code) => resolve({ code, ...chunks }))
        child.stdin.end(input)
      }),
  }
}
