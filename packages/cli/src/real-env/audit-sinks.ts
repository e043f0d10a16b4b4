import { open } from 'node:fs/promises'

/** Where audit events go. `record` resolves when they are safe and rejects when they cannot be taken. */
export type AuditSink = {
  readonly record: (events: readonly object[]) => Promise<void>
  readonly close: () => Promise<void>
}

type Waiting = { readonly lines: string; readonly done: () => void; readonly failed: (error: unknown) => void }

/** The most bytes that may wait for the disk: more means the disk has stopped, and requests have to stop too. */
const maxWaitingBytes = 16 * 1024 * 1024

/**
 * Appends one JSON line per event to a file that only its owner may read. One write at a time, each with the lines of all
 * requests that came while the one before it ran; every request waits for its own line.
 */
export const fileSink = async (path: string): Promise<AuditSink> => {
  const file = await open(path, 'a', 0o600)
  let waiting: Waiting[] = []
  let bytes = 0
  let writing: Promise<void> | undefined
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      bytes = 0
      const written = await file
        .appendFile(batch.map(({ lines }) => lines).join(''))
        .catch((error: unknown) => ({ error }))
      for (const { done, failed } of batch) written === undefined ? done() : failed(written.error)
    }
    writing = undefined
  }
  return {
    record: (events) =>
      new Promise((done, failed) => {
        const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('')
        if (bytes + lines.length > maxWaitingBytes) return failed(new Error('audit: the queue is full'))
        bytes += lines.length
        waiting.push({ lines, done, failed })
        writing ??= drain()
      }),
    close: async () => {
      await writing
      await file.close()
    },
  }
}
