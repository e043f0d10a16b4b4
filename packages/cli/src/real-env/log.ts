import type { Effects } from '@gatehouse/server'
import { pino } from 'pino'

/** What of an error may be written: never its other members, which can hold rows, headers or bodies. */
const describeError = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error === undefined ? undefined : { type: typeof error }
  const { name, message, stack, cause } = error
  return { type: name, message, stack, ...('code' in error ? { code: error.code } : {}), cause: describeError(cause) }
}

/** One JSON line per event on standard output: time, level, event, fields. */
export const openLog = (level: 'debug' | 'info' | 'warn' | 'error' | 'silent'): Effects['log'] => {
  const logger = pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    messageKey: 'event',
  })
  return (...[severity, event, fields, cause]) => logger[severity]({ ...fields, error: describeError(cause) }, event)
}
