import { type Effects, metrics } from '@gatehouse/server'
import { Counter, collectDefaultMetrics, Registry } from 'prom-client'

/** Counters of the closed list, and the page Prometheus reads. */
export type OpenMetrics = { readonly count: Effects['count']; readonly text: () => Promise<string> }

/** Registers the list and what Node tells about the process. */
export const openMetrics = (): OpenMetrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'gatehouse_' })
  const counters = new Map(
    Object.entries(metrics).map(([name, { help, labels }]) => [
      name,
      new Counter({ name: `gatehouse_${name}_total`, help, labelNames: labels, registers: [registry] }),
    ]),
  )
  return {
    count: (metric, labels = {}) => counters.get(metric)?.inc(labels),
    text: () => registry.metrics(),
  }
}
