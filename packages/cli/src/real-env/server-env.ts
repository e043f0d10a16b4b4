import { randomBytes } from 'node:crypto'
import { type allowInsecureHttp, type Config, type Effects, fhirDirectory } from '@gatehouse/server'
import { allowAnyDestination } from '@gatehouse/server/outbound'
import { openStore } from '@gatehouse/server/store'
import { fileSink } from './audit-sinks.ts'
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

/** Unix time in whole seconds. */
export const now = (): number => Math.floor(Date.now() / 1000)

/** Runs something later; returns how to cancel it. A timer never keeps the process alive. */
const after: Effects['after'] = (seconds, run) => {
  const timer = setTimeout(run, seconds * 1000)
  timer.unref()
  return () => clearTimeout(timer)
}

/** Effects that are open: `close` ends the store and writes what is left of the audit record. */
export type OpenEffects = {
  readonly effects: Effects
  readonly metricsText: () => Promise<string>
  readonly close: () => Promise<void>
}

/** Every effect for real. The store is not yet migrated, so nothing has been read or written. */
export const openEffects = async (config: Config, options: ServerOptions = {}): Promise<OpenEffects> => {
  const metrics = openMetrics()
  const anywhere = options[allowAnyDestination] ? { [allowAnyDestination]: true as const } : {}
  const log = openLog(options.logLevel ?? 'info')
  const fetch = openFetch({ ...config.outbound, ...anywhere })
  const sink = await fileSink(config.audit.file)
  const effects: Effects = {
    ...{ config, now, after, random: randomBytes, fetch, log, count: metrics.count },
    store: openStore(await openDriver(config.store)),
    directory: fhirDirectory({ config, fetch, log, now }),
    audit: (record) => {
      metrics.count('events', { event: record.event, outcome: record.outcome })
      sink
        .record([{ time: new Date().toISOString(), ...record }])
        .catch((error: unknown) => log('error', 'audit-not-written', { event: record.event }, error))
    },
    ...options.effects,
  }
  const close = async (): Promise<void> => {
    await effects.store.close()
    await sink.close()
  }
  return { effects, metricsText: metrics.text, close }
}
