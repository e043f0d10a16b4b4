import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { text } from 'node:stream/consumers'
import { openEnv } from '@gatehouse/server'
import { currentVersion, openStore, schemaVersion } from '@gatehouse/server/store'
import { CliError } from '../cli-error.ts'
import type { OpenServer, World } from '../world.ts'
import { diagnose } from './diagnose.ts'
import { loadConfig, loadGatewayConfig } from './load-config.ts'
import { ask, certificate } from './probe.ts'
import { openEffects } from './server-env.ts'
import { startGateway } from './start-gateway.ts'
import { startServer } from './start-server.ts'
import { openDriver } from './stores.ts'

/** The world as the command line meets it. */
export const realWorld = (): World => ({
  terminal: {
    print: (line) => process.stdout.write(`${line}\n`),
    note: (line) => process.stderr.write(`${line}\n`),
    readInput: async () => (await text(process.stdin)).replace(/\r?\n$/, ''),
  },
  userName: userInfo().username,
  readFile: (path) => readFile(path, 'utf8'),
  createFile,
  random: randomBytes,
  openServer,
  schema,
  diagnose,
  ask,
  certificate,
  serve,
  serveGateway,
})

const openServer = async (configPath: string | undefined): Promise<OpenServer> => {
  const { effects, close } = await openEffects((await loadConfig(configPath)).config, { logLevel: 'warn' })
  await effects.store.migrate()
  return { env: await openEnv(effects), close }
}

const schema: World['schema'] = async (configPath, migrate) => {
  const { config } = await loadConfig(configPath)
  const driver = await openDriver(config.store)
  try {
    const before = await currentVersion(driver)
    if (migrate) await openStore(driver).migrate()
    return { before, after: await currentVersion(driver), wanted: schemaVersion }
  } finally {
    await driver.close()
  }
}

const serve = async (configPath: string | undefined): Promise<void> => {
  const server = await startServer((await loadConfig(configPath)).config)
  await toldToStop()
  await server.close()
}

const serveGateway = async (configPath: string | undefined): Promise<void> => {
  const gateway = await startGateway(await loadGatewayConfig(configPath))
  await toldToStop()
  await gateway.close()
}

const toldToStop = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })

const createFile = async (path: string, content: string): Promise<void> => {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    throw new CliError(
      `${path} cannot be written`,
      'If it exists already, move it away first; nothing was changed.',
      error,
    )
  }
}
