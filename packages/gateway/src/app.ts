import { type Answer, type Input, singleHeader, withHeaders } from './answer.ts'
import { assertNever } from './assert-never.ts'
import { type Auditing, audit } from './auditing.ts'
import { authenticate } from './authenticate.ts'
import { answerBatch } from './batch.ts'
import { type Denial, deny, isDenial } from './denial-reasons.ts'
import type { Exchange } from './exchange.ts'
import { type ParsedRequest, parseFhirRequest } from './fhir/parse-request.ts'
import { type FhirPath, parsePathBelow } from './fhir/request-path.ts'
import { forward } from './filtered.ts'
import { type Gateway, requestIdOf, type Serving } from './gateway.ts'
import { corsHeaders, ownHeaders, preflight, standingHeaders } from './headers.ts'
import { attempt, type Outcome, refused } from './outcome.ts'
import { unsealRequest } from './sealed-request.ts'
import { settle } from './settle.ts'
import { createWitness } from './witness.ts'
import { answerDone } from './written.ts'

/**
 * THE MAP: what happens to every request, in this order. The edge is here too: whatever is thrown below becomes an answer
 * that says nothing it should not.
 */
export const handle = async (input: Input, gateway: Gateway): Promise<Answer> => {
  const cors = corsHeaders(gateway.config, input)
  if (input.method === 'OPTIONS') return withHeaders(preflight(), cors)
  const { answer } = await attempt(gateway.env, () => answerAt(input, gateway))
  const dressed = withHeaders(answer, [...standingHeaders, ...cors])
  return input.method === 'HEAD' ? { ...dressed, body: '' } : dressed
}

/** Which location, and is it one of the two documents that need no token? */
const answerAt = async (input: Input, gateway: Gateway): Promise<Outcome> => {
  const [path = '', ...query] = input.target.split('?')
  const serving = gateway.locations.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`))
  if (serving === undefined) return refused(deny('unknown-path'))
  const below = parsePathBelow(path.slice(serving.prefix.length))
  const isGet = input.method === 'GET' || input.method === 'HEAD'
  if (!isDenial(below) && isGet && below.kind === 'smart-configuration')
    return { answer: await serving.documents.smartConfiguration() }
  if (!isDenial(below) && isGet && below.kind === 'metadata') return { answer: await serving.documents.metadata() }
  return guarded(input, { path: below, query: query.join('?') }, serving)
}

type Place = { readonly path: FhirPath | Denial; readonly query: string }

/** Authenticate → parse → decide → forward → filter; audit wraps all of it. */
const guarded = async (input: Input, { path, query }: Place, serving: Serving): Promise<Outcome> => {
  if (isDenial(path) && path.reason === 'malformed-path') return refused(path)
  const auditing = { ...serving, input, requestId: requestIdOf(input, serving.env) }
  const authorization = await authenticate(input, serving, (denial) => audit(auditing, refused(denial)))
  serving.rate.take(authorization.clientId, authorization.patient)
  const parsed = isDenial(path) ? path : parseFhirRequest({ ...readInput(input), path, query })
  const exchange = await serving.exchange(input, authorization, auditing.requestId)
  const outcome = isDenial(parsed)
    ? await audit(auditing, refused(parsed), { request: undefined, exchange })
    : await answerAudited(parsed, exchange, auditing)
  return { ...outcome, answer: withHeaders(outcome.answer, ownHeaders(outcome, exchange)) }
}

const readInput = (input: Input) => {
  const header = (name: string): string | undefined => {
    const value = singleHeader(input, name)
    return value === 'repeated' ? undefined : value
  }
  return {
    method: input.method,
    header,
    body: { kind: 'bytes', bytes: input.body, contentType: header('content-type') },
  } as const
}

/** One request, one record; a batch is as many requests as it has entries. */
const answerAudited = async (parsed: ParsedRequest, exchange: Exchange, auditing: Auditing): Promise<Outcome> => {
  const { request } = parsed
  if (request.interaction !== 'batch')
    return audit(auditing, await attempt(exchange.env, () => run(parsed, exchange)), { request, exchange })
  const answer = await answerBatch(request.bundle, exchange, async (entry) => {
    const own = { ...exchange, witness: createWitness(exchange.open.fhir.bases) }
    const outcome = await attempt(exchange.env, () => run(entry, own))
    return (await audit(auditing, outcome, { request: entry.request, exchange: own })).answer
  })
  return { answer }
}

/** Decide; if allowed, send what was decided and judge what comes back. */
const run = async (parsed: ParsedRequest, exchange: Exchange): Promise<Outcome> => {
  const unsealed = unsealRequest(parsed.request, exchange)
  if (unsealed === undefined) return refused(deny('not-found'))
  const { request, resume } = unsealed
  const { decision, deciding } = await settle(request, parsed.prefer, exchange)
  switch (decision.kind) {
    case 'deny':
      return refused(decision)
    case 'done':
      return { answer: answerDone(decision, exchange) }
    case 'allow': {
      const allowed = resume === undefined ? decision : { ...decision, call: resume.call }
      const from = { request, offset: resume?.offset ?? 0 }
      return { answer: await forward({ allowed, deciding, parsed, exchange }, from) }
    }
    default:
      return assertNever(decision)
  }
}
