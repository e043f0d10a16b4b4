import { CliError } from './cli-error.ts'
import type { World } from './world.ts'

/** The JSON a file holds. Throws `CliError` when it cannot be read or is not JSON. */
export const readJson = async (path: string, { readFile }: World): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path))
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable'
    throw new CliError(
      `${path} does not hold JSON that can be read: ${why}`,
      'Check the name of the file and its content.',
      error,
    )
  }
}
