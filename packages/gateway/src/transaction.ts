import { type Answer, json } from './answer.ts'
import { DeniedError, deny, isDenial } from './denial-reasons.ts'
import { type Exchange, resourceOf, send, textOf } from './exchange.ts'
import { judge } from './fhir/cover.ts'
import type { Deciding } from './fhir/deciding.ts'
import { judgePage } from './fhir/entries.ts'
import { filterInstance, reduceOutcome } from './fhir/filter.ts'
import type { EntryPlan, Filter } from './fhir/filter-plan.ts'
import { isObject, isResource, type Json, objectsOf, type Resource, versionOf } from './fhir/json.ts'
import { formatPage } from './fhir/page.ts'
import { moveUrls } from './fhir/rewrite.ts'
import { type Forwarding, upstreamDenial } from './forward.ts'

/** Sends a transaction and judges its answer entry by entry, in the order the client wrote them. Spec: GW-13 */
export const forwardTransaction = async (
  { entries }: Extract<Filter, { kind: 'transaction' }>,
  { allowed, deciding, exchange }: Forwarding,
): Promise<Answer> => {
  const isSent = entries.some(({ kind }) => kind === 'sent')
  const answers = isSent ? await sendTransaction(allowed.call, exchange) : []
  if (answers.length !== entries.filter(({ kind }) => kind === 'sent').length)
    throw new DeniedError(deny('answer-not-judged'))
  const left = [...answers]
  const formatted = entries.map((plan) =>
    plan.kind === 'answered' ? answered(plan, exchange) : judged(plan, left.shift(), { deciding, exchange }),
  )
  const { publicBase, upstreamBase } = exchange.open.fhir.bases
  return json(
    200,
    moveUrls({ resourceType: 'Bundle', type: 'transaction-response', entry: formatted }, upstreamBase, publicBase),
  )
}

const sendTransaction = async (call: Forwarding['allowed']['call'], exchange: Exchange): Promise<readonly Json[]> => {
  const answer = await send(call, exchange)
  if (answer.status >= 300) throw new DeniedError(upstreamDenial(answer.status))
  const bundle = resourceOf(textOf(answer))
  if (bundle.resourceType !== 'Bundle') throw new DeniedError(deny('answer-not-judged'))
  return objectsOf(bundle.entry)
}

const answered = ({ resource, shown }: Extract<EntryPlan, { kind: 'answered' }>, { open }: Exchange): Json => {
  const version = versionOf(resource)
  return {
    ...(shown && { resource }),
    response: {
      status: '200',
      location: `${open.config.base}/${resource.resourceType}/${resource.id}`,
      ...(version !== undefined && { etag: `W/"${version}"` }),
    },
  }
}

type Around = { readonly deciding: Deciding; readonly exchange: Exchange }

const judged = ({ filter }: Extract<EntryPlan, { kind: 'sent' }>, entry: Json | undefined, around: Around): Json => {
  const response = isObject(entry?.response) ? entry.response : undefined
  if (entry === undefined || response === undefined) throw new DeniedError(deny('answer-not-judged'))
  const { resource } = entry
  const kept = isResource(resource) ? shownOf(resource, filter, around) : undefined
  const parts = ['status', 'location', 'etag', 'lastModified'].flatMap((name) =>
    typeof response[name] === 'string' ? [[name, response[name]]] : [],
  )
  const { outcome } = response
  const reduced = isResource(outcome) ? { outcome: reduceOutcome(outcome, false) } : {}
  return { ...(kept !== undefined && { resource: kept }), response: { ...Object.fromEntries(parts), ...reduced } }
}

/** What of an entry's resource may be shown; nothing of it where that cannot be said. */
const shownOf = (resource: Resource, filter: Filter, { deciding, exchange }: Around): Json | undefined => {
  switch (filter.kind) {
    case 'pass':
      return resource
    case 'instance': {
      const found = filterInstance(resource, filter, deciding)
      if (found.kind !== 'resource') throw new DeniedError(isDenial(found) ? found : deny('answer-not-judged'))
      return found.resource
    }
    case 'written':
      return filter.readable && judge(resource, 'r', deciding) === 'covered' ? resource : undefined
    case 'page': {
      const page = judgePage(resource, filter.plan, deciding)
      if (isDenial(page) || 'wants' in page) throw new DeniedError(isDenial(page) ? page : deny('answer-not-judged'))
      const matches = page.matches.map(([, entry]) => entry)
      return formatPage(filter.plan, { ...page, matches, outcomes: [], links: {} }, exchange.open.fhir.bases)
    }
    case 'transaction':
    case 'export':
    case 'manifest':
    case 'lines':
    case 'terminology':
    case 'content':
      throw new DeniedError(deny('answer-not-judged'))
  }
}
