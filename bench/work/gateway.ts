import { formatRequest } from '../connection.ts'
import type { Sender, Target, Work } from '../work.ts'

const requestFor =
  (path: string, isAnswer: (body: Buffer) => boolean) =>
  ({ url, seeds }: Target): Sender => {
    const request = formatRequest(new URL(`/fhir${path}`, url), { headers: { authorization: `Bearer ${seeds[0]}` } })
    return { next: () => request, accept: ({ status, body }) => status === 200 && isAnswer(body) }
  }

const contestants = [
  { name: 'gatehouse', module: 'gatehouse-gateway.ts' },
  { name: 'bare-proxy', module: 'peers/undici-proxy.ts' },
]

/** A read by a patient's app: the token is checked, the answer judged, one resource. */
export const gatewayRead: Work = {
  name: 'gateway-read',
  contestants,
  connections: 32,
  requests: 15_000,
  prepare: requestFor('/Observation/o1', (body) => body.includes('"id":"o1"')),
}

/** A search by a patient's app: 50 entries, each of them judged. */
export const gatewaySearch: Work = {
  name: 'gateway-search',
  contestants,
  connections: 16,
  requests: 3_000,
  prepare: requestFor('/Observation?patient=p1&_count=50', (body) => body.includes('"id":"o49"')),
}
