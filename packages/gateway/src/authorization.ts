import {
  type InteractionLetter,
  parseRestrictions,
  parseScopes,
  type ResourceScope,
  type Restriction,
} from '@gatehouse/scopes'
import { type Claims, claimsAt } from './claims.ts'
import type { Patients } from './fhir/compartment.ts'
import type { FhirLocation } from './fhir/location.ts'
import { compileQuery, type Matcher } from './fhir/match.ts'
import { type LocationUrls, parseReference } from './fhir/reference.ts'

/**
 * How far a scope's level goes: the records of these patients, everything, or whatever the upstream allows the user it is
 * told about. A scope whose level has no reach is left out of the authorization.
 */
export type Reach =
  | { readonly kind: 'patients'; readonly patients: Patients }
  | { readonly kind: 'all' }
  | { readonly kind: 'upstream' }

/** How far each level of a token goes at a location; a level that is absent reaches nothing. */
export type Reaches = {
  readonly user: Reach | undefined
  readonly system: Reach | undefined
  /** Groups a client may export, where its reach is made of groups. */
  readonly groups: readonly string[]
  /** Whether it rests on stored data and has to be asked again after a minute. */
  readonly changes: boolean
}

/** One way to be covered: a scope with the reach of its own level. Alternatives never lend each other anything. Spec: SC-12, GW-23, GW-24 */
export type Alternative = { readonly scope: ResourceScope; readonly reach: Reach; readonly matches: Matcher }

/** What the presented token proves, for this location. */
export type Authorization = {
  readonly issuer: string
  readonly subject: string
  readonly clientId: string
  readonly tokenId: string
  readonly grantId: string | undefined
  readonly patient: string | undefined
  /** The user's own resource at this base. It may be read even when no scope covers its type. Spec: ID-09 */
  readonly own: { readonly type: string; readonly id: string } | undefined
  readonly fhirUser: string | undefined
  readonly alternatives: readonly Alternative[]
  /** Scopes that parse and would cover something, were there a patient. For telling 403 reasons apart. */
  readonly withoutPatient: readonly ResourceScope[]
  /** Groups this client may export. */
  readonly groups: readonly string[]
  /** Rules that only take away, from the token and from the operator. */
  readonly restrictions: readonly Restriction[]
}

/**
 * Claims and reaches → what the token proves here; `undefined` when it carries a restriction that is not understood, which
 * means no access at all. Each scope is read by itself and keeps the reach of its own level; one whose query cannot be judged
 * exactly, or whose level reaches nothing, covers nothing. Spec: SC-12, SC-16, SC-18, GW-22, GW-23
 */
export const authorizationOf = (
  claims: Claims,
  reaches: Reaches,
  location: FhirLocation,
): Authorization | undefined => {
  const { publicBase } = location.bases
  const here = claimsAt(claims, publicBase)
  const carried = parseRestrictions(here.restrictions)
  if (carried.kind === 'refused') return undefined
  const scopes = parseScopes(here.scope)
  const resourceScopes = scopes.filter((scope) => scope.kind === 'resource')
  const has = (name: string): boolean => scopes.some((scope) => scope.kind === 'identity' && scope.name === name)
  const own = ownResource(claims.fhirUser, location.bases)
  return {
    issuer: claims.iss,
    subject: claims.sub,
    clientId: claims.client_id,
    tokenId: claims.jti,
    grantId: claims.grant_id,
    patient: here.patient,
    own: has('openid') && has('fhirUser') && own !== 'elsewhere' ? own : undefined,
    fhirUser: claims.fhirUser,
    alternatives: resourceScopes.flatMap((scope) => alternativeOf(scope, { patient: here.patient, reaches, location })),
    withoutPatient: here.patient === undefined ? resourceScopes.filter(({ level }) => level === 'patient') : [],
    groups: reaches.groups,
    restrictions: [...carried.restrictions, ...location.restrictions],
  }
}

type Levels = { readonly patient: string | undefined; readonly reaches: Reaches; readonly location: FhirLocation }

const alternativeOf = (scope: ResourceScope, { patient, reaches, location }: Levels): readonly Alternative[] => {
  const { bases, addedParameters } = location
  const ofPatient: Reach | undefined =
    patient === undefined ? undefined : { kind: 'patients', patients: { ids: new Set([patient]), bases } }
  const reach = { patient: ofPatient, user: reaches.user, system: reaches.system }[scope.level]
  const matches = compileQuery(scope.type, scope.query, { bases, added: addedParameters })
  return reach === undefined || matches === undefined ? [] : [{ scope, reach, matches }]
}

const matching = (scope: ResourceScope, letter: InteractionLetter, type: string): boolean =>
  (scope.type === type || scope.type === '*') && scope.interactions.includes(letter)

/** The alternatives that speak of this interaction on this type. */
export const alternativesFor = (
  { alternatives }: Authorization,
  letter: InteractionLetter,
  type: string,
): readonly Alternative[] => alternatives.filter(({ scope }) => matching(scope, letter, type))

/** Whether a scope would cover the interaction if its level had a patient. */
export const lacksPatient = ({ withoutPatient }: Authorization, letter: InteractionLetter, type: string): boolean =>
  withoutPatient.some((scope) => matching(scope, letter, type))

/** Whether an alternative covers everything of its type: nothing of an answer needs judging then. */
export const isFull = ({ reach, scope }: Alternative): boolean => reach.kind !== 'patients' && scope.query.length === 0

/** The user's own resource: `fhirUser` as type and id at this base; `elsewhere` when it is not one of this base. */
export const ownResource = (
  fhirUser: string | undefined,
  bases: LocationUrls,
): { readonly type: string; readonly id: string } | 'elsewhere' | undefined => {
  if (fhirUser === undefined) return undefined
  const reference = parseReference(fhirUser, bases)
  return reference.kind === 'local' && reference.version === undefined
    ? { type: reference.type, id: reference.id }
    : 'elsewhere'
}
