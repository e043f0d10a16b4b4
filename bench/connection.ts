import { connect } from 'node:net'
import type { Reply } from './work.ts'

const headEnd = Buffer.from('\r\n\r\n')

/**
 * A keep-alive HTTP/1.1 connection with one request under way at a time, on a bare socket: a full HTTP client would use more
 * CPU than the server it measures. Reads bodies with a length or in chunks.
 */
export const openConnection = async (
  url: URL,
): Promise<{ send: (bytes: Buffer) => Promise<Reply>; close: () => void }> => {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let received: Buffer = Buffer.alloc(0)
  let waiting: { readonly resolve: (reply: Reply) => void; readonly reject: (reason: Error) => void } | undefined
  const fail = (reason: Error): void => waiting?.reject(reason)
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const reply = parseReply(received)
    if (reply === undefined) return
    received = Buffer.alloc(0)
    waiting?.resolve(reply)
  })
  return {
    send: (bytes) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(bytes)
      }),
    close: () => {
      waiting = undefined
      socket.destroy()
    },
  }
}

/** The reply if it has arrived whole. */
const parseReply = (bytes: Buffer): Reply | undefined => {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const rest = bytes.subarray(end + headEnd.length)
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const body = parseChunks(rest)
    return body && { status, body }
  }
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
  return rest.length < length ? undefined : { status, body: rest.subarray(0, length) }
}

const parseChunks = (bytes: Buffer): Buffer | undefined => {
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const start = lineEnd + 2
    if (bytes.length < start + size + 2) return undefined
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(bytes.subarray(start, start + size))
    at = start + size + 2
  }
}

/** A request as bytes on the wire; `form` makes it a POST. */
export const formatRequest = (
  url: URL,
  {
    form,
    headers = {},
  }: { readonly form?: Readonly<Record<string, string>>; readonly headers?: Readonly<Record<string, string>> },
): Buffer => {
  const body = form ? new URLSearchParams(form).toString() : ''
  const lines = [
    `${form ? 'POST' : 'GET'} ${url.pathname}${url.search} HTTP/1.1`,
    `host: ${url.host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(form ? ['content-type: application/x-www-form-urlencoded', `content-length: ${Buffer.byteLength(body)}`] : []),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
