import type { InteractionLetter } from '@gatehouse/scopes'
import type { Alternative } from '../authorization.ts'
import { type Denial, deny, isDenial } from '../denial-reasons.ts'
import type { Want } from '../wants.ts'
import { accessToBinary } from './binary.ts'
import { referencesIn } from './body-references.ts'
import { namesAnother, type Patients } from './compartment.ts'
import { gate, isWithheldByRule, judge } from './cover.ts'
import type { Deciding } from './deciding.ts'
import { isCovered } from './filter.ts'
import { isObject, objectsOf, type Resource } from './json.ts'
import { classAt } from './location.ts'
import { equal } from './patch.ts'
import { patientsOf } from './search-context.ts'

const maxReferences = 50

/** A body about to be stored, what for, and whose reach it has to stay in. */
export type Writing = {
  readonly letter: Extract<InteractionLetter, 'c' | 'u'>
  readonly body: Resource
  readonly alternatives: readonly Alternative[]
  /** References that entries of the same transaction stand for. */
  readonly together: ReadonlySet<string>
}

/**
 * What a write at patient level may concern at all: records, never the patients themselves being made, never what others
 * share, and nothing that this gateway itself reads to decide. Spec: GW-35
 */
export const checkWritable = (type: string, letter: InteractionLetter, { location }: Deciding): Denial | undefined => {
  const isRecord = classAt(location, type) === 'about' && !location.consulted.has(type)
  if (!isRecord || (type === 'Patient' && letter !== 'u')) return deny('interaction-not-allowed', { about: type })
  return letter !== 'c' && !location.versioned ? deny('interaction-not-allowed', { about: 'versions' }) : undefined
}

/** The reach of the restricted alternatives as one set of patients. */
const unionOf = (alternatives: readonly Alternative[], { location }: Deciding): Patients => ({
  ids: new Set(patientsOf(alternatives)),
  bases: location.bases,
})

/** What can be said of a body without looking anything up: it stays within the scopes, and names nobody else. */
export const checkBody = ({ letter, body, alternatives }: Writing, deciding: Deciding): Denial | undefined => {
  if (namesAnother(body, unionOf(alternatives, deciding))) return deny('patient-mismatch')
  const verdict = judge(body, letter, deciding)
  if (verdict === 'foreign') return deny('patient-mismatch')
  if (verdict !== 'covered' || isWithheldByRule(body, 'r', deciding))
    return deny('insufficient-scope', { scope: `patient/${body.resourceType}.${letter}` })
  return undefined
}

/** What an update may not take away: labels that protect the record, and whom a patient is linked to. */
export const checkKept = (current: Resource, next: Resource): Denial | undefined => {
  const labels = (resource: Resource) => objectsOf(isObject(resource.meta) ? resource.meta.security : undefined)
  const lost = labels(current).some(
    (label) => !labels(next).some((kept) => kept.system === label.system && kept.code === label.code),
  )
  if (lost) return deny('interaction-not-allowed', { about: 'meta.security' })
  const relinked = current.resourceType === 'Patient' && !equal(current.link, next.link)
  return relinked ? deny('interaction-not-allowed', { about: 'link' }) : undefined
}

/**
 * Every local reference of a body must lead to something the token may read anyway. Otherwise an upstream with referential
 * integrity would tell which ids exist, and an include could later pull in what the reference was planted for. The answer is
 * the same whether the target exists or not. Spec: GW-16, GW-28, THR-31
 */
export const checkReferences = (
  { body, together }: Writing,
  deciding: Deciding,
): Denial | { readonly wants: readonly Want[] } | undefined => {
  const refused = deny('reference-not-accessible')
  const { local, conditional, urn, unclear } = referencesIn(body, deciding.location.bases)
  if (unclear.length > 0 || conditional.length > 0 || urn.some((text) => !together.has(text))) return refused
  const others = local.filter(
    ({ type, id }) =>
      type !== 'Patient' && `${type}/${id}` !== `${body.resourceType}/${body.id}` && !together.has(`${type}/${id}`),
  )
  const judged = others.filter(({ type }) => classAt(deciding.location, type) !== 'shared')
  if (judged.length > maxReferences) return refused
  const wants: Want[] = []
  for (const { type, id } of judged) {
    const open = gate('r', type, deciding)
    if (isDenial(open) && type !== 'Binary') return refused
    const covered =
      type === 'Binary' ? accessToBinary(id, deciding) : isCovered({ kind: 'read', type, id }, 'r', deciding)
    if (typeof covered === 'object') wants.push(...covered.wants)
    else if (!covered) return refused
  }
  return wants.length > 0 ? { wants } : undefined
}
