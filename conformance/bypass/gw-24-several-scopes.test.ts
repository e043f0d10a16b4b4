import { expect } from 'vitest'
import { idsOf } from '../../packages/gateway/test/fixture.ts'
import { categories } from './scene.ts'
import { everyWay } from './ways.ts'

const granular = (level: string, category: string) => `${level}/Observation.rs?category=${categories}|${category}`
const fhirUser = 'http://gateway.test/fhir/Practitioner/p'

everyWay('GW-24, SC-12: first scope only, or union across contexts', [
  {
    request: 'GET /Observation',
    claims: { scope: `${granular('patient', 'laboratory')} ${granular('patient', 'vital-signs')}` },
    status: [200],
    check: ({ body }) => expect(idsOf(body)).toEqual(['Observation/lab-of-A', 'Observation/vital-of-A']),
  },
  {
    request: 'GET /Observation/lab-of-B',
    claims: { scope: `${granular('patient', 'laboratory')} ${granular('user', 'vital-signs')}`, fhirUser },
    status: [404],
  },
  {
    request: 'GET /Observation',
    claims: { scope: `${granular('patient', 'laboratory')} ${granular('user', 'vital-signs')}`, fhirUser },
    status: [200],
    check: ({ body }) => expect(idsOf(body)).toEqual(['Observation/lab-of-A', 'Observation/vital-of-A']),
  },
  {
    request: 'GET /Observation',
    claims: {
      authorization_details: [
        { type: 'smart_on_fhir', locations: ['http://gateway.test/fhir'], scope: 'patient/Condition.rs', patient: 'A' },
        { type: 'smart_on_fhir', locations: ['http://other.test/fhir'], scope: 'patient/Observation.rs', patient: 'B' },
      ],
    },
    status: [403],
  },
  {
    request: 'GET /Condition',
    claims: {
      patient: 'B',
      authorization_details: [
        {
          type: 'smart_on_fhir',
          locations: ['http://gateway.test/fhir/'],
          scope: 'patient/Condition.rs',
          patient: 'A',
        },
      ],
    },
    status: [200],
    check: ({ body }) => expect(idsOf(body)).toEqual(['Condition/Condition-of-A']),
  },
])
