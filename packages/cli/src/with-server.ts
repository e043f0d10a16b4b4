import type { Env } from '@gatehouse/server'
import type { Operator } from '@gatehouse/server/admin'
import { CliError } from './cli-error.ts'
import type { Call } from './command.ts'
import { formatTable } from './table.ts'
import type { World } from './world.ts'

/** What a command that looks at or changes records works with. Whoever can read the configuration is an admin. */
export type Session = {
  readonly env: Env
  readonly operator: Operator
  /** Prints records as a table, or as JSON with `--json`. */
  readonly show: <T>(records: readonly T[], columns: Readonly<Record<string, (record: T) => string>>) => void
  /** Prints one record, member by member, or as JSON. */
  readonly showOne: (record: object) => void
}

/** Opens the configured server for one command and closes it whatever happens. Refusals of the server become `CliError`s. */
export const withServer = async (
  call: Call,
  world: World,
  run: (session: Session) => Promise<void>,
): Promise<number> => {
  const { env, close } = await world.openServer(call.text('config'))
  try {
    await run({ env, operator: { name: `cli:${world.userName}`, role: 'admin' }, ...printers(call, world) })
    return 0
  } catch (error) {
    throw refusalOf(error)
  } finally {
    await close()
  }
}

const printers = (call: Call, { terminal }: World): Pick<Session, 'show' | 'showOne'> => ({
  show: (records, columns) =>
    terminal.print(call.flag('json') ? JSON.stringify(records, undefined, 2) : formatTable(records, columns)),
  showOne: (record) =>
    terminal.print(
      call.flag('json')
        ? JSON.stringify(record, undefined, 2)
        : formatTable(Object.entries(record), {
            MEMBER: ([name]) => name,
            VALUE: ([, value]) => (typeof value === 'string' ? value : JSON.stringify(value)),
          }),
    ),
})

/** The server's own refusals say what to do in their description; anything else stays a fault. */
const refusalOf = (error: unknown): unknown =>
  error instanceof Error && error.name === 'OAuthError'
    ? new CliError(error.message, 'Nothing was changed. `gatehouse help` shows how each command is typed.', error)
    : error
