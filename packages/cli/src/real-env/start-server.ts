import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { type Config, type Env, openEnv, operatorApp, publicApp, startJobs } from '@gatehouse/server'
import { openEffects, type ServerOptions } from './server-env.ts'

/** A server that listens. `publicUrl` and `operatorUrl` are where, with the port that was taken. */
export type RunningServer = {
  readonly env: Env
  readonly publicUrl: string
  readonly operatorUrl: string
  /** Takes no new requests, finishes those it has, then closes the store. */
  readonly close: () => Promise<void>
}

/** Migrates the store, opens both listeners and starts the periodic work. Throws when any of it cannot be done, and leaves nothing open. */
export const startServer = async (config: Config, options: ServerOptions = {}): Promise<RunningServer> => {
  const open: (() => Promise<unknown>)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of open.toReversed()) await close()
  }
  try {
    return { ...(await openAll(config, options, open)), close: closeAll }
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** Opens one thing after another; `open` is told how each is closed, in the order of opening. */
const openAll = async (
  config: Config,
  options: ServerOptions,
  open: (() => Promise<unknown>)[],
): Promise<Omit<RunningServer, 'close'>> => {
  const { effects, metricsText, close } = await openEffects(config, options)
  open.push(close)
  await effects.store.migrate()
  const env = await openEnv(effects)
  const publicServer = await publicApp(env)
  open.push(() => publicServer.close())
  const publicUrl = await publicServer.listen(pick(config.listen))
  const operatorServer = await operatorApp(env, metricsText)
  open.push(() => operatorServer.close())
  const operatorUrl = await operatorServer.listen(pick(config.operator.listen))
  const stopJobs = startJobs(env, `${hostname()}-${randomUUID()}`)
  open.push(async () => {
    stopJobs()
    env.log('info', 'stopping')
  })
  env.log('info', 'listening', { publicUrl, operatorUrl, issuer: config.issuer })
  return { env, publicUrl, operatorUrl }
}

const pick = ({ host, port }: { readonly host: string; readonly port: number }) => ({ host, port })
