import type { Alternative } from '../authorization.ts'
import type { Decision } from '../decision.ts'
import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { UpstreamCall } from '../upstream-call.ts'
import { keyOf } from '../wants.ts'
import { matchCriteria } from './conditional.ts'
import { coversAll, gate, isWithheldByRule, judge } from './cover.ts'
import type { Deciding } from './deciding.ts'
import { isCovered } from './filter.ts'
import { type Resource, versionOf } from './json.ts'
import { formatParameters } from './parameters.ts'
import type { FhirRequest } from './request.ts'
import { isRestricted } from './search-context.ts'
import { checkBody, checkKept, checkReferences, checkWritable } from './write-rules.ts'

type Create = Extract<FhirRequest, { interaction: 'create' }>
type Update = Extract<FhirRequest, { interaction: 'update' }>
type Delete = Extract<FhirRequest, { interaction: 'delete' }>

/** References that entries of the same transaction stand for; none outside of one. */
export type Together = ReadonlySet<string>

/** Nothing stands beside the body. */
export const alone: Together = new Set()

/** Create: the body stays within the token's reach and scopes, and points only to what the token may read. Spec: SC-02, GW-16, THR-31 */
export const decideCreate = (request: Create, deciding: Deciding, together: Together = alone): Decision => {
  const { type, body } = request
  const open = gate('c', type, deciding)
  if (isDenial(open)) return open
  const restricted = isRestricted(open)
  const refused = restricted ? checkWritable(type, 'c', deciding) : undefined
  if (refused !== undefined) return refused
  const faulty = checkNewBody({ body, open, letter: 'c' }, deciding)
  if (faulty !== undefined) return faulty
  const match = request.ifNoneExist === undefined ? undefined : matchCriteria(type, request.ifNoneExist, deciding)
  if (match !== undefined) {
    if (match.kind === 'look-up' || match.kind === 'deny') return match
    if (match.kind === 'several') return deny('several-matches')
    if (match.kind === 'one') return alreadyThere(match.resource, deciding)
  }
  const references = restricted
    ? checkReferences({ letter: 'c', body, alternatives: open, together }, deciding)
    : undefined
  if (references !== undefined) return isDenial(references) ? references : { kind: 'look-up', wants: references.wants }
  const condition = match === undefined ? {} : { 'if-none-exist': formatParameters(match.narrowed) }
  return write({ method: 'POST', path: type, body: withoutId(body), headers: condition }, { type, open }, deciding)
}

type NewBody = { readonly body: Resource; readonly open: readonly Alternative[]; readonly letter: 'c' | 'u' }

/** What is said about a body from the request alone, so that it is said before anything is looked up. */
const checkNewBody = ({ body, open, letter }: NewBody, deciding: Deciding): Denial | undefined => {
  if (coversAll(open, deciding)) return undefined
  if (isRestricted(open)) return checkBody({ letter, body, alternatives: open, together: alone }, deciding)
  return judge(body, letter, deciding) === 'covered'
    ? undefined
    : deny('insufficient-scope', { scope: `user/${body.resourceType}.${letter}` })
}

const withoutId = ({ id: _id, ...body }: Resource): Resource => body as Resource

/** A conditional create that found its resource: nothing is written, and the body is shown only to who may read it. */
const alreadyThere = (resource: Resource, deciding: Deciding): Decision => {
  const readable = judge(resource, 'r', deciding) === 'covered' && deciding.prefer.return !== 'minimal'
  return { kind: 'done', status: 200, written: resource, ...(readable && { resource }) }
}

type Target = { readonly type: string; readonly open: readonly Alternative[] }

/** An allowed write, asking for the stored resource only where the token may read it. */
const write = (call: Omit<UpstreamCall, 'parameters'>, { type, open }: Target, deciding: Deciding): Decision => {
  const readable = !isDenial(gate('r', type, deciding)) && deciding.prefer.return !== 'minimal'
  const prefer = { prefer: `return=${readable ? 'representation' : 'minimal'}` }
  return {
    kind: 'allow',
    call: { ...call, parameters: [], headers: { ...call.headers, ...prefer } },
    filter: { kind: 'written', readable, restricted: isRestricted(open) },
  }
}

/** The version a write is made against, as `If-Match`; `mismatch` when the client names another one. */
const versionMatch = (current: Resource, ifMatch: string | undefined): string | 'mismatch' | undefined => {
  const version = versionOf(current)
  const tag = version === undefined ? undefined : `W/"${version}"`
  const isSame = ifMatch === undefined || ifMatch.replace(/^W\//, '') === tag?.replace(/^W\//, '')
  return isSame ? tag : 'mismatch'
}

/** What is stored now; ≈404 when it is not covered for this interaction, or may not even be seen. */
export const currentOf = (
  request: Pick<Update, 'type' | 'id'>,
  letter: 'u' | 'd',
  deciding: Deciding,
): Resource | 'absent' | Decision => {
  const want = { kind: 'read', type: request.type, id: request.id } as const
  const covered = isCovered(want, letter, deciding)
  if (typeof covered === 'object') return { kind: 'look-up', wants: covered.wants }
  const [current] = deciding.known.get(keyOf(want))?.resources ?? []
  if (current === undefined) return 'absent'
  return covered && !isWithheldByRule(current, 'r', deciding) ? current : deny('not-found')
}

/** Whether `currentOf` gave a decision instead of a resource. */
export const isDecision = (value: Resource | 'absent' | Decision): value is Decision =>
  typeof value === 'object' && !('resourceType' in value)

/**
 * Update: both what is stored and what is to be stored must be covered, and the write carries the version that was judged.
 * At patient level an absent id is ≈404: creating under it would tell which ids are taken. Spec: SC-04, GW-15, GW-17, THR-31
 */
export const decideUpdate = (request: Update, deciding: Deciding, together: Together = alone): Decision => {
  const { type, id, body } = request
  const open = gate('u', type, deciding)
  if (isDenial(open)) return open
  const call = { method: 'PUT', path: `${type}/${id}`, body } as const
  if (coversAll(open, deciding))
    return write({ ...call, headers: ifMatchHeader(request.ifMatch) }, { type, open }, deciding)
  const restricted = isRestricted(open)
  const faulty =
    (restricted ? checkWritable(type, 'u', deciding) : undefined) ?? checkNewBody({ body, open, letter: 'u' }, deciding)
  if (faulty !== undefined) return faulty
  const current = currentOf(request, 'u', deciding)
  if (isDecision(current)) return current
  if (current === 'absent')
    return restricted
      ? deny('not-found')
      : write({ ...call, headers: { 'if-none-match': '*' } }, { type, open }, deciding)
  const version = versionMatch(current, request.ifMatch)
  if (version === 'mismatch') return deny('version-conflict')
  if (version === undefined && deciding.location.versioned) return deny('upstream-failed')
  const lost = restricted ? checkKept(current, body) : undefined
  if (lost !== undefined) return lost
  const references = restricted
    ? checkReferences({ letter: 'u', body, alternatives: open, together }, deciding)
    : undefined
  if (references !== undefined) return isDenial(references) ? references : { kind: 'look-up', wants: references.wants }
  return write({ ...call, headers: ifMatchHeader(version) }, { type, open }, deciding)
}

const ifMatchHeader = (ifMatch: string | undefined): Readonly<Record<string, string>> =>
  ifMatch === undefined ? {} : { 'if-match': ifMatch }

/** Delete: only what is covered, at the version that was judged; never a Patient at patient level. Spec: SC-05, GW-17 */
export const decideDelete = (request: Delete, deciding: Deciding): Decision => {
  const { type, id } = request
  const open = gate('d', type, deciding)
  if (isDenial(open)) return open
  const remove = (ifMatch: string | undefined): Decision => ({
    kind: 'allow',
    call: { method: 'DELETE', path: `${type}/${id}`, parameters: [], headers: ifMatchHeader(ifMatch) },
    filter: { kind: 'written', readable: false, restricted: isRestricted(open) },
  })
  if (coversAll(open, deciding)) return remove(request.ifMatch)
  const faulty = isRestricted(open) ? checkWritable(type, 'd', deciding) : undefined
  if (faulty !== undefined) return faulty
  const current = currentOf(request, 'd', deciding)
  if (isDecision(current)) return current
  if (current === 'absent') return deny('not-found')
  const version = versionMatch(current, request.ifMatch)
  return version === 'mismatch' ? deny('version-conflict') : remove(version)
}
