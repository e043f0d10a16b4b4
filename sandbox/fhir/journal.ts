import { appendFileSync, existsSync, readFileSync, statSync, truncateSync } from 'node:fs'
import type { Resource } from '@medplum/fhirtypes'

/** One write: a version that was stored, or a deletion. */
export type Entry =
  | { readonly op: 'put'; readonly resource: Resource }
  | { readonly op: 'delete'; readonly type: string; readonly id: string }

/** The writes made since the records were generated, oldest first, one JSON document per line. */
export type Journal = {
  readonly append: (entry: Entry) => void
  readonly entries: () => readonly Entry[]
  /** Where the journal ends now; `cutBack` to it forgets everything after. */
  readonly mark: () => number
  readonly cutBack: (mark: number) => void
}

function parseEntry(line: string): Entry {
  return JSON.parse(line) as Entry
}

/** A journal in a file. A last line that a crash left unfinished is dropped: its write was never confirmed. */
export function fileJournal(path: string): Journal {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole))
  return {
    append: (entry) => appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: 0o600 }),
    entries: () => (existsSync(path) ? readFileSync(path, 'utf8') : '').split('\n').filter(Boolean).map(parseEntry),
    mark: () => (existsSync(path) ? statSync(path).size : 0),
    cutBack: (mark) => {
      if (existsSync(path)) truncateSync(path, mark)
    },
  }
}

/** A journal that lasts as long as the process: for tests. */
export function memoryJournal(): Journal {
  const kept: Entry[] = []
  return {
    append: (entry) => void kept.push(entry),
    entries: () => [...kept],
    mark: () => kept.length,
    cutBack: (mark) => void kept.splice(mark),
  }
}
