import { CliError } from './cli-error.ts'
import type { Command } from './command.ts'

/** The table of commands by the words that are typed. */
export type Commands = Readonly<Record<string, Command>>

/** What was typed, sorted into a command and what is for it. */
export type Found = { readonly name: string; readonly command: Command; readonly rest: readonly string[] }

/** The command whose words stand first in what was typed; `undefined` when none does. */
export const findCommand = (commands: Commands, argv: readonly string[]): Found | undefined => {
  for (const length of [2, 1]) {
    const name = argv.slice(0, length).join(' ')
    const command = argv.length >= length ? commands[name] : undefined
    if (command !== undefined) return { name, command, rest: argv.slice(length) }
  }
  return undefined
}

/** Every command with its summary; only those of one group when `group` is given. */
export const formatOverview = (commands: Commands, group?: string): string => {
  const shown = Object.entries(commands).filter(([name]) => group === undefined || name.split(' ')[0] === group)
  const width = Math.max(...shown.map(([name]) => name.length))
  const lines = shown.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  const usage = `Usage: gatehouse ${group ?? ''}${group === undefined ? '' : ' '}<command> [options]`
  return [usage, '', ...lines, '', 'Type `gatehouse help <command>` for the options of a command.'].join('\n')
}

/** One command in full. */
export const formatHelp = (name: string, { summary, usage, options }: Command): string => {
  const rows = Object.entries(options).map(([option, { kind, about }]) => ({
    typed: `--${option}${kind === 'text' ? ' <text>' : ''}`,
    about,
  }))
  const width = Math.max(0, ...rows.map(({ typed }) => typed.length))
  const lines = rows.map(({ typed, about }) => `  ${typed.padEnd(width)}  ${about}`)
  return [`gatehouse ${name} ${usage}`.trimEnd(), '', summary, ...(lines.length > 0 ? ['', ...lines] : [])].join('\n')
}

/** What to say about words that are no command. */
export const unknownCommand = (commands: Commands, argv: readonly string[]): CliError => {
  const typed = argv.slice(0, 2).join(' ')
  const near = Object.keys(commands)
    .map((name) => ({ name, distance: Math.min(...[typed, argv[0] ?? ''].map((words) => distance(words, name))) }))
    .sort((a, b) => a.distance - b.distance)[0]
  const guess = near !== undefined && near.distance <= 3 ? `Did you mean \`gatehouse ${near.name}\`? ` : ''
  return new CliError(`there is no command "${typed}"`, `${guess}Type \`gatehouse help\` for all commands.`)
}

/** Edit distance: how many letters are typed wrong. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}
