import { randomBytes } from 'node:crypto'
import { type GatewayConfig, type GatewayEnv, openUpstreams } from '@gatehouse/gateway'
import { Agent, request } from 'undici'

/** Effects a sandbox or test exchanges, and the ones this file cannot make by itself. */
export type GatewayEffects = Pick<GatewayEnv, 'audit'> & Partial<Omit<GatewayEnv, 'audit' | 'upstream'>>

/** A gateway's environment, and how to end its connections. */
export type OpenGatewayEnv = { readonly env: GatewayEnv; readonly close: () => Promise<void> }

/** The gateway's effects for real: the clock, randomness, one agent to the authorization server, pools to the upstreams. */
export const openGatewayEnv = (config: GatewayConfig, effects: GatewayEffects): OpenGatewayEnv => {
  const upstreams = openUpstreams(config)
  const agent = new Agent({ connections: 8, connect: { timeout: 2000, minVersion: 'TLSv1.2' } })
  const env: GatewayEnv = {
    now: () => Date.now() / 1000,
    after: (seconds, run) => {
      const timer = setTimeout(run, seconds * 1000)
      timer.unref()
      return () => clearTimeout(timer)
    },
    random: randomBytes,
    fetch: (url, options) => fetchWhole(agent, url, options),
    upstream: upstreams.send,
    log: () => {},
    count: () => {},
    ...effects,
  }
  return {
    env,
    close: async () => {
      await Promise.all([upstreams.close(), agent.close()])
    },
  }
}

type Options = Parameters<GatewayEnv['fetch']>[1]

/** Redirects are not followed: what the configuration names is what is asked. */
const fetchWhole = async (agent: Agent, url: string, options: Options): ReturnType<GatewayEnv['fetch']> => {
  const milliseconds = options.timeoutSeconds * 1000
  const answer = await request(url, {
    dispatcher: agent,
    method: options.method ?? 'GET',
    headers: { 'user-agent': 'gatehouse-gateway', ...options.headers },
    body: options.body ?? null,
    signal: AbortSignal.timeout(milliseconds),
  })
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers))
    for (const each of [value ?? []].flat()) headers.append(name, each)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer.body) {
    size += chunk.length
    if (size > options.maxBytes)
      throw new Error(`the answer of ${new URL(url).host} is larger than ${options.maxBytes} bytes`)
    chunks.push(chunk)
  }
  return { status: answer.statusCode, headers, body: Buffer.concat(chunks) }
}
