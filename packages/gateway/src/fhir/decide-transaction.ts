import { assertNever } from '../assert-never.ts'
import type { Decision } from '../decision.ts'
import { type Denial, denialReasons, deny, isDenial } from '../denial-reasons.ts'
import type { UpstreamCall } from '../upstream-call.ts'
import type { Want } from '../wants.ts'
import { readEntries } from './bundle-entries.ts'
import { decideConditional } from './decide-conditional.ts'
import { decidePatch } from './decide-patch.ts'
import { decideRead } from './decide-read.ts'
import { decideSearch } from './decide-search.ts'
import { decideCreate, decideDelete, decideUpdate, type Together } from './decide-write.ts'
import type { Deciding } from './deciding.ts'
import type { EntryPlan } from './filter-plan.ts'
import type { Json, Resource } from './json.ts'
import { pageSizeOf } from './page.ts'
import { formatParameters } from './parameters.ts'
import type { FhirRequest } from './request.ts'
import { type LinkedEntry, linkEntries } from './transaction-links.ts'

/**
 * A transaction: every entry must be allowed by itself, or nothing happens. What is sent is one transaction of rewritten
 * entries, each with the version that was judged. Spec: SC-11, GW-13
 */
export const decideTransaction = (bundle: Resource, deciding: Deciding): Decision => {
  const entries = readEntries(bundle, preferOf(deciding), deciding.location.bases)
  if (isDenial(entries)) return entries
  const malformed = entries.flatMap(({ parsed }, at) => (isDenial(parsed) ? [[at, parsed] as const] : []))
  if (malformed.length > 0) return refuseEntries(malformed)
  const linked = linkEntries(
    entries.flatMap(({ fullUrl, parsed }) => (isDenial(parsed) ? [] : [{ fullUrl, request: parsed.request }])),
    deciding,
  )
  if ('kind' in linked) return linked
  const decisions = linked.entries.map((entry) => decideEntry(entry.request, deciding, linked.together))
  return combine(linked.entries, decisions)
}

const preferOf = ({ prefer }: Deciding): string | undefined =>
  prefer.return === undefined ? undefined : `return=${prefer.return}`

/** The same branches as for a request of its own; what has no place in a transaction is refused. */
const decideEntry = (request: FhirRequest, deciding: Deciding, together: Together): Decision => {
  switch (request.interaction) {
    case 'read':
      return decideRead(request, deciding)
    case 'search': {
      const decision = decideSearch(
        { ...request, byPost: false },
        { ...deciding, location: { ...deciding.location, searchByPost: false } },
      )
      const isWhole =
        decision.kind === 'allow' && decision.filter.kind === 'page' && pageSizeOf(decision.filter.plan) === undefined
      return decision.kind === 'allow' && !isWhole ? deny('interaction-not-allowed', { about: 'search' }) : decision
    }
    case 'create':
      return decideCreate(request, deciding, together)
    case 'update':
      return decideUpdate(request, deciding, together)
    case 'patch':
      return decidePatch(request, deciding, together)
    case 'delete':
      return decideDelete(request, deciding)
    case 'conditional-update':
    case 'conditional-patch':
    case 'conditional-delete':
      return decideConditional(request, deciding, together)
    case 'vread':
    case 'history-instance':
    case 'history-type':
    case 'history-system':
    case 'search-system':
    case 'search-compartment':
    case 'page':
    case 'upload':
    case 'batch':
    case 'transaction':
    case 'operation':
    case 'export-status':
    case 'export-cancel':
    case 'bulk':
      return deny('interaction-not-allowed', { about: request.interaction })
    default:
      return assertNever(request)
  }
}

/**
 * What the request alone forbids is 403 and names the entries. What depends on stored data is answered as for a single
 * request, so that absent and foreign stay the same.
 */
const refuseEntries = (denied: readonly (readonly [at: number, denial: Denial])[]): Denial => {
  const isByData = ({ reason }: Denial): boolean => [404, 412, 422].includes(denialReasons[reason][0])
  const byRequest = denied.filter(([, denial]) => !isByData(denial))
  const [first] = denied
  if (byRequest.length === 0 && first !== undefined) return first[1]
  return deny('entry-refused', { about: byRequest.map(([at, { reason }]) => `entry ${at}: ${reason}`).join(', ') })
}

const combine = (entries: readonly LinkedEntry[], decisions: readonly Decision[]): Decision => {
  const denied = decisions.flatMap((decision, at) => (decision.kind === 'deny' ? [[at, decision] as const] : []))
  if (denied.length > 0) return refuseEntries(denied)
  const wants: readonly Want[] = decisions.flatMap((decision) => (decision.kind === 'look-up' ? decision.wants : []))
  if (wants.length > 0) return { kind: 'look-up', wants }
  const sent = decisions.flatMap((decision, at) =>
    decision.kind === 'allow' ? [formatEntry(entries[at], decision.call)] : [],
  )
  return {
    kind: 'allow',
    call: {
      method: 'POST',
      path: '',
      parameters: [],
      headers: {},
      body: { resourceType: 'Bundle', type: 'transaction', entry: sent },
    },
    filter: { kind: 'transaction', entries: decisions.flatMap(planEntry) },
  }
}

const planEntry = (decision: Decision): readonly EntryPlan[] => {
  if (decision.kind === 'allow') return [{ kind: 'sent', filter: decision.filter }]
  const written = decision.kind === 'done' ? decision.written : undefined
  return written === undefined
    ? []
    : [{ kind: 'answered', resource: written, shown: decision.kind === 'done' && decision.resource !== undefined }]
}

const formatEntry = (entry: LinkedEntry | undefined, call: UpstreamCall): Json => {
  const query = call.parameters.length > 0 ? `?${formatParameters(call.parameters)}` : ''
  const { 'if-match': ifMatch, 'if-none-exist': ifNoneExist } = call.headers
  return {
    ...(entry?.fullUrl !== undefined && { fullUrl: entry.fullUrl }),
    ...(call.body !== undefined && { resource: call.body }),
    request: {
      method: call.method,
      url: `${call.path}${query}`,
      ...(ifMatch !== undefined && { ifMatch }),
      ...(ifNoneExist !== undefined && { ifNoneExist }),
    },
  }
}
