import { randomBytes } from 'node:crypto'
import { type allowInsecureHttp, type Config, type Effects, type Env, fhirDirectory, openEnv } from '@gatehouse/server'
import { allowAnyDestination } from '@gatehouse/server/outbound'
import { openStore } from '@gatehouse/server/store'
import { openLog } from './log.ts'
import { openMetrics } from './metrics.ts'
import { openFetch } from './outbound.ts'
import { openDriver } from './stores.ts'

/**
 * `real-env/` is the only place that touches the process, files, the clock, sockets and the network. It owns the making of
 * effects, and nothing that decides.
 */

/** What only sandboxes and tests may ask for, and effects they exchange. */
export type ServerOptions = {
  readonly [allowInsecureHttp]?: true
  readonly [allowAnyDestination]?: true
  readonly effects?: Partial<Omit<Effects, 'config'>>
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

/** The server's environment, and the page of metrics. `store.close()` ends it. */
export type ServerEnv = { readonly env: Env; readonly metricsText: () => Promise<string> }

/** Unix time in whole seconds. */
export const now = (): number => Math.floor(Date.now() / 1000)

/** Runs something later; returns how to cancel it. A timer never keeps the process alive. */
export const after: Effects['after'] = (seconds, run) => {
  const timer = setTimeout(run, seconds * 1000)
  timer.unref()
  return () => clearTimeout(timer)
}

/** Every effect for real. The store is not yet migrated, so nothing has been read or written. */
export const openEffects = async (
  config: Config,
  options: ServerOptions = {},
): Promise<Effects & { metricsText: () => Promise<string> }> => {
  const metrics = openMetrics()
  const rules = {
    ...config.outbound,
    ...(options[allowAnyDestination] ? { [allowAnyDestination]: true as const } : {}),
  }
  const log = openLog(options.logLevel ?? 'info')
  const fetch = openFetch(rules)
  return {
    config,
    now,
    after,
    random: randomBytes,
    fetch,
    store: openStore(await openDriver(config.store)),
    directory: fhirDirectory({ config, fetch, log, now }),
    audit: (record) => {
      metrics.count('events', { event: record.event, outcome: record.outcome })
      log('info', `audit:${record.event}`, { ...record })
    },
    log,
    count: metrics.count,
    metricsText: metrics.text,
    ...options.effects,
  }
}

/** Effects and keys of a server whose store is migrated. */
export const openServerEnv = async (config: Config, options: ServerOptions = {}): Promise<ServerEnv> => {
  const { metricsText, ...effects } = await openEffects(config, options)
  return { env: await openEnv(effects), metricsText }
}
