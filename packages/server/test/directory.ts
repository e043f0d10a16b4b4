import type { Directory, DirectoryEncounter, DirectoryPatient, DirectoryResource } from '../src/directory/directory.ts'
import type { User } from '../src/sign-in/user.ts'

/** What a test directory knows; a test may change the lists while it runs, as records change. */
export type DirectoryFacts = {
  readonly patients: Omit<DirectoryPatient, 'relation'>[]
  readonly encounters: (DirectoryEncounter & { readonly patient: string })[]
  readonly resources: (DirectoryResource & { readonly type: string; readonly patient: string | undefined })[]
}

/** A directory over lists: patients and proxies reach `user.patients`, practitioners reach everyone. */
export const testDirectory = (facts: DirectoryFacts): Directory => {
  const reachable = (user: User): readonly DirectoryPatient[] =>
    facts.patients
      .filter(({ id }) => user.role === 'practitioner' || user.patients.includes(id))
      .map((patient) => ({ ...patient, relation: relationOf(user, patient.id) }))
  return {
    patients: async (user, _audience, search) =>
      reachable(user)
        .filter(({ name }) => name.toLowerCase().includes((search ?? '').toLowerCase()))
        .slice(0, user.role === 'practitioner' ? 20 : undefined),
    relation: async (user, _audience, patient) => reachable(user).find(({ id }) => id === patient),
    encounters: async (user, _audience, patient) =>
      reachable(user).some(({ id }) => id === patient)
        ? facts.encounters.filter((encounter) => encounter.patient === patient)
        : [],
    resources: async (user, _audience, { type, patient }) =>
      facts.resources
        .filter((resource) => resource.type === type && resource.patient === patient)
        .filter((resource) => patient === undefined || reachable(user).some(({ id }) => id === resource.patient))
        .map(({ reference, words }) => ({ reference, words })),
  }
}

const relationOf = (user: User, patient: string): DirectoryPatient['relation'] => {
  if (user.role === 'practitioner') return 'staff'
  return user.fhirUser === `Patient/${patient}` ? 'self' : 'proxy'
}
