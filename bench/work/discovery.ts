import { formatRequest } from '../connection.ts'
import type { Sender, Target, Work } from '../work.ts'

const prepare = ({ url }: Target): Sender => {
  const request = formatRequest(new URL('/.well-known/openid-configuration', url), {})
  return { next: () => request, accept: ({ status }) => status === 200 }
}

/** The discovery document, over and over. */
export const discovery: Work = {
  name: 'discovery',
  contestants: [
    { name: 'gatehouse', module: 'gatehouse.ts' },
    { name: 'oidc-provider', module: 'peers/oidc-provider.ts' },
    { name: 'bare', module: 'limits/discovery.ts' },
  ],
  connections: 32,
  requests: 40_000,
  prepare,
}
