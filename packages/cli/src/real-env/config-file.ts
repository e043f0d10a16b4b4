import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CliError } from '../cli-error.ts'
import { resolveSecrets } from './secrets.ts'

/** A configuration document as it was read, its references resolved. Unchecked: the package it is for parses it. */
export type ConfigDocument = {
  readonly path: string
  readonly content: unknown
  /** Files that references led to. */
  readonly secretFiles: readonly string[]
}

/** Where the configuration is looked for when no `--config` says otherwise. */
export const defaultConfigPath = (): string => process.env.GATEHOUSE_CONFIG ?? 'gatehouse.json'

/** The same for the gateway's. */
export const defaultGatewayConfigPath = (): string => process.env.GATEHOUSE_GATEWAY_CONFIG ?? 'gateway.json'

/** Reads a JSON configuration and what it refers to. Throws `CliError` with the line of a fault. */
export const readConfigFile = async (path: string): Promise<ConfigDocument> => {
  const file = resolve(path)
  const content = parseJson(file, await readText(file))
  const secretFiles: string[] = []
  const sources = { folder: dirname(file), environment: process.env, onFile: (each: string) => secretFiles.push(each) }
  return { path: file, content: await resolveSecrets(content, sources), secretFiles }
}

const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CliError(
      `there is no readable configuration at ${file}`,
      'Run `gatehouse init` to make one, or name yours: --config <file>.',
      error,
    )
  }
}

const parseJson = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined
    const line = position === undefined ? '' : `, line ${text.slice(0, Number(position)).split('\n').length}`
    throw new CliError(
      `${file}${line} is not JSON: ${error instanceof Error ? error.message : ''}`,
      'Check for a missing quote or comma, and a comma before a closing bracket; JSON has no comments.',
      error,
    )
  }
}
