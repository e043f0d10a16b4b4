import { dirname, resolve } from 'node:path'
import { type GatewayConfig, parseConfig as parseGatewayConfig } from '@gatehouse/gateway'
import { type Config, parseConfig } from '@gatehouse/server'
import { defaultConfigPath, defaultGatewayConfigPath, readConfigFile } from './config-file.ts'

/** A parsed configuration and the files with secrets it was made from. */
export type LoadedConfig = { readonly config: Config; readonly secretFiles: readonly string[] }

/** Reads and parses the server's configuration; relative paths are meant from where the file is. */
export const loadConfig = async (configPath: string | undefined): Promise<LoadedConfig> => {
  const { path, content, secretFiles } = await readConfigFile(configPath ?? defaultConfigPath())
  const config = parseConfig(content)
  const file = sqliteFile(config)
  const store = file === undefined ? config.store : `sqlite:${resolve(dirname(path), file)}`
  return { config: { ...config, store, audit: { file: resolve(dirname(path), config.audit.file) } }, secretFiles }
}

/** Reads and parses the gateway's configuration, in the same way. */
export const loadGatewayConfig = async (configPath: string | undefined): Promise<GatewayConfig> => {
  const { path, content } = await readConfigFile(configPath ?? defaultGatewayConfigPath())
  const config = parseGatewayConfig(content)
  return { ...config, audit: { ...config.audit, file: resolve(dirname(path), config.audit.file) } }
}

/** The file of a SQLite store; `undefined` for one in memory and for PostgreSQL. */
export const sqliteFile = ({ store }: Config): string | undefined => /^sqlite:(?!:memory:$)(.+)$/.exec(store)?.[1]
