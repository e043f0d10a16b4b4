/**
 * The sandbox as its users run it: `sandbox/start.ts` in a process of its own, on free ports, with data in a temporary folder.
 * `conformance/` owns what is checked from outside: real browsers, independent clients, requirements over HTTP. It uses no
 * code of the server or the gateway, only what they answer.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { announced } from './announced.ts'

/** Someone who can sign in. */
export type SandboxUser = {
  readonly username: string
  readonly password: string
  readonly fhirUser: string
  readonly kind: 'patient' | 'practitioner'
  readonly patients: readonly string[]
}

/** A registered client with the credentials to play it. Wire names. */
export type SandboxClient = {
  readonly client_id: string
  readonly client_secret?: string
  readonly private_jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  readonly token_endpoint_auth_method: string
  readonly redirect_uris: readonly string[]
  readonly launch_uri?: string
  readonly scope: string
}

/** What `sandbox.json` says. */
export type SandboxFacts = {
  readonly ehr: {
    readonly fhirBase: string
    readonly issuer: string
    readonly launchEndpoint: string
    readonly startPage: string
  }
  readonly users: readonly SandboxUser[]
  readonly clients: readonly SandboxClient[]
  readonly patients: readonly { readonly id: string; readonly name: string }[]
  readonly apps: readonly { readonly name: string; readonly url: string }[]
}

/** A running sandbox. */
export type Sandbox = SandboxFacts & { readonly stop: () => Promise<void> }

/**
 * Starts a sandbox and waits until it says where it is. With `GATEHOUSE_SANDBOX` (a data folder), the one that already runs
 * there is used instead and left running.
 */
export const startSandbox = async (): Promise<Sandbox> => {
  const running = process.env.GATEHOUSE_SANDBOX
  if (running !== undefined) return { ...readFacts(running), stop: async () => undefined }
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-sandbox-'))
  const portBase = await firstFreePort()
  const args = ['--conditions=source', 'sandbox/start.ts', '--port-base', String(portBase), '--folder', folder]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  await announced(child, `http://localhost:${portBase}`)
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  return { ...readFacts(folder), stop }
}

/** The facts of the sandbox whose data is in this folder. */
export const readFacts = (folder: string): SandboxFacts =>
  JSON.parse(readFileSync(join(folder, 'sandbox.json'), 'utf8')) as SandboxFacts

/** The user or client of this name; a sandbox without it is not the one the tests were written for. */
export const named = <Entry>(entries: readonly Entry[], has: (entry: Entry) => boolean): Entry => {
  const found = entries.find(has)
  if (found === undefined) throw new Error('the sandbox does not have what this test needs')
  return found
}

/** The ports a sandbox takes, from its base on; the last one is for tools such as these tests. */
const offsets = [0, 1, 2, 10, 11, 90]

/** The first of a hundred ports of which those that a sandbox takes are free now. */
export const firstFreePort = async (): Promise<number> => {
  for (;;) {
    const portBase = 20_000 + 100 * Math.floor(Math.random() * 400)
    const free = await Promise.all(offsets.map((offset) => isFree(portBase + offset)))
    if (free.every(Boolean)) return portBase
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
