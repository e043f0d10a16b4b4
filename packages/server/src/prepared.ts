import { hash } from 'node:crypto'
import { type Answer, type Input, singleHeader, withHeaders } from './answer.ts'

/** A document made ready once: its bytes and the tag that names them. */
export type PreparedDocument = { readonly body: Uint8Array; readonly etag: string; readonly maxAge: number }

/** JSON value → document. `maxAge` in seconds. */
export const prepareJson = (value: unknown, maxAge: number): PreparedDocument => {
  const body = Buffer.from(JSON.stringify(value))
  return { body, etag: `W/"${hash('sha256', body, 'base64url').slice(0, 22)}"`, maxAge }
}

/** A function of an object, worked out once for each. Configuration and key sets never change in place, so the answer stays right. */
export const oncePer = <K extends object, V>(make: (key: K) => V): ((key: K) => V) => {
  const made = new WeakMap<K, V>()
  return (key) => {
    const value = made.get(key) ?? make(key)
    made.set(key, value)
    return value
  }
}

/** 200 with the document, or 304 when the caller has it. Public and cacheable; JSON whatever `Accept` says. Spec: CF-02, CF-03, UB-07 */
export const answerPrepared = (input: Input, { body, etag, maxAge }: PreparedDocument): Answer => {
  const asked = singleHeader(input, 'if-none-match')
  const known = asked?.split(',').some((tag) => tag.trim() === etag || tag.trim() === '*')
  return withHeaders({ status: known ? 304 : 200, headers: [], body: known ? '' : body }, [
    ['content-type', 'application/json'],
    ['cache-control', `public, max-age=${maxAge}`],
    ['etag', etag],
  ])
}
