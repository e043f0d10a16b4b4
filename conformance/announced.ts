import type { ChildProcess } from 'node:child_process'

/** Resolves when the process prints the text; rejects with everything printed when it ends first. */
export const announced = (child: ChildProcess, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let printed = ''
    const hear = (chunk: Buffer): void => {
      printed += chunk.toString()
      if (printed.includes(text)) resolve()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}:\n${printed}`)))
  })
