import type { Authorization } from './authorization.ts'
import type { BoundedMap } from './bounded-map.ts'
import type { Config } from './config.ts'
import { type Denial, DeniedError, deny } from './denial-reasons.ts'
import { type Env, type UpstreamAnswer, UpstreamError } from './env.ts'
import { isResource, type Resource } from './fhir/json.ts'
import { formatParameters } from './fhir/parameters.ts'
import { moveUrls } from './fhir/rewrite.ts'
import type { Capabilities } from './fhir/search-context.ts'
import type { OpenLocation } from './open-location.ts'
import type { UpstreamCall } from './upstream-call.ts'
import type { Witness } from './witness.ts'

/** Records with attachments of a grant's patients, and until when they are believed. */
export type Scan = { readonly owners: readonly Resource[]; readonly until: number }

/** One request on its way: who asks, where, and what the answering needs to reach. */
export type Exchange = {
  readonly config: Config
  readonly env: Env
  readonly open: OpenLocation
  readonly capabilities: Capabilities
  readonly authorization: Authorization
  readonly requestId: string
  readonly traceparent: string | undefined
  /** A signed statement who the user is, where the upstream enforces. */
  readonly assertion: string | undefined
  readonly signal: AbortSignal | undefined
  /** Sees what is sent and shown, for the audit. */
  readonly witness: Witness
  /** Records with attachments that were read lately, by grant. */
  readonly scans: BoundedMap<Scan>
}

/** Sends a call of ours. Throws `DeniedError` when the upstream gives no answer. */
export const send = async (
  call: UpstreamCall,
  exchange: Exchange,
  take: 'bytes' | 'stream' = 'bytes',
): Promise<UpstreamAnswer> => {
  const { env, open, config, signal } = exchange
  try {
    return await env.upstream({
      location: open.config.base,
      method: call.method,
      target: targetOf(call),
      headers: headersFor(call, exchange),
      ...bodyFor(call, open),
      ...(signal !== undefined && { signal }),
      take,
      maxBytes: config.limits.answerBytes,
    })
  } catch (error) {
    throw new DeniedError(faultDenial(error), error)
  }
}

const faultDenial = (error: unknown): Denial => {
  const kind = error instanceof UpstreamError ? error.kind : 'failed'
  return deny(kind === 'timeout' ? 'upstream-timeout' : kind === 'too-large' ? 'answer-not-judged' : 'upstream-failed')
}

const targetOf = ({ path, parameters, asForm }: UpstreamCall): string =>
  parameters.length === 0 || asForm ? path : `${path}?${formatParameters(parameters)}`

/** Everything the upstream is told. No header of the client's is passed on as it is. Spec: GW-31, THR-34 */
const headersFor = (
  call: UpstreamCall,
  { requestId, traceparent, assertion, open }: Exchange,
): Record<string, string> => {
  const type = contentTypeOf(call)
  const header = open.config.upstream.assertion?.header
  return {
    accept: 'application/fhir+json',
    ...call.headers,
    ...(type !== undefined && { 'content-type': type }),
    'x-request-id': requestId,
    ...(traceparent !== undefined && { traceparent }),
    ...(header !== undefined && assertion !== undefined && { [header]: assertion }),
  }
}

const contentTypeOf = (call: UpstreamCall): string | undefined => {
  if (call.asForm) return 'application/x-www-form-urlencoded'
  return call.body === undefined ? undefined : (call.contentType ?? 'application/fhir+json')
}

const bodyFor = (call: UpstreamCall, { fhir }: OpenLocation): { readonly body?: string | Uint8Array } => {
  if (call.asForm) return { body: formatParameters(call.parameters) }
  if (call.body === undefined) return {}
  if (call.body instanceof Uint8Array) return { body: call.body }
  const { publicBase, upstreamBase } = fhir.bases
  return { body: JSON.stringify(moveUrls(call.body, publicBase, upstreamBase)) }
}

/** The bytes of an answer as text. */
export const textOf = (answer: UpstreamAnswer): string =>
  answer.body instanceof Uint8Array
    ? Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength).toString('utf8')
    : ''

/** The resource of an answer. Throws `DeniedError` when it is none: a response that cannot be judged is refused. */
export const resourceOf = (text: string): Resource => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new DeniedError(deny('answer-not-judged'), error)
  }
  if (!isResource(value)) throw new DeniedError(deny('answer-not-judged'))
  return value
}

/** One resource, or `undefined` when it is not there. Any other answer is a failure of the upstream. */
export const fetchResource = async (call: UpstreamCall, exchange: Exchange): Promise<Resource | undefined> => {
  const answer = await send(call, exchange)
  if (answer.status === 404 || answer.status === 410) return undefined
  if (answer.status !== 200) throw new DeniedError(deny('upstream-failed'))
  return resourceOf(textOf(answer))
}
