import type { Config, Effects, Env } from '@gatehouse/server'
import type { CertificateFacts } from './doctor/certificate.ts'
import type { Ask } from './doctor/discovery.ts'
import type { StoreFacts } from './doctor/store.ts'

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

/** What the doctor sees of this installation: faults that hide everything else, or its parts one by one. */
export type Diagnosis =
  | { readonly kind: 'faults'; readonly faults: readonly string[] }
  | {
      readonly kind: 'parts'
      readonly config: Config
      /** Files with secrets or personal data that other users of the machine can read. */
      readonly exposedFiles: readonly string[]
      readonly store: StoreFacts
      /** Present when the store is at the wanted version. `keyFault`: why the signing keys in it cannot be opened. */
      readonly records?: { readonly effects: Pick<Effects, 'store' | 'config' | 'now'>; readonly keyFault?: string }
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
  /** Looks at the configured installation without changing it. */
  readonly diagnose: (configPath: string | undefined) => Promise<Diagnosis>
  readonly ask: Ask
  /** The certificate at a URL's host; `undefined` for http and where there is none to see. */
  readonly certificate: (url: string) => Promise<CertificateFacts | undefined>
  /** Runs the authorization server until the process is told to stop. */
  readonly serve: (configPath: string | undefined) => Promise<void>
  /** Runs the gateway until the process is told to stop. */
  readonly serveGateway: (configPath: string | undefined) => Promise<void>
}
