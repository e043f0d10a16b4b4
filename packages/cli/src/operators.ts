import { newOperatorToken, type OperatorRole, operatorRoles } from '@gatehouse/server/admin'
import { CliError } from './cli-error.ts'
import { type Command, word } from './command.ts'
import type { Commands } from './help.ts'

const add: Command = {
  summary: 'Make a bearer token for the admin API, and the row of the configuration that lets it in.',
  usage: '<name>',
  options: { role: { kind: 'text', about: `${operatorRoles.join(', ')} (default: viewer)` } },
  run: async (call, { random, terminal }) => {
    const { token, row } = newOperatorToken(
      { name: word(call, 0), role: roleOf(call.text('role') ?? 'viewer') },
      { random },
    )
    terminal.note('Give the token to the operator; it is shown once and stored nowhere:')
    terminal.print(token)
    terminal.note('Add this row to operator.tokens of the configuration, then restart gatehouse:')
    terminal.print(JSON.stringify(row))
    return 0
  },
}

const roleOf = (text: string): OperatorRole => {
  const found = operatorRoles.find((role) => role === text)
  if (found === undefined) throw new CliError(`there is no role ${text}`, `The roles are ${operatorRoles.join(', ')}.`)
  return found
}

/** `gatehouse operators …` */
export const operatorCommands: Commands = { 'operators new': add }
