#!/usr/bin/env node
import { ConfigError as GatewayConfigError } from '@gatehouse/gateway'
import { ConfigError } from '@gatehouse/server'
import { realWorld } from './real-env/world.ts'
import { formatFailure, runCommand } from './run-command.ts'

// What we create (the database, keys) is for our own user alone.
process.umask(0o077)

try {
  process.exitCode = await runCommand(process.argv.slice(2), realWorld())
} catch (error) {
  const isConfigError = error instanceof ConfigError || error instanceof GatewayConfigError
  const lines = isConfigError ? error.problems.map((problem) => `  ${problem}`) : undefined
  process.stderr.write(
    lines === undefined
      ? `${formatFailure(error)}\n`
      : `gatehouse: the configuration has ${lines.length === 1 ? 'a fault' : `${lines.length} faults`}:\n${lines.join('\n')}\n`,
  )
  process.exitCode = 1
}
