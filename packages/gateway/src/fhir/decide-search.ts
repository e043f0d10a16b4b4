import { alternativesFor } from '../authorization.ts'
import type { Decision } from '../decision.ts'
import { deny, isDenial } from '../denial-reasons.ts'
import type { Parameter, UpstreamCall } from '../upstream-call.ts'
import { missing, type Want } from '../wants.ts'
import type { Deciding } from './deciding.ts'
import { splitValue } from './escape.ts'
import { isCovered } from './filter.ts'
import { parseReference } from './reference.ts'
import type { FhirRequest } from './request.ts'
import { planSearch, type SearchPlan } from './search.ts'
import { isRestricted } from './search-context.ts'

type Search = Extract<FhirRequest, { interaction: 'search' }>

/** The most targets one Provenance search may name: each is looked up. */
const maxTargets = 20

/** Search, by any of its three spellings. Spec: AL-79, SC-06, ONC-34, GW-10 */
export const decideSearch = (request: Search, deciding: Deciding): Decision => {
  const { type, parameters, compartment } = request
  const asked = { type, parameters, strict: deciding.prefer.strict, ...(compartment !== undefined && { compartment }) }
  const plan = planSearch(asked, deciding, deciding.capabilities)
  if (isDenial(plan)) return plan
  const targets = type === 'Provenance' ? checkTargets(plan, deciding) : undefined
  if (targets !== undefined) return targets
  const byPost = request.byPost || deciding.location.searchByPost
  return {
    kind: 'allow',
    call: searchCall(type, plan.sent, byPost),
    filter: { kind: 'page', plan: { kind: 'search', search: plan } },
  }
}

/** A search of ours, by the method the client used unless the location always posts. */
export const searchCall = (type: string, parameters: readonly Parameter[], byPost: boolean): UpstreamCall => ({
  method: byPost ? 'POST' : 'GET',
  path: byPost ? `${type}/_search` : type,
  parameters,
  headers: { prefer: 'handling=strict' },
  ...(byPost && { asForm: true }),
})

/**
 * `Provenance?target=…` asks about other records, so each of them must be covered. One that is not makes the search find
 * nothing, as it would for a record that does not exist.
 */
const checkTargets = (plan: SearchPlan, deciding: Deciding): Decision | undefined => {
  const named = plan.sent.filter(({ name }) => name === 'target').flatMap(({ value }) => splitValue(value, ','))
  if (named.length === 0 || !isRestricted(alternativesFor(deciding.authorization, 's', 'Provenance'))) return undefined
  if (named.length > maxTargets) return deny('refused-parameter', { about: 'target' })
  const wants: Want[] = []
  for (const text of named) {
    const reference = parseReference(text, deciding.location.bases)
    if (reference.kind !== 'local') return deny('refused-parameter', { about: 'target' })
    wants.push({ kind: 'read', type: reference.type, id: reference.id })
  }
  const unknown = missing(wants, deciding.known)
  if (unknown.length > 0) return { kind: 'look-up', wants: unknown }
  const isOpen = wants.every((want) => isCovered(want, 'r', deciding) === true)
  return isOpen ? undefined : { kind: 'done', status: 200, resource: emptyPage }
}

const emptyPage = { resourceType: 'Bundle', type: 'searchset', entry: [] } as const
