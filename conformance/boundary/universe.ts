import type { Json, Resource } from '../../packages/gateway/src/fhir/json.ts'
import { parameterOf } from '../../packages/gateway/src/fhir/search-parameters.ts'
import { searchPaths } from '../../packages/gateway/src/fhir/search-paths.data.ts'
import {
  canHaveSeveralOwners,
  classifiedTypes,
  classOf,
  memberPathsOf,
} from '../../packages/gateway/src/fhir/type-classes.ts'
import { fill, put } from './fill.ts'

/**
 * The boundary property test: two patients, everything FHIR can say about them and between them, and requests nobody would
 * write by hand. This folder owns the universe, the grammar of requests and tokens, and the judge that looks for anything of
 * B's in an answer to A. It knows nothing of how the gateway decides: that is what makes it a second opinion. The numbered
 * ways round the boundary are `conformance/bypass/`.
 */
export type Universe = {
  /** A's records and what is nobody's. */
  readonly visible: readonly Resource[]
  /** B's, or not A's alone. */
  readonly hidden: readonly Resource[]
  /** What happened afterwards, in order: further versions and deletions. */
  readonly later: readonly Later[]
}

/** A further version of a record, or its deletion. */
export type Later = { readonly type: string; readonly id: string; readonly resource?: Resource }

/** The token's patient. */
export const own = 'pa'

/** The patient who must not show. */
export const other = 'pb'

/** Stands in everything of B's and in no request: where it shows, B shows. */
export const secret = 'secret-7d1f93-of-pb'

/** How a record of B's may spell the secret: as it is, or in base64 as the content of a Binary. */
export const secretForms: readonly string[] = [secret, Buffer.from(secret).toString('base64').slice(0, -4)]

/** Ids of B's records all begin so; those of A's with `pa`, those of nobody with `s`. */
export const otherIds = /\bpb(?:-[A-Za-z0-9-]+)?\b/g

/** Every R4 type. */
export const types = classifiedTypes()

/** Types whose records belong to a patient, beside Patient. */
export const aboutTypes = types.filter((type) => classOf(type) === 'about' && type !== 'Patient')

const to = (reference: string): Json => ({ reference })

/** What B's records carry, and A's do not. */
const marked = (resource: Resource): Resource => ({
  ...resource,
  text: { status: 'generated', div: `<div>${secret}</div>` },
})

/** A record with a value for every search parameter of its type, owned by a patient through every about path. */
export const recordOf = (type: string, who: string, id = `${who}-${type}`): Resource => {
  const filled = fill({ resourceType: type, id }, who)
  const paths = memberPathsOf(type)
  const owners = paths?.about.length === 0 ? paths.participants : (paths?.about ?? [])
  return owners.reduce((record, path) => put(record, path, to(`Patient/${who}`)), filled)
}

/** The same record, with whatever else its type can point at pointing at the other patient and the other's records. */
const entangled = (record: Resource, who: string): Resource => {
  const { resourceType } = record
  const names = Object.keys(searchPaths[resourceType] ?? {})
  return names.reduce((changed, name) => {
    const definition = parameterOf(resourceType, name)
    if (definition?.kind !== 'reference') return changed
    const targets = definition.targets === 'any' ? ['Patient'] : definition.targets
    const target = targets.includes('Patient') ? 'Patient' : targets.find((type) => classOf(type) === 'about')
    if (target === undefined) return changed
    const reference = to(target === 'Patient' ? `Patient/${who}` : `${target}/${who}-${target}`)
    const plain = definition.paths.filter(({ dataType }) => dataType === 'Reference')
    return plain.reduce((next, { steps }) => put(next, steps.map((step) => step.name).join('.'), reference), changed)
  }, record)
}

const hasAbout = (type: string): boolean => (memberPathsOf(type)?.about.length ?? 0) > 0

const ofA = (type: string): readonly Resource[] =>
  hasAbout(type)
    ? [recordOf(type, own), { ...entangled(recordOf(type, own), other), id: `${own}-${type}-with` }]
    : [recordOf(type, own)]

const ofB = (type: string): readonly Resource[] => {
  const [about] = memberPathsOf(type)?.about ?? []
  const shared = about ?? memberPathsOf(type)?.participants[0] ?? 'subject'
  const both = put({ ...recordOf(type, other), [shared.split('.')[0] ?? shared]: undefined }, shared, [
    to(`Patient/${own}`),
    to(`Patient/${other}`),
  ])
  const contained = [marked(recordOf(hasAbout(type) ? type : 'Observation', other, 'inside'))]
  const several = canHaveSeveralOwners(type) || !hasAbout(type)
  return [
    recordOf(type, other),
    { ...entangled(recordOf(type, other), own), id: `${other}-${type}-with` },
    ...(several ? [{ ...both, id: `${other}-${type}-both` }] : []),
    { ...recordOf(type, own), id: `${other}-${type}-packed`, contained },
  ].map(marked)
}

const patient = (who: string, another: string): Resource => ({
  ...fill({ resourceType: 'Patient', id: who }, who),
  link: [{ other: to(`Patient/${another}`), type: 'seealso' }],
  generalPractitioner: [to('Practitioner/s-Practitioner')],
  managingOrganization: to('Organization/s-Organization'),
})

const paper = (who: string): readonly Resource[] => [
  {
    ...recordOf('DocumentReference', who, `${who}-paper`),
    content: [{ attachment: { url: `Binary/${who}-Binary`, contentType: 'text/plain' } }],
  },
  {
    resourceType: 'Binary',
    id: `${who}-Binary`,
    contentType: 'text/plain',
    securityContext: to(`Patient/${who}`),
    data: Buffer.from(who === other ? secret : 'plain').toString('base64'),
  },
]

const provenance = (id: string, ...targets: readonly string[]): Resource => ({
  resourceType: 'Provenance',
  id,
  target: targets.map(to),
  recorded: '2026-01-01T00:00:00Z',
  agent: [{ who: to('Practitioner/s-Practitioner') }],
})

const sharedTypes = types.filter((type) => classOf(type) === 'shared')
const ofOther = { extension: [{ url: 'urn:of', valueReference: to(`Patient/${other}`) }] }

/** Two patients with a record of every type, each pointing at the other in every way its type allows. */
export const universe: Universe = {
  visible: [
    patient(own, other),
    ...aboutTypes.flatMap(ofA),
    ...paper(own),
    provenance('pa-Provenance', 'Observation/pa-Observation'),
    ...sharedTypes.map((type) => fill({ resourceType: type, id: `s-${type}` }, 's')),
  ],
  hidden: [
    marked(patient(other, own)),
    ...aboutTypes.flatMap(ofB),
    ...paper(other).map((resource) => (resource.resourceType === 'Binary' ? resource : marked(resource))),
    provenance('pb-Provenance', 'Observation/pb-Observation'),
    provenance('pb-Provenance-both', 'Observation/pa-Observation', 'Observation/pb-Observation'),
    ...types
      .filter((type) => ['shared', 'withheld'].includes(classOf(type) ?? ''))
      .map((type) => marked({ ...fill({ resourceType: type, id: `pb-${type}` }, other), ...ofOther })),
    marked({ resourceType: 'Location', id: 'pb-home', physicalType: { coding: [{ code: 'ho' }] } }),
    marked(recordOf('Observation', other, 'pb-gone')),
  ],
  later: [
    { type: 'Observation', id: 'moved', resource: marked(recordOf('Observation', other, 'moved')) },
    { type: 'Observation', id: 'moved', resource: recordOf('Observation', own, 'moved') },
    { type: 'Observation', id: 'pb-gone' },
  ],
}

/** A record with everything of B's in it turned into a third person's. */
const turned = (resource: Resource): Resource =>
  JSON.parse(JSON.stringify(resource).replaceAll(secret, 'someone').replaceAll(`Patient/${other}`, 'Patient/pc'))

/**
 * The universe as A must see it: nothing where B's things were. What is withheld from A only for what it contains stays, with
 * someone else in it: it is A's own, and may be counted (gateway.md §5.5).
 */
export const twin: Universe = {
  visible: universe.visible,
  hidden: universe.hidden.filter(({ id }) => String(id).endsWith('-packed')).map(turned),
  later: universe.later
    .filter(({ id }) => id === 'moved')
    .map((each) => ({ ...each, ...(each.resource && { resource: turned(each.resource) }) })),
}

/** `Type/id` of a record. */
export const keyOf = ({ resourceType, id }: Json): string => `${resourceType}/${id}`

/** Every mention of B's that A's own records make: A may know these ids. */
export const mentioned: ReadonlySet<string> = new Set(
  universe.visible.flatMap((resource) => JSON.stringify(resource).match(otherIds) ?? []),
)
