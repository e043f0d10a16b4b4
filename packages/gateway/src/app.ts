import { type Answer, empty, type Input, singleHeader, withHeaders } from './answer.ts'
import { authenticate } from './authenticate.ts'
import { refuse } from './denial.ts'
import { DeniedError, deny, isDenial } from './denial-reasons.ts'
import type { Exchange } from './exchange.ts'
import { type ParsedRequest, parseFhirRequest } from './fhir/parse-request.ts'
import { type FhirPath, parsePathBelow } from './fhir/request-path.ts'
import { forward } from './filtered.ts'
import type { Gateway, Serving } from './gateway.ts'
import { corsHeaders, preflight, standingHeaders } from './headers.ts'
import { openPage } from './pages.ts'
import { settle } from './settle.ts'

/**
 * THE MAP: what happens to every request, in this order. The edge is here too: whatever is thrown below becomes an answer
 * that says nothing it should not.
 */
export const handle = async (input: Input, gateway: Gateway): Promise<Answer> => {
  const cors = corsHeaders(gateway.config, input)
  if (input.method === 'OPTIONS') return withHeaders(preflight(), cors)
  const answer = await answerSafely(input, gateway)
  const dressed = withHeaders(answer, [...standingHeaders, ...cors])
  return input.method === 'HEAD' ? { ...dressed, body: '' } : dressed
}

const answerSafely = async (input: Input, gateway: Gateway): Promise<Answer> => {
  try {
    return await answerAt(input, gateway)
  } catch (error) {
    if (error instanceof DeniedError) {
      if (error.cause !== undefined)
        gateway.env.log('warn', 'request.denied', { reason: error.denial.reason }, error.cause)
      return refuse(error.denial)
    }
    gateway.env.log('error', 'request.fault', {}, error)
    return refuse(deny('unexpected-fault'))
  }
}

const answerAt = async (input: Input, gateway: Gateway): Promise<Answer> => {
  const [path = '', query = ''] = splitTarget(input.target)
  const service = gateway.services.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`))
  if (service === undefined) return refuse(deny('unknown-path'))
  const below = parsePathBelow(path.slice(service.prefix.length))
  if (isDenial(below)) return below.reason === 'unknown-path' ? refuseUnknown(input, service) : refuse(below)
  if (below.kind === 'smart-configuration' && isGet(input)) return service.documents.smartConfiguration()
  if (below.kind === 'metadata' && isGet(input)) return service.documents.metadata()
  return enforce(input, { path: below, query }, service)
}

const isGet = ({ method }: Input): boolean => method === 'GET' || method === 'HEAD'

const splitTarget = (target: string): readonly [string, string] => {
  const question = target.indexOf('?')
  return question < 0 ? [target, ''] : [target.slice(0, question), target.slice(question + 1)]
}

/** A path that leads nowhere is not told to those who have no token. */
const refuseUnknown = async (input: Input, service: Serving): Promise<Answer> => {
  await authenticate(input, service)
  return refuse(deny('unknown-path'))
}

type Place = { readonly path: FhirPath; readonly query: string }

/** Authenticate → parse → decide → forward → filter. */
const enforce = async (input: Input, place: Place, service: Serving): Promise<Answer> => {
  const authorization = await authenticate(input, service)
  const parsed = parseFhirRequest({ method: input.method, ...place, header: headerOf(input), body: input.body })
  if (isDenial(parsed)) return refuse(parsed)
  const exchange = await service.exchange(input, authorization)
  return run(parsed, exchange)
}

const headerOf =
  (input: Input) =>
  (name: string): string | undefined => {
    const value = singleHeader(input, name)
    return value === 'repeated' ? undefined : value
  }

const run = async (parsed: ParsedRequest, exchange: Exchange): Promise<Answer> => {
  const opened = parsed.request.interaction === 'page' ? openPage(parsed.request.sealed, exchange) : undefined
  if (parsed.request.interaction === 'page' && opened === undefined) return refuse(deny('not-found'))
  const request = opened?.request ?? parsed.request
  const { decision, deciding } = await settle(request, parsed.prefer, exchange)
  switch (decision.kind) {
    case 'deny':
      return refuse(decision)
    case 'done':
      return empty(decision.status)
    case 'allow': {
      const allowed = opened === undefined ? decision : { ...decision, call: opened.call }
      return forward({ allowed, deciding, parsed, exchange }, { request, offset: opened?.offset ?? 0 })
    }
  }
}
