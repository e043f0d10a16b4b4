import { expect } from 'vitest'
import { idsOf } from '../../packages/gateway/test/fixture.ts'
import { everyWay } from './ways.ts'

const fhirUser = 'http://gateway.test/fhir/Practitioner/p'

everyWay('GW-23: mixed levels and versions', [
  {
    request: 'GET /Condition',
    claims: { scope: 'patient/Condition.rs user/Organization.read', fhirUser },
    status: [200],
    check: ({ body }) => expect(idsOf(body)).toEqual(['Condition/Condition-of-A']),
  },
  {
    request: 'GET /Condition/Condition-of-B',
    claims: { scope: 'patient/Condition.rs user/Organization.read', fhirUser },
    status: [404],
  },
  {
    request: 'GET /Organization/o',
    claims: { scope: 'patient/Condition.rs user/Organization.read', fhirUser },
    status: [200],
  },
  {
    request: 'GET /Condition/Condition-of-B',
    claims: { scope: 'patient/Condition.rs system/Organization.rs' },
    status: [404],
  },
  { request: 'GET /Condition', claims: { scope: 'patient/Condition.read patient/Observation.rs' }, status: [200] },
  { request: 'GET /Condition', claims: { scope: 'patient/Condition.write' }, status: [403] },
  {
    request: 'GET /Condition/Condition-of-B',
    claims: { scope: 'patient/*.read user/Observation.read', fhirUser },
    status: [404],
  },
])
