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

/** Migrates the store, opens both listeners and starts the periodic work. Throws when any of it cannot be done. */
export const startServer = async (config: Config, options: ServerOptions = {}): Promise<RunningServer> => {
  const { effects, metricsText, close } = await openEffects(config, options)
  await effects.store.migrate()
  const env = await openEnv(effects)
  const apps = [await publicApp(env), await operatorApp(env, metricsText)] as const
  const [publicUrl, operatorUrl] = await Promise.all([
    apps[0].listen(pick(config.listen)),
    apps[1].listen(pick(config.operator.listen)),
  ])
  const stopJobs = startJobs(env, `${hostname()}-${randomUUID()}`)
  env.log('info', 'listening', { publicUrl, operatorUrl, issuer: config.issuer })
  return {
    env,
    publicUrl,
    operatorUrl,
    close: async () => {
      stopJobs()
      await Promise.all(apps.map((app) => app.close()))
      await close()
      env.log('info', 'stopped')
    },
  }
}

const pick = ({ host, port }: { readonly host: string; readonly port: number }) => ({ host, port })
