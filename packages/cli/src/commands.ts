import type { Commands } from './help.ts'
import { initCommand } from './init.ts'
import { migrateCommand } from './migrate.ts'
import { scopesCommand } from './scopes.ts'
import { serveCommand } from './serve.ts'

/** Every command there is, in the order of the help. */
export const commands: Commands = {
  init: initCommand,
  serve: serveCommand,
  migrate: migrateCommand,
  scopes: scopesCommand,
}
