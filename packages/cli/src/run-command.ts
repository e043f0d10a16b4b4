import { SchemaTooNewError } from '@gatehouse/server/store'
import { CliError } from './cli-error.ts'
import { parseCall } from './command.ts'
import { commands } from './commands.ts'
import { findCommand, formatHelp, formatOverview, unknownCommand } from './help.ts'
import type { World } from './world.ts'

/** Runs what was typed after `gatehouse`; returns the exit code. Throws `CliError` when it cannot go on. */
export const runCommand = async (argv: readonly string[], world: World): Promise<number> => {
  const asksHelp = argv.length === 0 || argv.some((word) => word === '--help' || word === '-h') || argv[0] === 'help'
  const words = argv.filter((word) => !['--help', '-h'].includes(word))
  if (asksHelp) return help(words[0] === 'help' ? words.slice(1) : words, world)
  const found = findCommand(commands, argv)
  if (found !== undefined) return found.command.run(parseCall(found.name, found.command, found.rest), world)
  if (argv.length === 1 && isGroup(argv[0])) return help(argv, world)
  throw unknownCommand(commands, argv)
}

const isGroup = (word: string | undefined): boolean => Object.keys(commands).some((name) => name.startsWith(`${word} `))

const help = async (words: readonly string[], { terminal }: World): Promise<number> => {
  const found = findCommand(commands, words)
  if (found !== undefined) terminal.print(formatHelp(found.name, found.command))
  else if (words.length === 0) terminal.print(formatOverview(commands))
  else if (isGroup(words[0])) terminal.print(formatOverview(commands, words[0]))
  else throw unknownCommand(commands, words)
  return 0
}

/** Failures of the surroundings that no command can help, told as what they are. */
const ofSurroundings = (error: Error): CliError | undefined => {
  const code = 'code' in error ? error.code : undefined
  if (error.name === 'OAuthError') {
    const why = error.cause instanceof Error ? ` (${error.cause.message})` : ''
    return new CliError(`${error.message}${why}`, 'Run `gatehouse doctor`: it says what is wrong and what to do.')
  }
  if (error instanceof SchemaTooNewError) return new CliError(error.message, 'Nothing was changed.')
  if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return new CliError(
      `cannot listen: ${error.message}`,
      'Another program has the port, or the address is not of this machine. See `listen` and `operator.listen`.',
    )
  return undefined
}

/** What a person reads when a command could not go on. */
export const formatFailure = (error: unknown): string => {
  const told = error instanceof CliError || !(error instanceof Error) ? error : (ofSurroundings(error) ?? error)
  if (told instanceof CliError) return `gatehouse: ${told.message}\n  ${told.remedy}`
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `gatehouse: this should not have happened; please report it with what you typed\n  ${stack}`
}
