import { formatRequest } from '../connection.ts'
import { resourceClient } from '../scene.ts'
import type { Sender, Target, Work } from '../work.ts'

const prepare = ({ url, seeds }: Target): Sender => {
  const credentials = Buffer.from(`${resourceClient.id}:${resourceClient.secret}`).toString('base64')
  const headers = { authorization: `Basic ${credentials}` }
  const requests = seeds.map((token) => formatRequest(new URL('/introspect', url), { form: { token }, headers }))
  let at = 0
  return {
    next: () => requests[at++ % requests.length] ?? Buffer.alloc(0),
    accept: ({ status, body }) => status === 200 && body.includes('"active":true'),
  }
}

/** Introspection of opaque access tokens by a resource server that authenticates with a secret. */
export const introspect: Work = {
  name: 'introspect',
  contestants: [
    { name: 'gatehouse', module: 'gatehouse.ts' },
    { name: 'oidc-provider', module: 'peers/oidc-provider.ts' },
    { name: 'bare', module: 'limits/introspect.ts' },
  ],
  connections: 32,
  requests: 15_000,
  prepare,
}
