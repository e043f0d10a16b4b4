import type { Env } from '../env.ts'
import type { User } from '../sign-in/user.ts'
import type { Directory, DirectoryEncounter, DirectoryPatient } from './directory.ts'
import { type ListedType, listedTypes } from './listed-types.ts'
import {
  isFhirId,
  parseBundle,
  parseEncounter,
  parseListed,
  parsePatient,
  parsePerson,
  parseRelatedPerson,
} from './records.ts'

type Source = { readonly base: string; readonly url: string; readonly authorization?: string | undefined }

/** What the directory needs of the world: the upstream FHIR servers, the time, a log. */
export type DirectoryEffects = Pick<Env, 'fetch' | 'log' | 'now'> & {
  readonly config: { readonly directory: { readonly sources: readonly Source[] } }
}

/**
 * The directory as the organization's FHIR server answers it. A patient reaches their own record; a proxy those that a
 * RelatedPerson in force names; staff whom they find by name. Every failure is an empty answer: no right from an error.
 *
 * Spec: CX-12, CON-15, THR-38
 */
export const fhirDirectory = (effects: DirectoryEffects): Directory => {
  const ask = (audience: string, query: string) => askSource(effects, audience, query)
  const own = (user: User, audience: string) => ownPatients(user, (query) => ask(audience, query), effects.now())
  const find = async (audience: string, query: string): Promise<readonly DirectoryPatient[]> =>
    (await ask(audience, query)).flatMap((resource) => parsePatient(resource) ?? []).map(asStaff)
  return {
    patients: (user, audience, search) =>
      user.role === 'practitioner' ? find(audience, searchQuery(search)) : own(user, audience),
    relation: async (user, audience, patient) => {
      if (!isFhirId(patient)) return undefined
      const reachable =
        user.role === 'practitioner' ? await find(audience, `Patient?_id=${patient}`) : await own(user, audience)
      return reachable.find(({ id }) => id === patient)
    },
    encounters: async (_user, audience, patient): Promise<readonly DirectoryEncounter[]> =>
      isFhirId(patient)
        ? (await ask(audience, `Encounter?patient=${patient}&_sort=-date&_count=20`)).flatMap(
            (resource) => parseEncounter(resource) ?? [],
          )
        : [],
    resources: async (_user, audience, { type, patient }) => {
      const listed = Object.hasOwn(listedTypes, type) ? listedTypes[type] : undefined
      const query = listed && listQuery(listed, patient)
      if (listed === undefined || query === undefined) return []
      return (await ask(audience, query)).flatMap((resource) => parseListed(resource, listed) ?? [])
    },
  }
}

const listQuery = (listed: ListedType, patient: string | undefined): string | undefined => {
  if (listed.patient === undefined) return `${listed.type}?_count=50`
  return patient !== undefined && isFhirId(patient)
    ? `${listed.type}?${listed.patient}=${patient}&_count=50`
    : undefined
}

const asStaff = (patient: Omit<DirectoryPatient, 'relation'>): DirectoryPatient => ({ ...patient, relation: 'staff' })

const searchQuery = (search: string | undefined): string => {
  const name = (search ?? '').trim().slice(0, 100)
  return `Patient?_count=20&_sort=family${name === '' ? '' : `&name=${encodeURIComponent(name)}`}`
}

const limits = { timeoutSeconds: 5, maxBytes: 2 * 1024 * 1024 } as const

/** Resources of a searchset; none when the source is missing, slow, or says anything but a Bundle. */
const askSource = async (effects: DirectoryEffects, audience: string, query: string): Promise<readonly unknown[]> => {
  const source = effects.config.directory.sources.find(({ base }) => base === audience)
  if (source === undefined) return []
  const { url, authorization } = source
  const headers = { accept: 'application/fhir+json', ...(authorization === undefined ? {} : { authorization }) }
  try {
    const answer = await effects.fetch(new URL(`${url}/${query}`), { ...limits, headers, reach: 'configured' })
    if (answer.status !== 200) throw new Error(`status ${answer.status}`)
    return parseBundle(new TextDecoder().decode(answer.body))
  } catch (cause) {
    effects.log('error', 'directory-unreachable', { audience }, cause)
    return []
  }
}

type Ask = (query: string) => Promise<readonly unknown[]>

/** One's own record, then those one acts for, each as the record says today. */
const ownPatients = async (user: User, ask: Ask, now: number): Promise<readonly DirectoryPatient[]> => {
  const { self, proxy } = await reach(user.fhirUser, ask, now)
  const ids = [...new Set([...self, ...proxy, ...user.patients])].filter(isFhirId)
  if (ids.length === 0) return []
  const found = (await ask(`Patient?_id=${ids.join(',')}&_count=100`)).flatMap((one) => parsePatient(one) ?? [])
  return found
    .filter(({ id }) => ids.includes(id))
    .map((patient) => ({ ...patient, relation: self.includes(patient.id) ? ('self' as const) : ('proxy' as const) }))
    .toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
}

type Reach = { readonly self: readonly string[]; readonly proxy: readonly string[] }

/** The patients that a FHIR user is, or stands for: Patient, RelatedPerson, or a Person linked to several of them. */
const reach = async (fhirUser: string, ask: Ask, now: number): Promise<Reach> => {
  const [type, id = ''] = fhirUser.split('/')
  if (type === 'Patient') return { self: [id], proxy: [] }
  if (!isFhirId(id)) return { self: [], proxy: [] }
  if (type === 'RelatedPerson') return { self: [], proxy: await relatedPatients([id], ask, now) }
  if (type !== 'Person') return { self: [], proxy: [] }
  const links = (await ask(`Person?_id=${id}`)).flatMap((person) => parsePerson(person))
  const ids = (linked: string) => links.filter((link) => link.type === linked).map((link) => link.id)
  return { self: ids('Patient'), proxy: await relatedPatients(ids('RelatedPerson'), ask, now) }
}

const relatedPatients = async (ids: readonly string[], ask: Ask, now: number): Promise<readonly string[]> =>
  ids.length === 0
    ? []
    : (await ask(`RelatedPerson?_id=${ids.join(',')}&_count=100`)).flatMap((one) => parseRelatedPerson(one, now) ?? [])
