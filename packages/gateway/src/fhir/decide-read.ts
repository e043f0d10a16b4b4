import type { Decision } from '../decision.ts'
import { deny, isDenial } from '../denial-reasons.ts'
import type { UpstreamCall } from '../upstream-call.ts'
import type { Want } from '../wants.ts'
import { coversAll, gate } from './cover.ts'
import type { Deciding } from './deciding.ts'
import { isCovered } from './filter.ts'
import type { HistoryPlan } from './filter-plan.ts'
import { valuesOf } from './parameters.ts'
import type { FhirRequest } from './request.ts'
import { defaultPageSize } from './search.ts'

type Read = Extract<FhirRequest, { interaction: 'read' }>
type Version = Extract<FhirRequest, { interaction: 'vread' }>
type History = Extract<FhirRequest, { interaction: 'history-instance' | 'history-type' | 'history-system' }>

/** A plain GET of ours. */
export const get = (path: string, parameters: UpstreamCall['parameters'] = []): UpstreamCall => ({
  method: 'GET',
  path,
  parameters,
  headers: {},
})

/** The user's own resource first: it may be read even when no scope covers its type. Spec: SC-03, ID-09, AL-79 */
export const decideRead = (request: Read, deciding: Deciding): Decision => {
  const { type, id, shape } = request
  const call = get(`${type}/${id}`)
  const { own } = deciding.authorization
  if (own?.type === type && own.id === id)
    return { kind: 'allow', call, filter: { kind: 'instance', type, id, letter: 'own', shape } }
  const open = gate('r', type, deciding)
  if (isDenial(open)) return open
  if (coversAll(open, deciding) && shape.elements === undefined && !shape.withoutText)
    return { kind: 'allow', call, filter: { kind: 'pass' } }
  return { kind: 'allow', call, filter: { kind: 'instance', type, id, letter: 'r', shape } }
}

/**
 * An old version is readable if both it and the current one are: a record that was someone else's before, or has been taken
 * away since, stays closed. Spec: SC-03, GW-12
 */
export const decideVersion = (request: Version, deciding: Deciding): Decision => {
  const { type, id, version, shape } = request
  const call = get(`${type}/${id}/_history/${version}`)
  const open = gate('r', type, deciding)
  if (isDenial(open)) return open
  if (coversAll(open, deciding)) return { kind: 'allow', call, filter: { kind: 'pass' } }
  const denied = notCurrentlyCovered({ kind: 'read', type, id }, deciding)
  return denied ?? { kind: 'allow', call, filter: { kind: 'instance', type, id, letter: 'r', shape } }
}

const notCurrentlyCovered = (want: Want, deciding: Deciding): Decision | undefined => {
  const covered = isCovered(want, 'r', deciding)
  if (typeof covered === 'object') return { kind: 'look-up', wants: covered.wants }
  return covered ? undefined : deny('not-found')
}

const historyParameters: ReadonlySet<string> = new Set(['_count', '_since', '_at'])

/** Histories: of an instance by `r`, of a type or the whole system by `s` and only where no patient restricts the reach. Spec: SC-03, SC-06 */
export const decideHistory = (request: History, deciding: Deciding): Decision => {
  const open = gateHistory(request, deciding)
  if (isDenial(open)) return open
  const unknown = request.parameters.find(({ name }) => !historyParameters.has(name))
  if (unknown !== undefined) return deny('unknown-parameter', { about: unknown.name })
  const count = valuesOf(request.parameters, '_count')[0]
  if (count !== undefined && !/^[1-9]\d{0,3}$/.test(count)) return deny('unsupported-value', { about: '_count' })
  const judged = !open.all
  const history = historyPlan(request, { judged, count: Math.min(Number(count ?? defaultPageSize), 200) })
  if (history.level === 'instance' && judged && history.type !== undefined && history.id !== undefined) {
    const denied = notCurrentlyCovered({ kind: 'read', type: history.type, id: history.id }, deciding)
    if (denied !== undefined) return denied
  }
  const path = [history.type, history.id, '_history'].filter((segment) => segment !== undefined).join('/')
  const others = request.parameters.filter(({ name }) => name !== '_count')
  const call = get(path, [...others, { name: '_count', value: String(history.count) }])
  return { kind: 'allow', call, filter: { kind: 'page', plan: { kind: 'history', history } } }
}

/** Spec: GW-12, GW-29 */
const gateHistory = (request: History, deciding: Deciding): { readonly all: boolean } | ReturnType<typeof deny> => {
  if (request.interaction === 'history-system') {
    const open = deciding.authorization.alternatives.filter(
      ({ scope }) => scope.type === '*' && scope.interactions.includes('s'),
    )
    return open.some(({ reach, scope }) => reach.kind === 'all' && scope.query.length === 0)
      ? { all: true }
      : deny('interaction-not-allowed', { about: request.interaction })
  }
  const open = gate(request.interaction === 'history-type' ? 's' : 'r', request.type, deciding)
  if (isDenial(open)) return open
  const unrestricted = open.filter(({ reach }) => reach.kind !== 'patients')
  if (request.interaction === 'history-type' && unrestricted.length === 0)
    return deny('interaction-not-allowed', { about: request.interaction })
  return { all: coversAll(open, deciding) }
}

const historyPlan = (
  request: History,
  { judged, count }: { readonly judged: boolean; readonly count: number },
): HistoryPlan => {
  switch (request.interaction) {
    case 'history-instance':
      return { level: 'instance', type: request.type, id: request.id, letter: 'r', judged, count }
    case 'history-type':
      return { level: 'type', type: request.type, id: undefined, letter: 's', judged, count }
    case 'history-system':
      return { level: 'system', type: undefined, id: undefined, letter: 's', judged, count }
  }
}
