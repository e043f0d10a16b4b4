import type { UpstreamAnswer, UpstreamRequest } from '../../packages/gateway/src/env.ts'
import { type Json, parseJson, type Resource } from '../../packages/gateway/src/fhir/json.ts'
import { upstreamUrl } from '../../packages/gateway/test/upstream/honest.ts'
import { other, secret } from './universe.ts'
import { type OpenUpstream, openHonest } from './upstreams.ts'

/** A count that no honest answer to A can have. */
export const foreignTotal = 471_147

/**
 * A server that ignores every search parameter: each search gives everything of its type, everything of B's that is no match
 * as an include, a total of its own, and links to other people's pages. Headers and errors tell about B too. Writes it
 * performs as sent: a write that should not have been sent then shows.
 */
export const openHostile: OpenUpstream = async (universe) => {
  const { send, writes } = await openHonest(universe)
  const records = [...universe.visible, ...universe.hidden]
  const hostile = async (request: UpstreamRequest): Promise<UpstreamAnswer> => {
    if (request.target === 'metadata') return send(request)
    const type = searchedType(request)
    return tainted(type === undefined ? await send(request) : everything(type, request.target, records))
  }
  return { send: hostile, writes }
}

/** The type that is searched; an operation gives whatever there is, beginning with patients. */
const searchedType = ({ method, target }: UpstreamRequest): string | undefined => {
  const [path = ''] = target.split('?')
  if (path.includes('/$')) return 'Patient'
  if (method === 'POST') return /^(\w+)\/_search$/.exec(path)?.[1]
  return method === 'GET' && /^\w+$/.test(path) ? path : undefined
}

const everything = (type: string, target: string, records: readonly Resource[]): UpstreamAnswer => {
  const matches = records.filter(({ resourceType }) => resourceType === type)
  const pushed = records.filter(({ id }) => String(id).startsWith(other)).slice(0, 40)
  const entry = [...matches.map((each) => entryOf(each, 'match')), ...pushed.map((each) => entryOf(each, 'include'))]
  const link = [
    { relation: 'self', url: `${upstreamUrl}/${target}` },
    { relation: 'next', url: `${upstreamUrl}/${type}?patient=Patient/${other}&_page=2` },
    { relation: 'previous', url: `http://elsewhere.test/${secret}` },
  ]
  return answer(200, { resourceType: 'Bundle', type: 'searchset', total: foreignTotal, link, entry })
}

const entryOf = (resource: Resource, mode: string): Json => ({
  fullUrl: `${upstreamUrl}/${resource.resourceType}/${resource.id}`,
  resource,
  search: { mode },
})

const answer = (status: number, body: Json): UpstreamAnswer => ({
  status,
  headers: { 'content-type': 'application/fhir+json' },
  body: Buffer.from(JSON.stringify(body)),
})

/** Errors that explain too much, and headers with names of other people. */
const tainted = (given: UpstreamAnswer): UpstreamAnswer => {
  const headers = { ...given.headers, server: secret, 'set-cookie': `b=${secret}`, link: `<${secret}>; rel="next"` }
  const value = given.body instanceof Uint8Array ? parseJson(Buffer.from(given.body).toString('utf8')) : undefined
  const isError = given.status >= 400 && value !== undefined
  const issue = [{ severity: 'error', code: 'conflict', diagnostics: `see ${secret}`, details: { text: secret } }]
  return isError
    ? { ...answer(given.status, { resourceType: 'OperationOutcome', issue }), headers }
    : { ...given, headers }
}
