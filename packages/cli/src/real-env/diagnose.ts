import { existsSync, statSync } from 'node:fs'
import { type Config, ConfigError, openEnv } from '@gatehouse/server'
import { currentVersion, type Driver, schemaVersion } from '@gatehouse/server/store'
import { CliError } from '../cli-error.ts'
import type { StoreFacts } from '../doctor/store.ts'
import type { Diagnosis, World } from '../world.ts'
import { loadConfig, sqliteFile } from './load-config.ts'
import { now, openEffects } from './server-env.ts'
import { openDriver } from './stores.ts'

/** What is seen of the configured installation, part by part. Nothing is written: no file, no table, no key. */
export const diagnose: World['diagnose'] = async (configPath) => {
  try {
    const { config, secretFiles } = await loadConfig(configPath)
    const store = await storeFacts(config)
    const ready = store.kind === 'open' && store.version === store.wanted
    const parts = {
      kind: 'parts' as const,
      config,
      store,
      exposedFiles: [...secretFiles, sqliteFile(config) ?? [], config.audit.file].flat().filter(isExposed),
    }
    return ready ? { ...parts, ...(await openRecords(config)) } : { ...parts, close: async () => {} }
  } catch (error) {
    if (error instanceof ConfigError) return { kind: 'faults', faults: error.problems }
    if (error instanceof CliError) return { kind: 'faults', faults: [error.message] }
    throw error
  }
}

type Records = Pick<Extract<Diagnosis, { kind: 'parts' }>, 'records' | 'close'>

const openRecords = async (config: Config): Promise<Records> => {
  const { effects, close } = await openEffects(config, { logLevel: 'silent' })
  const keyFault = (await effects.store.keys.list()).length === 0 ? undefined : await faultOf(() => openEnv(effects))
  return { records: keyFault === undefined ? { effects } : { effects, keyFault }, close }
}

const faultOf = async (run: () => Promise<unknown>): Promise<string | undefined> => {
  try {
    await run()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown'
  }
}

const isExposed = (file: string): boolean => existsSync(file) && (statSync(file).mode & 0o077) !== 0

const storeFacts = async (config: Config): Promise<StoreFacts> => {
  const file = sqliteFile(config)
  if (file !== undefined && !existsSync(file)) return emptyStore
  try {
    const driver = await openDriver(config.store)
    try {
      return { kind: 'open', version: await currentVersion(driver), wanted: schemaVersion, ...(await ownFacts(driver)) }
    } finally {
      await driver.close()
    }
  } catch (error) {
    return { kind: 'failure', reason: reasonOf(error) }
  }
}

const emptyStore: StoreFacts = { kind: 'open', version: 0, wanted: schemaVersion, settings: {}, clockDifference: 0 }

const ownFacts = async (driver: Driver) => {
  if (driver.kind === 'sqlite') return { settings: {}, clockDifference: 0 }
  const read = async (sql: string): Promise<string> =>
    String(Object.values((await driver.read({ sql, values: [] }))[0] ?? {})[0])
  const settings = { fsync: await read('SHOW fsync'), synchronous_commit: await read('SHOW synchronous_commit') }
  const clock = Number(await read('SELECT CAST(EXTRACT(EPOCH FROM NOW()) AS BIGINT)'))
  return { settings, clockDifference: clock - now() }
}

const reasonOf = (error: unknown): string => {
  const { cause, message } = error instanceof Error ? error : { cause: undefined, message: 'unknown' }
  return cause instanceof Error ? cause.message : message
}
