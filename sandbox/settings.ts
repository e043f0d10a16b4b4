/**
 * The sandbox: a hospital on one computer, for trying apps. `start.ts` is the command; `organization.ts` puts a hospital
 * together from the product's own packages; `patients/` invents its records, `fhir/` serves them, `hospital/` says who
 * works, is treated and connects there, `pages/` shows it. Nothing in the product imports this folder.
 */
import { resolve } from 'node:path'

/** What the command line asked for. */
export type Command =
  | { readonly kind: 'start'; readonly settings: Settings }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly why: string }

/** How the sandbox runs. `folder` is where everything that lasts is kept. */
export type Settings = { readonly portBase: number; readonly folder: string; readonly reset: boolean }

/** What `--help` prints. */
export const help = `npm start                      start the sandbox, or find it again as it was left
npm start -- --reset           forget everything and start afresh
npm start -- --port-base 4100  use the ports from 4100 on (default 4000)
npm start -- --folder DIR      keep its data in DIR (default .sandbox)`

const FIRST_PORT = 1024
/** The sandbox uses the hundred ports from its base on. */
const LAST_BASE = 65_400

function parsePortBase(text: string | undefined): number | undefined {
  const value = /^\d{1,5}$/.test(text ?? '') ? Number(text) : Number.NaN
  return value >= FIRST_PORT && value <= LAST_BASE ? value : undefined
}

/** Reads the arguments after the script's name. Anything unknown is an error, so that a typing mistake resets nothing. */
export function parseCommand(args: readonly string[], home: string): Command {
  let settings: Settings = { portBase: 4000, folder: resolve(home, '.sandbox'), reset: false }
  const rest = [...args]
  while (rest.length > 0) {
    const name = rest.shift()
    if (name === '--help' || name === '-h') return { kind: 'help' }
    if (name === '--reset') settings = { ...settings, reset: true }
    else if (name === '--port-base') {
      const portBase = parsePortBase(rest.shift())
      if (portBase === undefined)
        return { kind: 'wrong', why: `--port-base needs a number from ${FIRST_PORT} to ${LAST_BASE}` }
      settings = { ...settings, portBase }
    } else if (name === '--folder') {
      const folder = rest.shift()
      if (folder === undefined || folder.startsWith('--')) return { kind: 'wrong', why: '--folder needs a folder' }
      settings = { ...settings, folder: resolve(home, folder) }
    } else return { kind: 'wrong', why: `unknown argument "${name}"` }
  }
  return { kind: 'start', settings }
}
