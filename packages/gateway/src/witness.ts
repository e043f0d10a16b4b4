import { patientsNamedBy } from './fhir/compartment.ts'
import type { Resource } from './fhir/json.ts'
import type { LocationUrls } from './fhir/reference.ts'

/** What the audit has to know of a request's way and cannot see from its answer: whose records were shown, what was sent. */
export type Witness = {
  readonly saw: (resource: Resource) => void
  readonly sent: (target: string) => void
  readonly patients: () => readonly string[]
  /** The last query sent upstream. */
  readonly lastSent: () => string | undefined
}

/** More patients than this in one answer are recorded as the query alone: a bulk file has a line for each. */
const mostPatients = 50

/** A witness of one request. */
export const createWitness = (urls: LocationUrls): Witness => {
  const patients = new Set<string>()
  let target: string | undefined
  return {
    saw: (resource) => {
      if (patients.size < mostPatients) for (const id of patientsNamedBy(resource, urls)) patients.add(id)
    },
    sent: (next) => {
      target = next
    },
    patients: () => [...patients],
    lastSent: () => target,
  }
}
