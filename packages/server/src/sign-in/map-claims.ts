import type { ResourceServer } from '../resource-servers.ts'
import type { ProviderSettings } from './settings.ts'
import type { Role, User } from './user.ts'

/** What a provider says of a person, in our terms. */
export type MappedPerson = Pick<User, 'name' | 'username' | 'email' | 'patients'> & {
  /** Absent when the provider does not link the person to a record; the operator may have. */
  readonly link?: { readonly fhirUser: string; readonly role: Role }
}

type Claims = Readonly<Record<string, unknown>>

/**
 * Claims of a verified ID token → person. The user name carries the provider's id, so nobody upstream can take the name of
 * someone else here. A record on another server than ours is no link. Pure. Spec: ID-06, ID-07, ID-08, IN-07
 */
export const mapClaims = (
  claims: Claims & { readonly sub: string },
  provider: Pick<ProviderSettings, 'id' | 'claims'>,
  servers: readonly ResourceServer[],
): MappedPerson => {
  const names = provider.claims
  const username = text(claims[names.username]) ?? claims.sub
  const email = text(claims[names.email])
  const patients = names.patients === undefined ? [] : list(claims[names.patients])
  const link = linkOf(text(claims[names.fhirUser]), servers)
  return {
    name: text(claims[names.name]) ?? username,
    username: `${username}@${provider.id}`,
    patients,
    ...(email === undefined ? {} : { email }),
    ...(link === undefined ? {} : { link }),
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const list = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '')

/** What a person is to the organization follows from the kind of record that is theirs. */
const roles: Readonly<Record<string, Role>> = {
  Patient: 'patient',
  RelatedPerson: 'proxy',
  Person: 'proxy',
  Practitioner: 'practitioner',
}

const linkOf = (claim: string | undefined, servers: readonly ResourceServer[]): MappedPerson['link'] => {
  if (claim === undefined) return undefined
  const server = servers.find(({ base }) => claim.startsWith(`${base}/`))
  const reference = server === undefined ? claim : claim.slice(server.base.length + 1)
  const [type = '', id = '', ...rest] = reference.split('/')
  const role = Object.hasOwn(roles, type) ? roles[type] : undefined
  return role !== undefined && rest.length === 0 && /^[A-Za-z0-9.-]{1,64}$/.test(id)
    ? { fhirUser: reference, role }
    : undefined
}
