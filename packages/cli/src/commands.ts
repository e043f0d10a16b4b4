import { brandCommands } from './brands.ts'
import { clientCommands } from './clients.ts'
import { doctorCommand } from './doctor.ts'
import { gatewayCommand } from './gateway.ts'
import { grantCommands } from './grants.ts'
import type { Commands } from './help.ts'
import { initCommand } from './init.ts'
import { keyCommands } from './keys.ts'
import { migrateCommand } from './migrate.ts'
import { operatorCommands } from './operators.ts'
import { scopesCommand } from './scopes.ts'
import { serveCommand } from './serve.ts'
import { userCommands } from './users.ts'

/** Every command there is, in the order of the help. */
export const commands: Commands = {
  init: initCommand,
  serve: serveCommand,
  gateway: gatewayCommand,
  migrate: migrateCommand,
  doctor: doctorCommand,
  ...clientCommands,
  ...userCommands,
  ...grantCommands,
  ...keyCommands,
  ...brandCommands,
  ...operatorCommands,
  scopes: scopesCommand,
}
