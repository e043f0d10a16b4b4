import type { Decision } from '../decision.ts'
import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Want } from '../wants.ts'
import { referencesIn } from './body-references.ts'
import { matchCriteria } from './conditional.ts'
import type { Together } from './decide-write.ts'
import type { Deciding } from './deciding.ts'
import { isObject, type Resource } from './json.ts'
import { maxQueryBytes, parseParameters } from './parameters.ts'
import type { FhirRequest } from './request.ts'

/** An entry whose references to others and by criteria are literal wherever their target exists already. */
export type LinkedEntry = { readonly fullUrl: string | undefined; readonly request: FhirRequest }

/** Linked entries, and the references that stand for what the transaction itself will make or change. */
export type Linked = { readonly entries: readonly LinkedEntry[]; readonly together: Together }

/**
 * Resolves what entries say about one another: a conditional create that finds its resource lends its literal id to all that
 * point to it, and conditional references become literal, both with narrowed criteria of ours. Spec: GW-13
 */
export const linkEntries = (entries: readonly LinkedEntry[], deciding: Deciding): Linked | Decision => {
  const names = entries.flatMap(({ fullUrl }) => fullUrl ?? [])
  if (new Set(names).size < names.length) return deny('malformed-body', { about: 'fullUrl' })
  const found = findTargets(entries, deciding)
  if (isDenial(found) || 'kind' in found) return found
  const linked = entries.map((entry) => ({
    fullUrl: urnOf(entry),
    request: substituteIn(entry.request, found.literal),
  }))
  const made = linked.flatMap(({ fullUrl }) => (fullUrl === undefined || found.literal.has(fullUrl) ? [] : [fullUrl]))
  const changed = linked.flatMap(({ request }) =>
    request.interaction === 'update' ? [`${request.type}/${request.id}`] : [],
  )
  return { entries: linked, together: new Set([...made, ...changed]) }
}

/** Only `urn:` names are taken over: a URL as name could claim to be a resource that exists. */
const urnOf = ({ fullUrl }: LinkedEntry): string | undefined => (fullUrl?.startsWith('urn:uuid:') ? fullUrl : undefined)

const findTargets = (
  entries: readonly LinkedEntry[],
  deciding: Deciding,
):
  | { readonly literal: ReadonlyMap<string, string> }
  | Denial
  | { readonly kind: 'look-up'; readonly wants: readonly Want[] } => {
  const literal = new Map<string, string>()
  const wants: Want[] = []
  for (const { name, type, query, mustExist } of questionsOf(entries, deciding)) {
    const criteria = parseParameters(query, maxQueryBytes)
    if (isDenial(criteria)) return criteria
    const match = matchCriteria(type, criteria, deciding)
    if (isDenial(match)) return match
    if (match.kind === 'look-up') wants.push(...match.wants)
    if (match.kind === 'several') return deny('several-matches')
    if (match.kind === 'none' && mustExist) return deny('no-match')
    if (match.kind === 'one') literal.set(name, `${type}/${match.resource.id}`)
  }
  return wants.length > 0 ? { kind: 'look-up', wants } : { literal }
}

type Question = { readonly name: string; readonly type: string; readonly query: string; readonly mustExist: boolean }

/** Every criterion in the transaction, and the name by which its answer is called. */
const questionsOf = (entries: readonly LinkedEntry[], { location }: Deciding): readonly Question[] =>
  entries.flatMap((entry) => {
    const { request } = entry
    const body = 'body' in request ? request.body : undefined
    const conditional = referencesIn(body, location.bases).conditional.map((name): Question => {
      const [path = '', query = ''] = name.replace(`${location.bases.publicBase}/`, '').split('?')
      return { name, type: path, query, mustExist: true }
    })
    const name = urnOf(entry)
    const isConditional = request.interaction === 'create' && request.ifNoneExist !== undefined && name !== undefined
    if (!isConditional) return conditional
    const query = request.ifNoneExist
      .map((each) => `${encodeURIComponent(each.name)}=${encodeURIComponent(each.value)}`)
      .join('&')
    return [...conditional, { name, type: request.type, query, mustExist: false }]
  })

const substituteIn = (request: FhirRequest, literal: ReadonlyMap<string, string>): FhirRequest =>
  literal.size > 0 && 'body' in request && request.body !== undefined
    ? ({ ...request, body: substitute(request.body, literal) as Resource } as FhirRequest)
    : request

const substitute = (value: unknown, literal: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(value)) return value.map((item) => substitute(item, literal))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'reference' && typeof member === 'string'
        ? (literal.get(member) ?? member)
        : substitute(member, literal),
    ]),
  )
}
