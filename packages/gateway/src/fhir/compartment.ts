import { patientCompartment } from './compartment.data.ts'
import { isObject, type Json, objectsOf, type Resource } from './json.ts'
import { type Path, parsePath, valuesAt } from './path.ts'
import { type LocationUrls, parseReference } from './reference.ts'
import { memberPathsOf } from './type-classes.ts'

/**
 * Whether a resource is the record of one of these patients.
 *
 * `mine`: it is. `partly`: it names one of them somewhere and fails a finer rule; it is dropped without trace. `foreign`: it
 * names none of them in any compartment path, so an upstream that was asked for theirs ignored the question.
 */
export type Membership = 'mine' | 'partly' | 'foreign'

/** The patients a reach consists of, and the URLs references may be written with. */
export type Patients = { readonly ids: ReadonlySet<string>; readonly bases: LocationUrls }

/** How membership is read: by whose record it is, or by the letter of the CompartmentDefinition. */
export type MembershipMode = 'about' | 'definition'

type Members = {
  readonly about: readonly Path[]
  readonly participants: readonly Path[]
  readonly all: readonly Path[]
}

const compiled = new Map<string, Members | undefined>()

const membersOf = (type: string): Members | undefined => {
  if (compiled.has(type)) return compiled.get(type)
  const paths = memberPathsOf(type)
  const definition = Object.values(patientCompartment[type] ?? {}).flat()
  const members = paths && {
    about: paths.about.map(parsePath),
    participants: paths.participants.map(parsePath),
    all: [...new Set([...paths.about, ...paths.participants, ...definition])].map(parsePath),
  }
  compiled.set(type, members)
  return members
}

/**
 * Spec: SC-18, GW-18, GW-21, THR-28
 *
 * A resource of a type without compartment paths belongs to nobody and is `foreign`.
 */
export const membership = (resource: Resource, patients: Patients, mode: MembershipMode = 'about'): Membership => {
  const members = membersOf(resource.resourceType)
  if (members === undefined) return 'foreign'
  const mine = mode === 'about' ? isAbout(resource, members, patients) : isNamed(resource, members.all, patients)
  if (mine && !holdsAnother(resource, patients)) return 'mine'
  return mine || isNamed(resource, members.all, patients) ? 'partly' : 'foreign'
}

const isAbout = (resource: Resource, { about, participants }: Members, patients: Patients): boolean => {
  if (resource.resourceType === 'Patient') return typeof resource.id === 'string' && patients.ids.has(resource.id)
  const owners = about.flatMap((path) => valuesAt(resource, path))
  if (owners.length > 0) return owners.every((owner) => namesPatient(owner, patients) === 'mine')
  const named = participants.flatMap((path) => valuesAt(resource, path)).map((value) => namesPatient(value, patients))
  return named.includes('mine') && !named.includes('another')
}

const isNamed = (resource: Resource, paths: readonly Path[], patients: Patients): boolean =>
  (resource.resourceType === 'Patient' && typeof resource.id === 'string' && patients.ids.has(resource.id)) ||
  paths.some((path) => valuesAt(resource, path).some((value) => namesPatient(value, patients) === 'mine'))

/** A contained record about somebody else would travel out inside one of mine; a contained Patient is nobody's record. Spec: GW-27 */
const holdsAnother = (resource: Resource, patients: Patients): boolean =>
  objectsOf(resource.contained).some((contained) => {
    if (contained.resourceType === 'Patient') return true
    const members = typeof contained.resourceType === 'string' ? membersOf(contained.resourceType) : undefined
    return (members?.about ?? [])
      .flatMap((path) => valuesAt(contained, path))
      .some((owner) => namesPatient(owner, patients) === 'another')
  })

/**
 * Whom a reference names: one of the patients, `another` patient, or `nobody` that is a patient for certain.
 *
 * A reference that says Patient without a literal id, or points at a contained Patient, counts as another: it proves nothing.
 */
const namesPatient = (value: unknown, { ids, bases }: Patients): 'mine' | 'another' | 'nobody' => {
  if (!isObject(value)) return 'nobody'
  if (typeof value.reference !== 'string') return saysPatient(value) ? 'another' : 'nobody'
  const reference = parseReference(value.reference, bases)
  switch (reference.kind) {
    case 'local':
      return reference.type !== 'Patient' ? 'nobody' : ids.has(reference.id) ? 'mine' : 'another'
    case 'conditional':
      return reference.type === 'Patient' ? 'another' : 'nobody'
    case 'elsewhere':
      return saysPatient(value) || /(^|\/)Patient\//.test(reference.text) ? 'another' : 'nobody'
    case 'contained':
    case 'urn':
      return saysPatient(value) ? 'another' : 'nobody'
  }
}

const saysPatient = (value: Json): boolean => value.type === 'Patient'

/** The patients whose record a resource is: its own id, or whom its about paths name, or else its participants. */
export const patientsNamedBy = (resource: Resource, bases: LocationUrls): readonly string[] => {
  if (resource.resourceType === 'Patient') return typeof resource.id === 'string' ? [resource.id] : []
  const members = membersOf(resource.resourceType)
  const idsAt = (paths: readonly Path[]): readonly string[] =>
    paths
      .flatMap((path) => valuesAt(resource, path))
      .map((value) => parseReference(isObject(value) ? String(value.reference) : '', bases))
      .flatMap((reference) => (reference.kind === 'local' && reference.type === 'Patient' ? [reference.id] : []))
  const owners = idsAt(members?.about ?? [])
  return owners.length > 0 ? owners : idsAt(members?.participants ?? [])
}

/** Whether a resource names, anywhere in it, a patient who is not one of these. For shared types and bodies of writes. */
export const namesAnother = (value: unknown, patients: Patients): boolean => {
  if (Array.isArray(value)) return value.some((item) => namesAnother(item, patients))
  if (!isObject(value)) return false
  if (('reference' in value || 'identifier' in value) && namesPatient(value, patients) === 'another') return true
  for (const name in value) if (namesAnother(value[name], patients)) return true
  return false
}
