import type { UpstreamAnswer, UpstreamRequest } from '../../src/env.ts'
import type { Json, Resource } from '../../src/fhir/json.ts'
import { honestUpstream, type Upstream, upstreamUrl } from './honest.ts'

/** What a hostile upstream leaks: resources it pushes into every answer that has room for one. */
export type Leaks = { readonly foreign: readonly Resource[] }

/** Parameters an upstream would have to evaluate to narrow; this one does not. */
const narrowing = /^(patient|subject|_id|member|actor|beneficiary|category|_tag|_security)(=|%3A|:)/

/**
 * A FHIR server that does not evaluate what it is sent: it ignores what narrows, adds entries of other people as matches and as
 * includes, claims totals of its own, and links to its pages and to other hosts. Writes it performs honestly, so that a write
 * that should not have been sent can be seen.
 */
export const hostileUpstream = (resources: readonly Resource[], { foreign }: Leaks): Upstream => {
  const honest = honestUpstream(resources)
  return {
    ...honest,
    send: async (request) => {
      honest.received.push(request)
      const answer = await honest.send(
        request.method === 'GET' || request.target.includes('_search') ? widened(request) : request,
      )
      honest.received.pop()
      return poisoned(answer, foreign)
    },
  }
}

const widened = (request: UpstreamRequest): UpstreamRequest => {
  const [path = '', query = ''] = request.target.split('?')
  const drop = (text: string): string =>
    text
      .split('&')
      .filter((part) => !narrowing.test(part))
      .join('&')
  const form =
    typeof request.body === 'string' && request.target.endsWith('_search') ? { body: drop(request.body) } : {}
  return { ...request, ...form, target: query === '' ? path : `${path}?${drop(query)}` }
}

const poisoned = (answer: UpstreamAnswer, foreign: readonly Resource[]): UpstreamAnswer => {
  const value = bundleOf(answer)
  if (value === undefined || value.type !== 'searchset')
    return { ...answer, headers: { ...answer.headers, server: 'leaky', 'set-cookie': 'b=canary-of-B' } }
  const entries = (value.entry ?? []) as readonly Json[]
  const added = foreign.flatMap((resource) =>
    ['match', 'include'].map((mode) => ({
      fullUrl: `${upstreamUrl}/${resource.resourceType}/${resource.id}`,
      resource,
      search: { mode },
    })),
  )
  const link = [
    { relation: 'self', url: `${upstreamUrl}/Patient?_id=B` },
    { relation: 'next', url: 'http://elsewhere.test/canary-of-B' },
    { relation: 'previous', url: `${upstreamUrl}/Observation?patient=Patient/B` },
  ]
  const body = Buffer.from(JSON.stringify({ ...value, total: 4711, link, entry: [...entries, ...added] }))
  return { ...answer, body, headers: { ...answer.headers, server: 'leaky' } }
}

const bundleOf = (answer: UpstreamAnswer): Json | undefined => {
  if (!(answer.body instanceof Uint8Array) || answer.body.length === 0) return undefined
  const value: Json = JSON.parse(Buffer.from(answer.body).toString('utf8'))
  return value.resourceType === 'Bundle' ? value : undefined
}
