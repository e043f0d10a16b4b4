import { parseArgs } from 'node:util'
import { CliError } from './cli-error.ts'
import type { World } from './world.ts'

/** An option of a command. `text` takes a value, `flag` none. `about` is its line in the help. */
export type Option = { readonly kind: 'text' | 'flag'; readonly about: string }

/** What was typed after a command's name, already checked against its options. */
export type Call = {
  readonly words: readonly string[]
  readonly text: (option: string) => string | undefined
  readonly flag: (option: string) => boolean
}

/** One command: what it is for, how it is typed, what it does. Returns the exit code. */
export type Command = {
  readonly summary: string
  /** What follows the name, for instance `<client id>`; names in `<>` are required, in `[]` may be left out. */
  readonly usage: string
  readonly options: Readonly<Record<string, Option>>
  readonly run: (call: Call, world: World) => Promise<number>
}

/** Options of every command that opens the configured server. */
export const configOption = {
  config: { kind: 'text', about: 'the configuration file (default: $GATEHOUSE_CONFIG or ./gatehouse.json)' },
} as const satisfies Command['options']

/** Options of every command that prints records. */
export const outputOptions = {
  ...configOption,
  json: { kind: 'flag', about: 'print JSON instead of a table' },
} as const satisfies Command['options']

/** Parses what follows a command's name. Throws `CliError` for an option it does not have or a missing word. */
export const parseCall = (name: string, command: Command, argv: readonly string[]): Call => {
  const { values, positionals } = parseOptions(name, command, argv)
  const required = command.usage.match(/<[^>]+>/g) ?? []
  const missing = required[positionals.length]
  if (missing !== undefined) throw new CliError(`${name} needs ${missing}`, `Type: gatehouse ${name} ${command.usage}`)
  return {
    words: positionals,
    text: (option) => (typeof values[option] === 'string' ? values[option] : undefined),
    flag: (option) => values[option] === true,
  }
}

const parseOptions = (name: string, command: Command, argv: readonly string[]) => {
  const options = Object.entries(command.options).map(
    ([option, { kind }]) => [option, { type: kind === 'flag' ? 'boolean' : 'string' }] as const,
  )
  try {
    return parseArgs({ args: [...argv], options: Object.fromEntries(options), allowPositionals: true })
  } catch (error) {
    const why = error instanceof Error ? error.message.split('. ')[0] : 'unknown option'
    throw new CliError(`${name}: ${why}`, `Type \`gatehouse help ${name}\` for its options.`, error)
  }
}

/** The word at a place that `usage` requires. */
export const word = (call: Call, place: number): string => {
  const found = call.words[place]
  if (found === undefined) throw new CliError(`word ${place + 1} is missing`, 'Type `gatehouse help`.')
  return found
}
