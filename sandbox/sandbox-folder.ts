import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A P-384 key pair of a client, as JWKs. */
export type ClientKey = {
  readonly private: Readonly<Record<string, unknown>>
  readonly public: Readonly<Record<string, unknown>>
}

/** What is made once per sandbox and never leaves its folder, except for the demo clients' credentials. */
export type Secrets = {
  readonly masterKey: string
  readonly linkKey: string
  /** What the gateway shows the hospital's FHIR server. */
  readonly fhirCredential: string
  readonly demoClientSecret: string
  readonly reportKey: ClientKey
  readonly gatewayKey: ClientKey
  /** What the hospital's EHR shows when it records a launch. */
  readonly ehrSecret: string
}

/** The one folder of a sandbox. */
export type SandboxFolder = {
  readonly path: (name: string) => string
  readonly secrets: Secrets
  /** Writes a file that only this user may read. */
  readonly write: (name: string, text: string) => void
  /** Marks the folder as free again. */
  readonly release: () => void
}

/** Somebody else uses the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
}

function clientKey(kid: string): ClientKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const common = { kid, alg: 'ES384', use: 'sig' }
  return {
    private: { ...privateKey.export({ format: 'jwk' }), ...common },
    public: { ...publicKey.export({ format: 'jwk' }), ...common },
  }
}

function newSecrets(): Secrets {
  const secret = (): string => randomBytes(32).toString('base64url')
  return {
    masterKey: secret(),
    linkKey: secret(),
    fhirCredential: secret(),
    demoClientSecret: secret(),
    reportKey: clientKey('nightly-report'),
    gatewayKey: clientKey('gateway'),
    ehrSecret: secret(),
  }
}

function isRunning(processId: number): boolean {
  if (processId === process.pid) return false
  try {
    process.kill(processId, 0)
    return true
  } catch {
    return false
  }
}

function take(pidFile: string): void {
  const holder = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : Number.NaN
  if (Number.isInteger(holder) && isRunning(holder)) throw new FolderInUse(`it is running already (process ${holder})`)
}

/**
 * Opens the folder, after emptying it on `reset`. Secrets are made on the first start. Throws `FolderInUse` when another
 * sandbox runs on it: two on one database would spoil it.
 */
export function openFolder(folder: string, reset: boolean): SandboxFolder {
  const path = (name: string): string => join(folder, name)
  const pidFile = path('running.pid')
  take(pidFile)
  if (reset) rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const write = (name: string, text: string): void => writeFileSync(path(name), text, { mode: 0o600 })
  write('running.pid', String(process.pid))
  if (!existsSync(path('secrets.json'))) write('secrets.json', JSON.stringify(newSecrets()))
  const secrets = JSON.parse(readFileSync(path('secrets.json'), 'utf8')) as Secrets
  return { path, secrets, write, release: () => rmSync(pidFile, { force: true }) }
}
