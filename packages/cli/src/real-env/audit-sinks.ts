import { open } from 'node:fs/promises'
import type { GatewayEnv } from '@gatehouse/gateway'

type AuditEvents = Parameters<GatewayEnv['audit']>[0]

/** Where audit events go. `record` resolves when they are safe and rejects when they cannot be taken. */
export type AuditSink = { readonly record: GatewayEnv['audit']; readonly close: () => Promise<void> }

/** The most bytes that may wait for the disk: more means the disk has stopped, and requests have to stop too. */
const maxWaitingBytes = 16 * 1024 * 1024

/**
 * Appends one JSON line per event to a file that only its owner may read. Lines of requests that end at the same moment are
 * written together, so that a busy gateway makes few large writes; each request waits for its own.
 */
export const fileSink = async (path: string): Promise<AuditSink> => {
  const file = await open(path, 'a', 0o600)
  let waiting: string[] = []
  let bytes = 0
  let writing: Promise<void> | undefined
  const flush = async (): Promise<void> => {
    await new Promise(setImmediate)
    const lines = waiting
    waiting = []
    writing = undefined
    bytes = 0
    await file.appendFile(lines.join(''))
  }
  return {
    record: async (events) => {
      const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('')
      if (bytes + lines.length > maxWaitingBytes) throw new Error('audit: the queue is full')
      bytes += lines.length
      waiting.push(lines)
      writing ??= flush()
      await writing
    },
    close: async () => {
      await writing
      await file.close()
    },
  }
}
