import { isResourceType } from '@gatehouse/scopes'
import { ownResource, type Reach, type Reaches } from './authorization.ts'
import { boundedMap } from './bounded-map.ts'
import type { Claims } from './claims.ts'
import type { LocationConfig } from './config.ts'
import { DeniedError, deny } from './denial-reasons.ts'
import type { Env } from './env.ts'
import { rangeOf } from './fhir/date-range.ts'
import { isObject, objectsOf, type Resource, textAt } from './fhir/json.ts'
import { isId, type LocationUrls, parseReference } from './fhir/reference.ts'

/** Reads one resource of the upstream with the gateway's own credential; `undefined` when absent. Throws `DeniedError`. */
export type ReadUpstream = (type: string, id: string) => Promise<Resource | undefined>

const userTypes: ReadonlySet<string> = new Set(['Practitioner', 'PractitionerRole', 'Person'])

/** What resolving takes: the location's rules, and reading at its upstream. */
export type Resolving = {
  readonly location: LocationConfig
  readonly bases: LocationUrls
  readonly env: Env
  readonly read: ReadUpstream
}

/**
 * Resolves the reach of `user/` and `system/`. A patient reaches their own record, a related person the record they are
 * related to, everyone else what the location's configuration says. Without `fhirUser` nobody knows whose view this is, so
 * `all` gives nothing then. Spec: SC-21, SC-22, SC-24, GW-22, THR-25
 */
export const createReaches = ({ location, bases, env, read }: Resolving) => {
  const related = boundedMap<{ readonly ids: readonly string[]; readonly until: number }>(10_000)
  const cached = async (key: string, find: () => Promise<readonly string[]>): Promise<readonly string[]> => {
    const known = related.get(key)
    if (known !== undefined && known.until > env.now()) return known.ids
    const ids = await find()
    related.set(key, { ids, until: env.now() + 60 })
    return ids
  }
  const patients = (ids: readonly string[]): Reach | undefined =>
    ids.length === 0 ? undefined : { kind: 'patients', patients: { ids: new Set(ids.filter(isId)), bases } }

  const ofUser = async (claims: Claims): Promise<Reach | undefined> => {
    const own = ownResource(claims.fhirUser, bases)
    if (own === 'elsewhere') return isForeignProfessional(claims.fhirUser) ? byPolicy(claims) : undefined
    if (own?.type === 'Patient') return patients([own.id])
    if (own?.type === 'RelatedPerson')
      return patients(
        await cached(`RelatedPerson/${own.id}`, async () =>
          patientOf(await read('RelatedPerson', own.id), bases, env.now()),
        ),
      )
    return own === undefined || userTypes.has(own.type) ? byPolicy(claims) : undefined
  }

  const byPolicy = async (claims: Claims): Promise<Reach | undefined> => {
    switch (location.userReach) {
      case 'all':
        return claims.fhirUser === undefined ? undefined : { kind: 'all' }
      case 'upstream':
        return { kind: 'upstream' }
      case 'policy':
        return patients(await cached(`user ${claims.client_id} ${claims.sub}`, () => askPolicy(claims, env)))
      case 'none':
        return undefined
    }
  }

  const ofSystem = async (claims: Claims): Promise<Reach | undefined> => {
    const setting = location.systemReach[claims.client_id] ?? 'all'
    if (setting === 'all') return { kind: 'all' }
    if ('patients' in setting) return patients(setting.patients)
    const members = await Promise.all(
      setting.groups.map((id) => cached(`Group/${id}`, async () => membersOf(await read('Group', id), bases))),
    )
    return patients(members.flat())
  }

  return async (claims: Claims, levels: ReadonlySet<string>): Promise<Reaches> => ({
    user: levels.has('user') ? await ofUser(claims) : undefined,
    system: levels.has('system') ? await ofSystem(claims) : undefined,
    groups: groupsOf(location.systemReach[claims.client_id]),
    changes: levels.has('user') || (levels.has('system') && location.systemReach[claims.client_id] !== undefined),
  })
}

const groupsOf = (setting: LocationConfig['systemReach'][string] | undefined): readonly string[] =>
  typeof setting === 'object' && 'groups' in setting ? setting.groups : []

/** `https://other/fhir/Practitioner/7`: a professional of another base is still not a patient of this one. */
const isForeignProfessional = (fhirUser: string | undefined): boolean => {
  const type = fhirUser?.split('/').at(-2)
  return type !== undefined && isResourceType(type) && userTypes.has(type)
}

const askPolicy = async ({ sub, fhirUser, client_id }: Claims, env: Env): Promise<readonly string[]> => {
  if (env.reach === undefined) throw new DeniedError(deny('unavailable'))
  try {
    return await env.reach({ subject: sub, fhirUser, clientId: client_id })
  } catch (error) {
    throw new DeniedError(deny('unavailable', { retryAfter: 5 }), error)
  }
}

const patientOf = (person: Resource | undefined, bases: LocationUrls, now: number): readonly string[] => {
  if (person === undefined || person.active === false) return []
  const period = person.period === undefined ? undefined : rangeOf(person.period)
  const isNow = period !== undefined && period.from <= now * 1000 && now * 1000 < period.to
  if (person.period !== undefined && !isNow) return []
  const patient = parseReference(textAt(person.patient, 'reference') ?? '', bases)
  return patient.kind === 'local' && patient.type === 'Patient' ? [patient.id] : []
}

const membersOf = (group: Resource | undefined, bases: LocationUrls): readonly string[] =>
  objectsOf(group?.member)
    .filter(({ inactive }) => inactive !== true)
    .map(({ entity }) => parseReference((isObject(entity) ? textAt(entity, 'reference') : undefined) ?? '', bases))
    .flatMap((reference) => (reference.kind === 'local' && reference.type === 'Patient' ? [reference.id] : []))
