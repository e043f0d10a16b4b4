import { expect } from 'vitest'
import { everyWay } from './ways.ts'

const reason = (code: string) => ({ check: ({ text }: { readonly text: string }) => expect(text).toContain(code) })

everyWay('GW-22, THR-25: claim missing', [
  { request: 'GET /Observation', claims: { patient: undefined }, status: [403], ...reason('missing-patient-context') },
  {
    request: 'GET /Observation/lab-of-A',
    claims: { patient: undefined },
    status: [403],
    ...reason('missing-patient-context'),
  },
  { request: 'GET /Observation', claims: { patient: '' }, status: [403] },
  { request: 'GET /Observation', claims: { patient: ['A', 'B'] }, status: [403] },
  { request: 'GET /Observation', claims: { patient: 'Patient/A' }, status: [403] },
  { request: 'GET /Observation', claims: { patient: 'A,B' }, status: [403] },
  { request: 'GET /Observation', claims: { patient: undefined, scope: 'user/*.rs' }, status: [403] },
  { request: 'GET /Observation', claims: { patient: undefined, scope: 'user/*.rs', fhirUser: '' }, status: [403] },
  { request: 'GET /Observation', claims: { patient: undefined, scope: 'user/*.rs', fhirUser: ['x'] }, status: [403] },
  {
    request: 'GET /Observation',
    claims: { patient: undefined, scope: 'user/*.rs', fhirUser: 'http://other.test/Patient/A' },
    status: [403],
  },
  { request: 'GET /Observation', claims: { scope: '' }, status: [403] },
  {
    request: 'GET /Observation',
    claims: { scope: 'patient/Observation.sr patient/Observation. patient/observation.rs' },
    status: [403],
  },
])
