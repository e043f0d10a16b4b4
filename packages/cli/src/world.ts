import type { Env } from '@gatehouse/server'

/** Lines a command prints, and what it may ask of the person at the terminal. */
export type Terminal = {
  readonly print: (line: string) => void
  /** For what is not the result: progress, warnings. */
  readonly note: (line: string) => void
  /** Standard input to its end, without the closing line break: how a password or a document is given. */
  readonly readInput: () => Promise<string>
}

/** A server's environment opened for one command, and how to end it. */
export type OpenServer = {
  readonly env: Env
  readonly close: () => Promise<void>
}

/** Everything commands may do outside themselves. `real-env/world.ts` is the real one; tests bring their own. */
export type World = {
  readonly terminal: Terminal
  /** Who runs the command, for the audit record. */
  readonly userName: string
  readonly readFile: (path: string) => Promise<string>
  /** Writes a new file that only its owner may read; throws `CliError` when it exists. */
  readonly createFile: (path: string, text: string) => Promise<void>
  readonly random: (bytes: number) => Uint8Array
  /** Opens the configured server over a migrated store. `undefined`: the configuration at its usual place. */
  readonly openServer: (configPath: string | undefined) => Promise<OpenServer>
  /** The schema version the configured store is at, and the one this program wants; migrates when asked. */
  readonly schema: (
    configPath: string | undefined,
    migrate: boolean,
  ) => Promise<{ readonly before: number; readonly after: number; readonly wanted: number }>
  /** Listens until the process is told to stop. */
  readonly serve: (configPath: string | undefined) => Promise<void>
}
