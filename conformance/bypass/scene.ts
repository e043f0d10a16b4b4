import type { Json, Resource } from '../../packages/gateway/src/fhir/json.ts'
import { classifiedTypes, classOf, memberPathsOf } from '../../packages/gateway/src/fhir/type-classes.ts'

/**
 * Two patients with everything there is, and between them every entanglement by which one person's token has reached another
 * person's record elsewhere. All that is B's carries `canary-of-B`; ids of B's records end in `-of-B`.
 */
export const canary = (who: string): string => `canary-of-${who}`

const named = (who: string): Json => ({ text: { status: 'generated', div: `<div>${canary(who)}</div>` } })

const reference = (to: string): Json => ({ reference: to })

/** Sets a value at a path like `participant.actor`; every step but the last is a list. */
const at = (path: string, value: unknown): Json => {
  const [first = '', ...rest] = path.split('.')
  return rest.length === 0 ? { [first]: value } : { [first]: [at(rest.join('.'), value)] }
}

/** The one record of a type that a patient has. */
export const recordOf = (type: string, who: string): Resource => {
  const paths = memberPathsOf(type)
  const path = paths?.about[0] ?? paths?.participants[0]
  const owner = type === 'Patient' || path === undefined ? {} : at(path, reference(`Patient/${who}`))
  return { resourceType: type, id: type === 'Patient' ? who : `${type}-of-${who}`, ...named(who), ...owner }
}

const aboutTypes = classifiedTypes().filter((type) => classOf(type) === 'about' && type !== 'Patient')

const code = (system: string, value: string): Json => ({ coding: [{ system, code: value }] })

/** The code system of observation categories. */
export const categories = 'http://terminology.hl7.org/CodeSystem/observation-category'

const document = (who: string): readonly Resource[] => [
  {
    resourceType: 'DocumentReference',
    id: `paper-of-${who}`,
    ...named(who),
    subject: reference(`Patient/${who}`),
    content: [{ attachment: { url: `Binary/content-of-${who}` } }],
  },
  {
    resourceType: 'Binary',
    id: `content-of-${who}`,
    contentType: 'text/plain',
    data: Buffer.from(canary(who)).toString('base64'),
  },
]

const provenance = (id: string, who: string, targets: readonly string[]): Resource => ({
  resourceType: 'Provenance',
  id,
  ...named(who),
  target: targets.map(reference),
  recorded: '2026-01-01T00:00:00Z',
})

const observation = (id: string, who: string, more: Json = {}): Resource => ({
  resourceType: 'Observation',
  id,
  ...named(who),
  status: 'final',
  subject: reference(`Patient/${who}`),
  ...more,
})

/** Everything of A's, the same in every scene. */
const ofA: readonly Resource[] = [
  {
    ...recordOf('Patient', 'A'),
    link: [{ other: reference('Patient/B'), type: 'seealso' }],
    managingOrganization: reference('Organization/o'),
  },
  ...aboutTypes.map((type) => recordOf(type, 'A')),
  observation('lab-of-A', 'A', {
    category: [code(categories, 'laboratory')],
    encounter: reference('Encounter/Encounter-of-A'),
  }),
  observation('vital-of-A', 'A', {
    category: [code(categories, 'vital-signs'), code(categories, 'exam')],
    performer: [reference('Practitioner/p')],
  }),
  observation('focused-of-A', 'A', { focus: [reference('Patient/B')] }),
  ...document('A'),
  provenance('Provenance-of-A', 'A', ['Observation/lab-of-A']),
  {
    resourceType: 'List',
    id: 'mixed-of-A',
    subject: reference('Patient/A'),
    entry: [{ item: reference('Observation/Observation-of-B') }],
  },
  /** A's own, with a part about B in it: withheld whole, so it is the same whether B exists or not. */
  {
    ...observation('packed-of-B', 'A', {
      contained: [{ resourceType: 'Observation', id: 'c', subject: reference('Patient/B') }],
    }),
    ...named('B'),
  },
  {
    resourceType: 'MedicationRequest',
    id: 'pills-of-A',
    subject: reference('Patient/A'),
    medicationReference: reference('Medication/m'),
  },
]

/** What is nobody's: the same in every scene. */
const shared: readonly Resource[] = [
  { resourceType: 'Practitioner', id: 'p', name: [{ family: 'Doe' }], identifier: [{ system: 'urn:npi', value: '1' }] },
  {
    resourceType: 'PractitionerRole',
    id: 'r',
    practitioner: reference('Practitioner/p'),
    endpoint: [reference('Endpoint/e')],
  },
  { resourceType: 'Organization', id: 'o', name: 'Hospital' },
  { resourceType: 'Endpoint', id: 'e', status: 'active' },
  { resourceType: 'Location', id: 'ward', status: 'active' },
  { resourceType: 'Medication', id: 'm', status: 'active' },
  { resourceType: 'ValueSet', id: 'v', url: 'http://example.org/vs', status: 'active' },
]

/** What is B's, or not A's alone. The hidden part of the scene. */
const hidden: readonly Resource[] = [
  {
    ...recordOf('Patient', 'B'),
    name: [{ family: 'Bravo' }],
    birthDate: '1980-01-01',
    managingOrganization: reference('Organization/o'),
  },
  ...aboutTypes.map((type) => recordOf(type, 'B')),
  observation('lab-of-B', 'B', { category: [code(categories, 'laboratory')] }),
  ...document('B'),
  provenance('Provenance-of-B', 'B', ['Observation/lab-of-B']),
  provenance('both-of-B', 'B', ['Observation/lab-of-A', 'Observation/lab-of-B']),
  { ...recordOf('QuestionnaireResponse', 'B'), id: 'form-of-B', author: reference('Patient/A') },
  { ...recordOf('Coverage', 'B'), id: 'card-of-B', subscriber: reference('Patient/A') },
  {
    resourceType: 'Appointment',
    id: 'joint-of-B',
    ...named('B'),
    participant: [{ actor: reference('Patient/A') }, { actor: reference('Patient/B') }],
  },
  {
    resourceType: 'Group',
    id: 'pair-of-B',
    ...named('B'),
    member: [{ entity: reference('Patient/A') }, { entity: reference('Patient/B') }],
  },
  observation('performed-of-B', 'B', { performer: [reference('Patient/A')] }),
  {
    resourceType: 'Location',
    id: 'home-of-B',
    ...named('B'),
    physicalType: code('http://terminology.hl7.org/CodeSystem/location-physical-type', 'ho'),
  },
  {
    resourceType: 'Practitioner',
    id: 'doctor-of-B',
    ...named('B'),
    extension: [{ url: 'http://example.org/of', valueReference: reference('Patient/B') }],
  },
]

/** A record that was someone else's until its second version. */
const moved = (before: string): readonly Resource[] => [
  observation('moved', before),
  { ...observation('moved', 'A'), text: { status: 'generated', div: '<div>now of A</div>' } },
]

/** The scene with B in it. */
export const scene: readonly Resource[] = [...ofA, ...shared, ...moved('B'), ...hidden]
/** The same scene as A must see it: nothing, or something else, where B's things were. */
export const sceneWithoutB: readonly Resource[] = [...ofA, ...shared, ...moved('C')]

/** What a hostile upstream pushes into answers. */
export const foreign: readonly Resource[] = [
  recordOf('Patient', 'B'),
  recordOf('Observation', 'B'),
  recordOf('Coverage', 'B'),
]

/** Keys of the records that must be as they were after anything A's token does. */
export const hiddenKeys: readonly string[] = hidden.map(({ resourceType, id }) => `${resourceType}/${id}`)
