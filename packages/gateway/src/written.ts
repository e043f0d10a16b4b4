import { type Answer, empty, json, type Pair } from './answer.ts'
import type { Decision } from './decision.ts'
import { DeniedError, deny } from './denial-reasons.ts'
import { type Exchange, resourceOf, send, textOf } from './exchange.ts'
import { namesAnother } from './fhir/compartment.ts'
import { judge } from './fhir/cover.ts'
import type { Deciding } from './fhir/deciding.ts'
import { reduceOutcome } from './fhir/filter.ts'
import type { Filter } from './fhir/filter-plan.ts'
import { isResource, type Resource, versionOf } from './fhir/json.ts'
import { moveUrls } from './fhir/rewrite.ts'
import { patientsOf } from './fhir/search-context.ts'
import { type Forwarding, headersFrom, upstreamDenial, upstreamError } from './forward.ts'

/** Sends a write and answers it: a body only where the token may read what was stored. Spec: GW-28 */
export const forwardWritten = async (
  filter: Extract<Filter, { kind: 'written' }>,
  { allowed, deciding, exchange }: Forwarding,
): Promise<Answer> => {
  const { body } = allowed.call
  if (isResource(body)) exchange.witness.saw(body)
  const answer = await send(allowed.call, exchange)
  if (answer.status >= 300) {
    if (filter.restricted) throw new DeniedError(upstreamDenial(answer.status))
    return upstreamError(answer, exchange)
  }
  const headers = headersFrom(answer, exchange)
  const text = filter.readable ? textOf(answer) : ''
  const stored = text === '' ? undefined : resourceOf(text)
  const shown = stored !== undefined && isShown(stored, deciding)
  return shown ? json(answer.status, outward(stored, exchange), headers) : empty(answer.status, headers)
}

const isShown = (stored: Resource, deciding: Deciding): boolean =>
  stored.resourceType !== 'OperationOutcome' && judge(stored, 'r', deciding) === 'covered'

const outward = (value: unknown, { open }: Exchange): unknown => {
  const { publicBase, upstreamBase } = open.fhir.bases
  return moveUrls(value, upstreamBase, publicBase)
}

/** A decision that needed no write: a conditional create that found its resource, a search that can only be empty. */
export const answerDone = (
  { status, resource, written }: Extract<Decision, { kind: 'done' }>,
  exchange: Exchange,
): Answer => {
  const headers = written === undefined ? [] : writtenHeaders(written, exchange)
  return resource === undefined ? empty(status, headers) : json(status, outward(resource, exchange), headers)
}

const writtenHeaders = (written: Resource, { open }: Exchange): readonly Pair[] => {
  const version = versionOf(written)
  const location = `${open.config.base}/${written.resourceType}/${written.id}`
  return version === undefined
    ? [['location', location]]
    : [
        ['etag', `W/"${version}"`],
        ['location', `${location}/_history/${version}`],
      ]
}

const terminologyTypes: ReadonlySet<string> = new Set(['ValueSet', 'Parameters', 'OperationOutcome'])

/** Sends a terminology-like operation. Its result holds no resource of anyone's, or it is not given. */
export const forwardTerminology = async ({ allowed, deciding, exchange }: Forwarding): Promise<Answer> => {
  const answer = await send(allowed.call, exchange)
  if (answer.status >= 300) return upstreamError(answer, exchange)
  const result = resourceOf(textOf(answer))
  const { alternatives } = deciding.authorization
  const patients = { ids: new Set(patientsOf(alternatives)), bases: deciding.location.bases }
  const isRestrictedToSome = alternatives.some(({ reach }) => reach.kind === 'patients')
  const holdsRecord = JSON.stringify(result).includes('"resource":')
  if (!terminologyTypes.has(result.resourceType) || holdsRecord) throw new DeniedError(deny('answer-not-judged'))
  if (isRestrictedToSome && namesAnother(result, patients)) throw new DeniedError(deny('answer-not-judged'))
  const shown =
    result.resourceType === 'OperationOutcome' ? reduceOutcome(result, !isRestrictedToSome) : outward(result, exchange)
  return json(200, shown)
}
