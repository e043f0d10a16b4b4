import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError } from '../cli-error.ts'

/** Where references are read: paths are relative to `folder`, names come from `environment`. */
export type SecretSources = {
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Told of every file that was read. */
  readonly onFile?: (file: string) => void
}

/**
 * Replaces every `{ "file": path }` and `{ "env": name }` in a document by what it refers to, without its closing line
 * break, so that no secret stands in the configuration itself. Throws `CliError` naming the setting.
 */
export const resolveSecrets = async (value: unknown, sources: SecretSources, path = ''): Promise<unknown> => {
  if (Array.isArray(value))
    return Promise.all(value.map((member, index) => resolveSecrets(member, sources, `${path}[${index}]`)))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [name, target] = entries[0] ?? []
  if (entries.length === 1 && typeof target === 'string') {
    if (name === 'file') {
      const file = resolve(sources.folder, target)
      sources.onFile?.(file)
      return readSecretFile(path, file)
    }
    if (name === 'env') return readVariable(path, target, sources)
  }
  const members = entries.map(async ([key, member]) => {
    const below = path === '' ? key : `${path}.${key}`
    return [key, await resolveSecrets(member, sources, below)] as const
  })
  return Object.fromEntries(await Promise.all(members))
}

const readSecretFile = async (setting: string, file: string): Promise<string> => {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new CliError(
      `${setting} refers to the file ${file}, which cannot be read (${why})`,
      'Create the file, or let the user who runs gatehouse read it (chmod 600, chown).',
      error,
    )
  }
}

const readVariable = (setting: string, name: string, { environment }: SecretSources): string => {
  const found = environment[name]
  if (found !== undefined && found !== '') return found
  throw new CliError(
    `${setting} refers to the environment variable ${name}, which is not set`,
    `Set ${name} before you start gatehouse, or refer to a file: { "file": "…" }.`,
  )
}
