import { connect } from 'node:tls'
import { request } from 'undici'
import type { Ask } from '../doctor/discovery.ts'
import type { World } from '../world.ts'

const patience = 10_000
const mostBytes = 1024 * 1024

/** A GET as a browser of another origin sends it; failures are told by their code. */
export const ask: Ask = async (url) => {
  try {
    const response = await request(url, {
      headers: { origin: 'https://app.example', 'user-agent': 'gatehouse-doctor' },
      signal: AbortSignal.timeout(patience),
    })
    const headers = new Headers()
    for (const [name, value] of Object.entries(response.headers)) headers.set(name, [value ?? []].flat().join(', '))
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of response.body) {
      length += chunk.length
      if (length > mostBytes) break
      chunks.push(chunk)
    }
    return { kind: 'answer', status: response.statusCode, headers, text: Buffer.concat(chunks).toString() }
  } catch (error) {
    return { kind: 'failure', reason: reasonOf(error) }
  }
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause === undefined ? error.message : reasonOf(error.cause)
}

/** The certificate a host shows, trusted or not: whether it is trusted is told by `ask`. */
export const certificate: World['certificate'] = (url) =>
  new Promise((resolve) => {
    const { protocol, hostname, port } = new URL(url)
    if (protocol !== 'https:') return resolve(undefined)
    const socket = connect({
      host: hostname,
      port: Number(port || 443),
      servername: hostname,
      rejectUnauthorized: false,
    })
    const end = (endsAt?: number): void => {
      socket.destroy()
      resolve(endsAt === undefined ? undefined : { host: hostname, endsAt })
    }
    socket.setTimeout(patience, () => end())
    socket.once('error', () => end())
    socket.once('secureConnect', () => end(Date.parse(socket.getPeerCertificate().valid_to) / 1000))
  })
