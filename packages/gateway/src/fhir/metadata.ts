import { isResourceType } from '@gatehouse/scopes'
import { isObject, type Json, objectsOf, type Resource, textAt } from './json.ts'
import type { FhirLocation } from './location.ts'

const interactions: ReadonlySet<string> = new Set([
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
])

const systemInteractions: ReadonlySet<string> = new Set(['transaction', 'batch', 'history-system'])

/** Operations the gateway lets through to someone, by the type they stand on. */
const operations: Readonly<Record<string, readonly string[]>> = {
  Patient: ['everything', 'export'],
  Group: ['export'],
  DocumentReference: ['docref'],
  ValueSet: ['expand', 'validate-code'],
  CodeSystem: ['lookup'],
  ConceptMap: ['translate'],
}

const parts = [
  'interaction',
  'searchParam',
  'searchInclude',
  'searchRevInclude',
  'operation',
  'versioning',
  'conditionalCreate',
] as const
const kept: ReadonlySet<string> = new Set<string>([
  ...parts,
  'type',
  'profile',
  'supportedProfile',
  'readHistory',
  'conditionalUpdate',
  'conditionalDelete',
])

/**
 * The upstream's CapabilityStatement, reduced to what the gateway really allows to someone: JSON only, no system search, no
 * operation outside the positive list, and security that says SMART. Spec: AL-16, IN-22, GW-29
 */
export const rewriteStatement = (statement: Resource, location: FhirLocation): Json => {
  const rest = objectsOf(statement.rest).filter(({ mode }) => mode === 'server')
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: textAt(statement, 'date') ?? '2024-04-30',
    kind: 'instance',
    fhirVersion: textAt(statement, 'fhirVersion') ?? '4.0.1',
    ...(Array.isArray(statement.instantiates) && { instantiates: statement.instantiates }),
    implementation: { description: 'SMART on FHIR, enforced by a gateway', url: location.bases.publicBase },
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json'],
    rest: rest.slice(0, 1).map((server) => rewriteRest(server, location)),
  }
}

const rewriteRest = (server: Json, location: FhirLocation): Json => ({
  mode: 'server',
  security: {
    cors: true,
    service: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] },
    ],
  },
  resource: objectsOf(server.resource)
    .filter((resource) => isResourceType(textAt(resource, 'type') ?? ''))
    .map((resource) => rewriteResource(resource, location)),
  interaction: objectsOf(server.interaction).filter(
    ({ code }) => typeof code === 'string' && systemInteractions.has(code),
  ),
})

const rewriteResource = (resource: Json, location: FhirLocation): Json => {
  const type = textAt(resource, 'type') ?? ''
  const allowed = [
    ...(operations[type] ?? []),
    ...location.operations.flatMap((name) => (name.startsWith(`${type}/$`) ? [name.slice(type.length + 2)] : [])),
  ]
  const changed = {
    interaction: objectsOf(resource.interaction).filter(
      ({ code }) => typeof code === 'string' && interactions.has(code),
    ),
    operation: objectsOf(resource.operation).filter(
      ({ name }) => typeof name === 'string' && allowed.includes(name.replace(/^\$/, '')),
    ),
    searchInclude: withoutStar(resource.searchInclude),
    searchRevInclude: withoutStar(resource.searchRevInclude),
  }
  const filled = Object.entries({ ...resource, ...changed }).filter(
    ([name, value]) => kept.has(name) && !(Array.isArray(value) && value.length === 0),
  )
  return Object.fromEntries(filled)
}

const withoutStar = (includes: unknown): readonly unknown[] =>
  Array.isArray(includes)
    ? includes.filter((each) => typeof each === 'string' && !isObject(each) && !each.includes('*'))
    : []
