import type { Readable } from 'node:stream'
import { type Answer, empty, fhirJson, json, jsonText, type Pair } from './answer.ts'
import type { Decision } from './decision.ts'
import { type Denial, DeniedError, deny } from './denial-reasons.ts'
import type { UpstreamAnswer } from './env.ts'
import { type Exchange, resourceOf, send, textOf } from './exchange.ts'
import type { Deciding } from './fhir/deciding.ts'
import { filterInstance, reduceOutcome } from './fhir/filter.ts'
import type { Filter } from './fhir/filter-plan.ts'
import { isResource, type Resource, versionOf } from './fhir/json.ts'
import type { ParsedRequest } from './fhir/parse-request.ts'
import { moveUrl, moveUrls } from './fhir/rewrite.ts'
import { isRestricted } from './fhir/search-context.ts'
import { learn } from './look-up.ts'
import { type Known, keyOf } from './wants.ts'

/** An allowed request on its way out, and how its answer is wanted. */
export type Forwarding = {
  readonly allowed: Extract<Decision, { kind: 'allow' }>
  readonly deciding: Deciding
  readonly parsed: ParsedRequest
  readonly exchange: Exchange
}

/** Headers of the upstream that reach the client. Everything else is dropped, `Set-Cookie` and `Server` among it. */
const passed = ['etag', 'last-modified', 'retry-after', 'x-progress'] as const

/** What may be said of the upstream's answer: versions and times as they are, its URLs on our base. */
export const headersFrom = ({ headers }: UpstreamAnswer, { open }: Exchange): readonly Pair[] => {
  const { publicBase, upstreamBase } = open.fhir.bases
  const pairs: Pair[] = []
  for (const name of passed) {
    const value = headers[name]
    if (value !== undefined) pairs.push([name, value])
  }
  for (const name of ['location', 'content-location'] as const) {
    const moved = moveUrl(headers[name] ?? '', upstreamBase, publicBase)
    if (moved.startsWith(`${publicBase}/`)) pairs.push([name, moved])
  }
  return pairs
}

/** Whether no alternative of the token is limited to patients: then errors of the upstream may be told as they are. */
const isUnrestricted = ({ authorization }: Exchange): boolean =>
  authorization.alternatives.every(({ reach }) => reach.kind !== 'patients') &&
  !isRestricted(authorization.alternatives)

/**
 * A status of the upstream that is no success → what the client is told. What depends on stored data says the same for
 * absent, deleted and foreign. Spec: GW-28
 */
export const upstreamDenial = (status: number): Denial => {
  switch (status) {
    case 404:
    case 410:
      return deny('not-found')
    case 400:
      return deny('unsupported-value')
    case 412:
      return deny('version-conflict')
    case 409:
      return deny('version-conflict')
    case 413:
      return deny('too-large')
    case 422:
      return deny('upstream-refused')
    case 429:
    case 503:
      return deny('unavailable', { retryAfter: 5 })
    case 504:
      return deny('upstream-timeout')
    default:
      return deny('upstream-failed')
  }
}

/** An error of the upstream: told with its own status and codes where nothing is restricted, else as a refusal. */
export const upstreamError = (answer: UpstreamAnswer, exchange: Exchange): Answer => {
  const isClientFault = answer.status >= 400 && answer.status < 500 && ![401, 403, 407, 429].includes(answer.status)
  if (!isClientFault || !isUnrestricted(exchange) || !(answer.body instanceof Uint8Array))
    throw new DeniedError(upstreamDenial(answer.status))
  const outcome = outcomeOf(answer)
  if (outcome === undefined) throw new DeniedError(upstreamDenial(answer.status))
  return json(answer.status, reduceOutcome(outcome, exchange.open.config.upstream.diagnostics === 'full'))
}

const outcomeOf = (answer: UpstreamAnswer): Resource | undefined => {
  try {
    const value: unknown = JSON.parse(textOf(answer))
    return isResource(value) && value.resourceType === 'OperationOutcome' ? value : undefined
  } catch {
    return undefined
  }
}

/** Reads one resource, judges it, and answers it, 304, or the answer for a resource that does not exist. */
export const forwardInstance = async (
  filter: Extract<Filter, { kind: 'instance' }>,
  { allowed, deciding, parsed, exchange }: Forwarding,
): Promise<Answer> => {
  const answer = await send(allowed.call, exchange)
  if (answer.status !== 200) return upstreamError(answer, exchange)
  const text = textOf(answer)
  const resource = resourceOf(text)
  const judged = await judgeInstance(resource, filter, { deciding, exchange })
  exchange.witness.saw(resource)
  const headers = withVersion(headersFrom(answer, exchange), resource)
  if (isNotModified(parsed, headers)) return empty(304, headers)
  const { publicBase, upstreamBase } = exchange.open.fhir.bases
  const isUnchanged = judged === resource && (publicBase === upstreamBase || !mayName(text, upstreamBase))
  return isUnchanged ? jsonText(200, text, headers) : json(200, moveUrls(judged, upstreamBase, publicBase), headers)
}

type Judging = { readonly deciding: Deciding; readonly exchange: Exchange }

const judgeInstance = async (
  resource: Resource,
  filter: Extract<Filter, { kind: 'instance' }>,
  { deciding, exchange }: Judging,
): Promise<Resource> => {
  let known: Known = deciding.known
  for (let round = 0; round < 3; round += 1) {
    const judged = filterInstance(resource, filter, { ...deciding, known })
    if (judged.kind === 'resource') return judged.resource
    if (judged.kind === 'deny') throw new DeniedError(judged)
    if (judged.wants.every((want) => known.has(keyOf(want)))) break
    known = await learn(judged.wants, known, exchange)
  }
  throw new DeniedError(deny('answer-not-judged'))
}

const withVersion = (headers: readonly Pair[], resource: Resource): readonly Pair[] => {
  const version = versionOf(resource)
  return version === undefined || headers.some(([name]) => name === 'etag')
    ? headers
    : [...headers, ['etag', `W/"${version}"`]]
}

/** Conditional reads are answered here, after judging: the upstream would say 304 about records that are not shown. */
const isNotModified = ({ ifNoneMatch, ifModifiedSince }: ParsedRequest, headers: readonly Pair[]): boolean => {
  const find = (name: string): string | undefined => headers.find(([each]) => each === name)?.[1]
  const tag = find('etag')?.replace(/^W\//, '')
  if (ifNoneMatch !== undefined)
    return ifNoneMatch === '*' || ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === tag)
  const modified = Date.parse(find('last-modified') ?? '')
  return ifModifiedSince !== undefined && modified <= Date.parse(ifModifiedSince)
}

/** Whether JSON text can hold a URL on a base; a slash may be written `\\/`. */
const mayName = (text: string, url: string): boolean => text.includes(url) || text.includes('\\/')

/** Nothing to judge: piped where both bases are the same, else parsed once to move URLs. */
export const forwardPass = async ({ allowed, parsed, exchange }: Forwarding): Promise<Answer> => {
  const { publicBase, upstreamBase } = exchange.open.fhir.bases
  const isRead = allowed.call.method === 'GET'
  const conditional = isRead && parsed.ifNoneMatch !== undefined ? { 'if-none-match': parsed.ifNoneMatch } : {}
  const call = { ...allowed.call, headers: { ...allowed.call.headers, ...conditional } }
  const isSame = publicBase === upstreamBase && isRead
  const answer = await send(call, exchange, isSame ? 'stream' : 'bytes')
  const headers = headersFrom(answer, exchange)
  if (!(answer.body instanceof Uint8Array)) return pipe(answer, answer.body, headers)
  if (answer.status === 304) return empty(304, headers)
  if (answer.status >= 300) return upstreamError(answer, exchange)
  const text = textOf(answer)
  exchange.witness.sent(allowed.call.path)
  if (text === '' || !mayName(text, upstreamBase) || isSame)
    return text === '' ? empty(answer.status, headers) : jsonText(answer.status, answer.body, headers)
  return json(answer.status, moveUrls(resourceOf(text), upstreamBase, publicBase), headers)
}

/** Pipes a body that nothing has to be done to. Only JSON: what cannot be read here cannot be vouched for. */
const pipe = (answer: UpstreamAnswer, body: Readable, headers: readonly Pair[]): Answer => {
  const isJson = /^application\/(fhir\+)?json\b/i.test(answer.headers['content-type'] ?? '')
  if (answer.status === 200 && isJson) return { status: 200, headers: [fhirJson, ...headers], body }
  body.destroy()
  if (answer.status === 304) return empty(304, headers)
  throw new DeniedError(answer.status >= 300 ? upstreamDenial(answer.status) : deny('answer-not-judged'))
}
