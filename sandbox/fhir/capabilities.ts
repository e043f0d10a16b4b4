import type { CapabilityStatement, CapabilityStatementRestResource } from '@medplum/fhirtypes'
import { resourceTypes, searchParametersOf } from './definitions.ts'

type Interaction = NonNullable<CapabilityStatementRestResource['interaction']>[number]['code']

const interactions: readonly Interaction[] = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'create',
  'search-type',
]

function resource(type: string): CapabilityStatementRestResource {
  const parameters = searchParametersOf(type)
  const references = parameters.filter(({ type: kind }) => kind === 'reference').map(({ code }) => `${type}:${code}`)
  return {
    type: type as CapabilityStatementRestResource['type'],
    interaction: interactions.map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'not-match',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    referencePolicy: ['literal', 'local'],
    ...(references.length === 0 ? {} : { searchInclude: references }),
    searchParam: parameters.map(({ code, type: kind, url }) => ({
      name: code,
      type: kind,
      ...(url === undefined ? {} : { definition: url }),
    })),
  }
}

/** What this server really does, for every type: only search parameters that are evaluated are listed. */
export function capabilityStatement(fhirBase: string): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-20',
    kind: 'instance',
    software: { name: 'Medplum MemoryRepository behind the Gatehouse sandbox' },
    implementation: { description: 'Records of Riverbend General Hospital (made up)', url: fhirBase },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    patchFormat: ['application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        resource: resourceTypes().map(resource),
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
      },
    ],
  }
}
