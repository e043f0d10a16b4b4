import { type LookupAddress, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { Effects, Fetched, FetchOptions } from '@gatehouse/server'
import {
  allowAnyDestination,
  checkDestination,
  isAllowedAddress,
  isExempt,
  type OutboundRules,
} from '@gatehouse/server/outbound'
import { Agent, type Dispatcher, request } from 'undici'

/** How names become addresses; exchanged in tests of rebinding. */
export type ResolveName = (
  name: string,
  answer: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void

const resolveByTheSystem: ResolveName = (name, answer) => lookup(name, { all: true }, answer)

/**
 * The outgoing `fetch` of the server. For URLs that others gave us the rules of `outbound.ts` hold, and they hold for the
 * address: what the resolver answers is checked and handed to the socket, which looks nothing up again, so a name that
 * changes its answer between check and use gains nothing. Redirects are returned, never followed. Throws on refusal,
 * time-out, TLS older than 1.2 and a body over `maxBytes`.
 *
 * Spec: BS-05, THR-21
 */
export const openFetch = (rules: OutboundRules, resolveName = resolveByTheSystem): Effects['fetch'] => {
  const anywhere = { allow: [], [allowAnyDestination]: true } as const
  const agents = { public: guardedAgent(rules, resolveName), configured: guardedAgent(anywhere, resolveName) }
  return async (url, options) => {
    const reach = options.reach ?? 'public'
    const answer = checkDestination(url, reach === 'configured' ? anywhere : rules)
    if (answer !== 'allowed') throw new Error(`refused to contact ${url.host}: ${answer}`)
    return send(url, options, agents[reach])
  }
}

const guardedAgent = (rules: OutboundRules, resolveName: ResolveName): Agent =>
  new Agent({
    connect: { lookup: checkedLookup(rules, resolveName), timeout: 10_000, minVersion: 'TLSv1.2' },
    keepAliveTimeout: 10_000,
    connections: 16,
    maxHeaderSize: 16_384,
  })

/** One forbidden address among the answers refuses the name: whoever mixes them means no good. */
const checkedLookup =
  (rules: OutboundRules, resolveName: ResolveName): LookupFunction =>
  (name, { all }, callback) => {
    resolveName(name, (error, addresses) => {
      if (error) return callback(error, [])
      const exempt = isExempt(name.toLowerCase(), rules)
      const refused = addresses.find(({ address }) => !exempt && !isAllowedAddress(address, rules))
      const [first] = addresses
      if (refused !== undefined || first === undefined)
        return callback(new Error(`refused to contact ${name}: its address is not public`), [])
      return all ? callback(null, [...addresses]) : callback(null, first.address, first.family)
    })
  }

const send = async (url: URL, options: FetchOptions, dispatcher: Dispatcher): Promise<Fetched> => {
  const milliseconds = options.timeoutSeconds * 1000
  const response = await request(url, {
    dispatcher,
    method: options.method ?? 'GET',
    headers: { 'user-agent': 'gatehouse', ...options.headers },
    body: options.body ?? null,
    headersTimeout: milliseconds,
    bodyTimeout: milliseconds,
    signal: AbortSignal.timeout(milliseconds),
  })
  const headers = new Headers()
  for (const [name, value] of Object.entries(response.headers))
    for (const each of [value ?? []].flat()) headers.append(name, each)
  return { status: response.statusCode, headers, body: await readBounded(response.body, options.maxBytes) }
}

const readBounded = async (body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<Uint8Array> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > maxBytes) {
      body.destroy()
      throw new Error(`the answer is larger than ${maxBytes} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
