import { formatRequest } from '../connection.ts'
import { publicClient } from '../scene.ts'
import type { Sender, Target, Work } from '../work.ts'

/** Where each connection's chain of refresh tokens stands, by contestant: a round goes on where the last one ended. */
const chains = new Map<string, string[]>()

const prepare = ({ url, seeds }: Target): Sender => {
  const chain = chains.get(url) ?? [...seeds]
  chains.set(url, chain)
  const target = new URL('/token', url)
  return {
    next: (connection) =>
      formatRequest(target, {
        form: { grant_type: 'refresh_token', client_id: publicClient, refresh_token: chain[connection] ?? '' },
      }),
    accept: ({ status, body }, connection) => {
      if (status !== 200) return false
      const { refresh_token, access_token } = JSON.parse(body.toString())
      if (typeof refresh_token !== 'string' || refresh_token === chain[connection]) return false
      chain[connection] = refresh_token
      return typeof access_token === 'string'
    },
  }
}

/** Refresh by a public client with rotation: every request presents the token of the answer before. */
export const refresh: Work = {
  name: 'refresh',
  contestants: [
    { name: 'gatehouse', module: 'gatehouse.ts' },
    { name: 'oidc-provider', module: 'peers/oidc-provider.ts' },
    { name: 'bare', module: 'limits/refresh.ts' },
  ],
  connections: 32,
  requests: 6_000,
  prepare,
}
