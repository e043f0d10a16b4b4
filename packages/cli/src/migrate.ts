import { type Command, configOption } from './command.ts'

/** `gatehouse migrate`: brings the store to this program's schema. Safe to run while other nodes serve. */
export const migrateCommand: Command = {
  summary: "Bring the database to this version's schema.",
  usage: '',
  options: {
    ...configOption,
    check: { kind: 'flag', about: 'change nothing; exit code 1 when the database is behind' },
  },
  run: async (call, { schema, terminal }) => {
    const { before, after, wanted } = await schema(call.text('config'), !call.flag('check'))
    terminal.print(
      before === after
        ? `The database is at schema version ${after}; this program wants ${wanted}.`
        : `The database went from schema version ${before} to ${after}.`,
    )
    return after === wanted ? 0 : 1
  },
}
