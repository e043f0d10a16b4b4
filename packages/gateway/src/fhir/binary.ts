import { alternativesFor } from '../authorization.ts'
import { isDenial } from '../denial-reasons.ts'
import { keyOf, type Want } from '../wants.ts'
import { membership } from './compartment.ts'
import { coversAll, gate, judge } from './cover.ts'
import { isObject, type Resource, textAt } from './json.ts'
import type { Judging } from './judging.ts'
import { parsePath, valuesAt } from './path.ts'
import { parseReference } from './reference.ts'

/** Whether a Binary may be read: yes, no, or what has to be known first. */
export type BinaryAccess = boolean | { readonly wants: readonly Want[] }

const attachmentPaths = ['content.attachment', 'presentedForm', 'content', 'photo', 'sourceAttachment'].map(parsePath)

/**
 * A Binary has no patient in it: it is as readable as what points to it. Allowed when a record of a patient in reach points to
 * it and the token covers that record, or has `Binary.r`; or when its own security context says so. A security context that
 * names someone else closes it, whatever points to it. Spec: GW-18, THR-30
 */
export const accessToBinary = (id: string, judging: Judging): BinaryAccess => {
  const open = gate('r', 'Binary', judging)
  if (!isDenial(open) && coversAll(open, judging)) return true
  const want = ownersOf(id, judging)
  const finding = judging.known.get(keyOf(want))
  if (finding === undefined) return { wants: [want] }
  const context = finding.securityContext === undefined ? undefined : throughContext(finding.securityContext, judging)
  if (context !== undefined) return context
  return finding.resources.some((owner) => pointsTo(owner, id, judging) && isOpenOwner(owner, judging))
}

/** The want for the records that point to a Binary: of these patients, or anyone's where nothing is restricted. */
const ownersOf = (id: string, { authorization }: Judging): Want => {
  const alternatives = authorization.alternatives.filter(({ scope }) => scope.interactions.includes('r'))
  const isAnyone = alternatives.some(({ reach }) => reach.kind !== 'patients')
  const patients = new Set(
    alternatives.flatMap(({ reach }) => (reach.kind === 'patients' ? [...reach.patients.ids] : [])),
  )
  return { kind: 'binary-owners', id, patients: isAnyone ? 'anyone' : [...patients] }
}

/** The access a security context gives; `undefined` when it is nothing that can be judged here. */
export const throughContext = (context: string, judging: Judging): BinaryAccess => {
  const reference = parseReference(context, judging.location.bases)
  if (reference.kind !== 'local') return false
  const want: Want = { kind: 'read', type: reference.type, id: reference.id }
  const finding = judging.known.get(keyOf(want))
  if (finding === undefined) return { wants: [want] }
  const [owner] = finding.resources
  return owner !== undefined && isOpenOwner(owner, judging)
}

const isOpenOwner = (owner: Resource, judging: Judging): boolean => {
  if (judge(owner, 'r', judging) === 'covered') return true
  const byScope = alternativesFor(judging.authorization, 'r', 'Binary')
  return byScope.some(({ reach }) => reach.kind !== 'patients' || membership(owner, reach.patients) === 'mine')
}

const pointsTo = (owner: Resource, id: string, { location }: Judging): boolean =>
  attachmentPaths
    .flatMap((path) => valuesAt(owner, path))
    .map((attachment) => (isObject(attachment) ? textAt(attachment, 'url') : undefined))
    .some((url) => {
      const reference = url === undefined ? undefined : parseReference(url, location.bases)
      return reference?.kind === 'local' && reference.type === 'Binary' && reference.id === id
    })
