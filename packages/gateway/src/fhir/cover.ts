import { type InteractionLetter, restrict } from '@gatehouse/scopes'
import { type Alternative, alternativesFor, isFull, lacksPatient } from '../authorization.ts'
import { type Denial, deny } from '../denial-reasons.ts'
import { keyOf, type Want } from '../wants.ts'
import { membership, namesAnother, type Patients } from './compartment.ts'
import { itemOf } from './item.ts'
import { isObject, objectsOf, type Resource, textAt } from './json.ts'
import type { Judging } from './judging.ts'
import { classAt, type FhirLocation } from './location.ts'
import { parsePath, valuesAt } from './path.ts'
import { parseReference } from './reference.ts'

/**
 * What judging a resource gives. `foreign`: it names no patient in reach anywhere, so a narrowed search must not contain it.
 * Or the wants without which nothing can be said.
 */
export type Verdict = 'covered' | 'dropped' | 'foreign' | { readonly wants: readonly Want[] }

/**
 * The alternatives that cover an interaction on a type, or why there are none. The first check of every request: it needs
 * the token and the request only, so it can say 403 before the upstream is asked anything.
 *
 * Spec: AL-79, SC-12, SC-19, BS-23, BS-25, ONC-23, THR-25
 */
export const gate = (
  letter: InteractionLetter,
  type: string,
  { authorization, location }: Judging,
): readonly Alternative[] | Denial => {
  const speaking = alternativesFor(authorization, letter, type)
  const withheld = isWithheld(location, type)
  const open = withheld ? speaking.filter(({ reach }) => reach.kind !== 'patients') : speaking
  if (open.length > 0) return open
  if (speaking.length > 0) return deny('type-withheld', { about: type })
  const scope = `${authorization.patient === undefined ? 'user' : 'patient'}/${type}.${letter}`
  if (lacksPatient(authorization, letter, type))
    return deny('missing-patient-context', { scope: `patient/${type}.${letter}` })
  return deny('insufficient-scope', { scope })
}

const isWithheld = (location: FhirLocation, type: string): boolean => {
  const classified = classAt(location, type)
  return classified === undefined || classified === 'withheld'
}

/** Whether nothing of a type needs judging for these alternatives: one covers all of it, and no rule takes anything away. */
export const coversAll = (alternatives: readonly Alternative[], { authorization }: Judging): boolean =>
  authorization.restrictions.length === 0 && alternatives.some(isFull)

/**
 * Does the token cover this resource for the interaction? One function for reads, search entries, includes, history, bulk
 * lines and bodies of writes: a path that forgets it has nothing else to ask. Spec: CX-33, SC-15, SC-18, ONC-33, THR-22
 */
export const judge = (resource: Resource, letter: InteractionLetter, judging: Judging): Verdict => {
  const alternatives = alternativesFor(judging.authorization, letter, resource.resourceType)
  const verdict = strongest(alternatives.map((alternative) => judgeBy(resource, alternative, judging)))
  return verdict === 'covered' && isWithheldByRule(resource, letter, judging) ? 'dropped' : verdict
}

/** Whether a restriction withholds the resource. A withheld resource looks absent. */
export const isWithheldByRule = (resource: Resource, letter: InteractionLetter, judging: Judging): boolean => {
  const { restrictions } = judging.authorization
  return restrictions.length > 0 && restrict(restrictions, itemOf(resource, letter, judging)).kind === 'withheld'
}

const strongest = (verdicts: readonly Verdict[]): Verdict => {
  if (verdicts.includes('covered')) return 'covered'
  const wants = verdicts.flatMap((verdict) => (typeof verdict === 'object' ? verdict.wants : []))
  if (wants.length > 0) return { wants }
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'foreign') ? 'foreign' : 'dropped'
}

const judgeBy = (resource: Resource, { reach, matches }: Alternative, judging: Judging): Verdict => {
  const reached = reach.kind === 'patients' ? within(resource, reach.patients, judging) : 'covered'
  return reached === 'covered' && !matches(resource) ? 'dropped' : reached
}

const within = (resource: Resource, patients: Patients, judging: Judging): Verdict => {
  const { location } = judging
  const type = resource.resourceType
  switch (classAt(location, type)) {
    case 'about': {
      const found = membership(resource, patients, location.membership[type])
      return found === 'mine' ? 'covered' : found === 'partly' ? 'dropped' : 'foreign'
    }
    case 'shared':
      return isPrivate(resource, patients) ? 'dropped' : 'covered'
    case 'derived':
      return type === 'Provenance' ? throughTargets(resource, patients, judging) : 'dropped'
    case 'withheld':
    case undefined:
      return 'dropped'
  }
}

/** A shared resource that names somebody else, holds a patient, or is somebody's home is nobody's to read. Spec: GW-18 */
const isPrivate = (resource: Resource, patients: Patients): boolean =>
  namesAnother(resource, patients) ||
  objectsOf(resource.contained).some(({ resourceType }) => resourceType === 'Patient') ||
  (resource.resourceType === 'Location' && isHome(resource))

const isHome = ({ physicalType }: Resource): boolean =>
  objectsOf(isObject(physicalType) ? physicalType.coding : undefined).some((coding) => textAt(coding, 'code') === 'ho')

const targetPath = parsePath('target')

/** A Provenance is as visible as what it is about: every target a record of the patient, at least one covered for reading. */
const throughTargets = (resource: Resource, patients: Patients, judging: Judging): Verdict => {
  const wants = targetsOf(resource, judging)
  if (wants.length === 0) return 'dropped'
  const unknown = wants.filter((want) => !judging.known.has(keyOf(want)))
  if (unknown.length > 0) return { wants: unknown }
  const targets = wants.map((want) => judging.known.get(keyOf(want))?.resources[0])
  const allMine = targets.every((target) => target !== undefined && isRecordOf(target, patients, judging.location))
  const readable = targets.some((target) => target !== undefined && judge(target, 'r', judging) === 'covered')
  return allMine && readable ? 'covered' : 'dropped'
}

const isRecordOf = (target: Resource, patients: Patients, location: FhirLocation): boolean =>
  classAt(location, target.resourceType) === 'about' &&
  membership(target, patients, location.membership[target.resourceType]) === 'mine'

/** What to look up to judge a Provenance; none when a target is not a record here that could be judged. */
const targetsOf = (resource: Resource, { location }: Judging): readonly Want[] => {
  const wants: Want[] = []
  for (const target of valuesAt(resource, targetPath)) {
    const named = parseReference(textAt(target, 'reference') ?? '', location.bases)
    if (named.kind !== 'local' || classAt(location, named.type) !== 'about') return []
    wants.push({ kind: 'read', type: named.type, id: named.id })
    if (named.version !== undefined)
      wants.push({ kind: 'read', type: named.type, id: named.id, version: named.version })
  }
  return wants
}
